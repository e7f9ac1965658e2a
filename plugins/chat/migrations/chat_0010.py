"""Messages that somebody wants to find again."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "chat_0010"
down_revision = "chat_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_bookmarks",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("person_id", types.BIGINT, nullable=False),
        sa.Column("message_id", types.BIGINT, nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["chat_messages.id"],
            name=op.f("fk_chat_bookmarks_message_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_people.id"],
            name=op.f("fk_chat_bookmarks_person_id_core_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_bookmarks")),
        sa.UniqueConstraint("person_id", "message_id", name=op.f("uq_chat_bookmarks_person_id_message_id")),
    )
    with op.batch_alter_table("chat_bookmarks", schema=None) as batch_op:
        batch_op.create_index("ix_chat_bookmarks_message", ["message_id"], unique=False)
        batch_op.create_index("ix_chat_bookmarks_person", ["person_id", "id"], unique=False)
