"""Find events by their time."""

from alembic import op

revision = "core_0010"
down_revision = "core_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_core_events_at", "core_events", ["at"])
