"""Whom messages name, reactions to them, stamps."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "chat_0004"
down_revision = "chat_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_mentions",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("room_id", types.BIGINT, nullable=False),
        sa.Column("message_id", types.BIGINT, nullable=False),
        sa.Column("principal_id", types.BIGINT, nullable=True),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["chat_messages.id"],
            name=op.f("fk_chat_mentions_message_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["principal_id"],
            ["core_principals.id"],
            name=op.f("fk_chat_mentions_principal_id_core_principals"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["chat_rooms.id"],
            name=op.f("fk_chat_mentions_room_id_chat_rooms"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_mentions")),
    )
    with op.batch_alter_table("chat_mentions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_chat_mentions_all",
            ["room_id", "message_id"],
            unique=False,
            sqlite_where=sa.text("principal_id IS NULL"),
            postgresql_where=sa.text("principal_id IS NULL"),
        )
        batch_op.create_index("ix_chat_mentions_message", ["message_id"], unique=False)
        batch_op.create_index("ix_chat_mentions_principal", ["principal_id", "message_id"], unique=False)

    op.create_table(
        "chat_reactions",
        sa.Column("message_id", types.BIGINT, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("person_id", types.BIGINT, nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["chat_messages.id"],
            name=op.f("fk_chat_reactions_message_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_people.id"],
            name=op.f("fk_chat_reactions_person_id_core_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "kind", "person_id", name=op.f("pk_chat_reactions")),
        sqlite_with_rowid=False,
    )
    op.add_column("chat_messages", sa.Column("stamp", sa.String(length=64), nullable=True))
