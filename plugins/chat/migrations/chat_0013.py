"""Messages that are sent later, and how loudly a message was said."""

import sqlalchemy as sa
from alembic import op

from groupware.db import BIGINT, JSON_TYPE, UTCDateTime

revision = "chat_0013"
down_revision = "chat_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "chat_messages", sa.Column("loudness", sa.String(length=64), nullable=False, server_default="usual")
    )
    op.create_table(
        "chat_scheduled",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("room_id", BIGINT, nullable=False),
        sa.Column("sender_id", BIGINT, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("reply_to", sa.Uuid(), nullable=True),
        sa.Column("mentions", JSON_TYPE, nullable=False),
        sa.Column("loudness", sa.String(length=64), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("confirmed", JSON_TYPE, nullable=False),
        sa.Column("returned_at", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["chat_rooms.id"],
            name=op.f("fk_chat_scheduled_room_id_chat_rooms"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"],
            ["core_people.id"],
            name=op.f("fk_chat_scheduled_sender_id_core_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_scheduled")),
        sa.UniqueConstraint(
            "room_id", "sender_id", "key", name=op.f("uq_chat_scheduled_room_id_sender_id_key")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_chat_scheduled_uid")),
    )
    with op.batch_alter_table("chat_scheduled", schema=None) as batch_op:
        batch_op.create_index("ix_chat_scheduled_sender", ["sender_id", "due_at"], unique=False)
        batch_op.create_index("ix_chat_scheduled_returned", ["returned_at"], unique=False)
