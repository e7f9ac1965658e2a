"""Records hold the tasks of their time, and messages when they were put by to be sent later."""

import sqlalchemy as sa
from alembic import op

from groupware.db import UTCDateTime

revision = "chat_0015"
down_revision = "chat_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_messages", sa.Column("scheduled_at", UTCDateTime(), nullable=True))
    op.add_column("chat_extracts", sa.Column("tasks_since", UTCDateTime(), nullable=True))
