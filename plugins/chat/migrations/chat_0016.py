"""Rooms have a retention period of their own; those that are there are kept as the rule of their organisation said."""

import sqlalchemy as sa
from alembic import op

revision = "chat_0016"
down_revision = "chat_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_rooms", sa.Column("kept_for", sa.SmallInteger(), nullable=True))
