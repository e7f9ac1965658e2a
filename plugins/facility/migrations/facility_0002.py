"""The guard of the bookings: of an exclusive facility no two hold the same moment, whoever writes them."""

from alembic import op

revision = "facility_0002"
down_revision = "facility_0001"
branch_labels = None
depends_on = None

_OVERLAP = """
      SELECT RAISE(ABORT, 'facility is taken') WHERE EXISTS (
        SELECT 1 FROM facility_bookings WHERE facility_id = NEW.facility_id AND busy_until > NEW.busy_from
        AND busy_from < NEW.busy_until AND holds AND is_exclusive AND id IS NOT NEW.id);
"""
SQLITE = (
    f"""
    CREATE TRIGGER facility_bookings_taken_insert BEFORE INSERT ON facility_bookings
    WHEN NEW.holds AND NEW.is_exclusive
    BEGIN {_OVERLAP} END
    """,
    f"""
    CREATE TRIGGER facility_bookings_taken_update
    BEFORE UPDATE OF facility_id, busy_from, busy_until, holds, is_exclusive ON facility_bookings
    WHEN NEW.holds AND NEW.is_exclusive
    BEGIN {_OVERLAP} END
    """,
)
POSTGRESQL = (
    """
    ALTER TABLE facility_bookings ADD CONSTRAINT ex_facility_bookings_taken
    EXCLUDE USING gist (facility_id WITH =, tstzrange(busy_from, busy_until) WITH &&) WHERE (holds AND is_exclusive)
    """,
)


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
