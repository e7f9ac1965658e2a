"""Messages that are pinned in their rooms."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "chat_0009"
down_revision = "chat_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_pins",
        sa.Column("message_id", types.BIGINT, autoincrement=False, nullable=False),
        sa.Column("room_id", types.BIGINT, nullable=False),
        sa.Column("person_id", types.BIGINT, nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["chat_messages.id"],
            name=op.f("fk_chat_pins_message_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_people.id"], name=op.f("fk_chat_pins_person_id_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["chat_rooms.id"], name=op.f("fk_chat_pins_room_id_chat_rooms"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_chat_pins")),
    )
    with op.batch_alter_table("chat_pins", schema=None) as batch_op:
        batch_op.create_index("ix_chat_pins_room", ["room_id", "at"], unique=False)
