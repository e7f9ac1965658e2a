"""Guards that live in the database: the audit is only added to, a person has one main appointment on any day."""

from alembic import op

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE TRIGGER core_audit_records_no_update BEFORE UPDATE ON core_audit_records
    BEGIN SELECT RAISE(ABORT, 'audit records are never changed'); END
    """,
    """
    CREATE TRIGGER core_audit_records_no_delete BEFORE DELETE ON core_audit_records
    BEGIN SELECT RAISE(ABORT, 'audit records are never deleted'); END
    """,
    """
    CREATE TRIGGER core_appointments_main_insert BEFORE INSERT ON core_appointments WHEN NEW.kind = 'main'
    BEGIN
      SELECT RAISE(ABORT, 'overlapping main appointments') WHERE EXISTS (
        SELECT 1 FROM core_appointments WHERE person_id = NEW.person_id AND kind = 'main'
        AND valid_from < NEW.valid_to AND valid_to > NEW.valid_from);
    END
    """,
    """
    CREATE TRIGGER core_appointments_main_update BEFORE UPDATE OF person_id, kind, valid_from, valid_to
    ON core_appointments WHEN NEW.kind = 'main'
    BEGIN
      SELECT RAISE(ABORT, 'overlapping main appointments') WHERE EXISTS (
        SELECT 1 FROM core_appointments WHERE person_id = NEW.person_id AND kind = 'main' AND id <> NEW.id
        AND valid_from < NEW.valid_to AND valid_to > NEW.valid_from);
    END
    """,
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """
    CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER core_audit_records_no_change BEFORE UPDATE OR DELETE ON core_audit_records
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change()
    """,
    """
    CREATE TRIGGER core_audit_records_no_truncate BEFORE TRUNCATE ON core_audit_records
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
    """,
    """
    ALTER TABLE core_appointments ADD CONSTRAINT ex_core_appointments_main
    EXCLUDE USING gist (person_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (kind = 'main')
    """,
)


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
