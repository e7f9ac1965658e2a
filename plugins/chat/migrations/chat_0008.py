"""Files of messages: how many each has, those of a draft, and rooms that take text only."""

import sqlalchemy as sa
from alembic import op

revision = "chat_0008"
down_revision = "chat_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chat_messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("file_count", sa.SmallInteger(), nullable=False, server_default="0"))
        batch_op.create_index(
            "ix_chat_messages_files",
            ["room_id", "seq"],
            unique=False,
            sqlite_where=sa.text("file_count > 0"),
            postgresql_where=sa.text("file_count > 0"),
        )
    with op.batch_alter_table("chat_places", schema=None) as batch_op:
        batch_op.add_column(sa.Column("draft_files", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("chat_rooms", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_text_only", sa.Boolean(), nullable=False, server_default=sa.false())
        )
