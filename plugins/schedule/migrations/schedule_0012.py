"""No two kinds of an organisation have one name."""

import sqlalchemy as sa
from alembic import op

revision = "schedule_0012"
down_revision = "schedule_0011"
branch_labels = None
depends_on = None

_TWINS = """
UPDATE schedule_kinds SET name = name || ' ' || CAST(id AS VARCHAR(20))
WHERE EXISTS (
    SELECT 1 FROM schedule_kinds AS first
    WHERE first.name = schedule_kinds.name AND first.id < schedule_kinds.id
    AND COALESCE(first.unit_id, 0) = COALESCE(schedule_kinds.unit_id, 0)
)
"""


def upgrade() -> None:
    # Two that were made at the same moment: the later one tells by its name which it is.
    op.execute(_TWINS)
    with op.batch_alter_table("schedule_kinds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_schedule_kinds_name",
            ["name"],
            unique=True,
            sqlite_where=sa.text("unit_id IS NULL"),
            postgresql_where=sa.text("unit_id IS NULL"),
        )
        batch_op.create_index(
            "ix_schedule_kinds_unit_name",
            ["unit_id", "name"],
            unique=True,
            sqlite_where=sa.text("unit_id IS NOT NULL"),
            postgresql_where=sa.text("unit_id IS NOT NULL"),
        )
