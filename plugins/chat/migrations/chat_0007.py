"""Notes of rooms, what they said before, and what new ones begin with."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "chat_0007"
down_revision = "chat_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_notes",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("room_id", types.BIGINT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.Column("created_by", types.BIGINT, nullable=False),
        sa.Column("written_at", types.UTCDateTime(), nullable=False),
        sa.Column("written_by", types.BIGINT, nullable=False),
        sa.Column("written_by_name", sa.String(length=200), nullable=False),
        sa.Column("deleted_at", types.UTCDateTime(), nullable=True),
        sa.Column("deleted_by", types.BIGINT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["core_people.id"], name=op.f("fk_chat_notes_created_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["chat_rooms.id"], name=op.f("fk_chat_notes_room_id_chat_rooms"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["core_people.id"], name=op.f("fk_chat_notes_written_by_core_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_notes")),
        sa.UniqueConstraint("uid", name=op.f("uq_chat_notes_uid")),
    )
    with op.batch_alter_table("chat_notes", schema=None) as batch_op:
        batch_op.create_index("ix_chat_notes_day", ["room_id", "day", "id"], unique=False)

    op.create_table(
        "chat_note_revisions",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("note_id", types.BIGINT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("written_at", types.UTCDateTime(), nullable=False),
        sa.Column("written_by", types.BIGINT, nullable=False),
        sa.Column("written_by_name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["chat_notes.id"],
            name=op.f("fk_chat_note_revisions_note_id_chat_notes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["core_people.id"], name=op.f("fk_chat_note_revisions_written_by_core_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_note_revisions")),
    )
    with op.batch_alter_table("chat_note_revisions", schema=None) as batch_op:
        batch_op.create_index("ix_chat_note_revisions_note", ["note_id", "id"], unique=False)

    op.create_table(
        "chat_note_templates",
        sa.Column("room_id", types.BIGINT, autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("written_at", types.UTCDateTime(), nullable=False),
        sa.Column("written_by", types.BIGINT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["chat_rooms.id"],
            name=op.f("fk_chat_note_templates_room_id_chat_rooms"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["core_people.id"], name=op.f("fk_chat_note_templates_written_by_core_people")
        ),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_chat_note_templates")),
    )
    op.add_column("chat_extracts", sa.Column("notes_since", types.UTCDateTime(), nullable=True))
