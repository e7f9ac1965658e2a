"""Changed occurrences are looked up among themselves."""

import sqlalchemy as sa
from alembic import op

revision = "schedule_0010"
down_revision = "schedule_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("schedule_events", schema=None) as batch_op:
        batch_op.drop_index("ix_schedule_events_series")
        batch_op.create_index(
            "ix_schedule_events_series",
            ["series_id", "original_start"],
            unique=False,
            sqlite_where=sa.text("series_id IS NOT NULL"),
            postgresql_where=sa.text("series_id IS NOT NULL"),
        )
