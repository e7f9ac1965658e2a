"""Tasks of rooms, who they are for, and what they said before."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "chat_0012"
down_revision = "chat_0011"
branch_labels = None
depends_on = None

_IS_OPEN = sa.text("done_at IS NULL AND deleted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "chat_tasks",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("room_id", types.BIGINT, nullable=False),
        sa.Column("seq", types.BIGINT, nullable=True),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.Column("created_by", types.BIGINT, nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("done_at", types.UTCDateTime(), nullable=True),
        sa.Column("done_by", types.BIGINT, nullable=True),
        sa.Column("done_by_name", sa.String(length=200), nullable=False),
        sa.Column("deleted_at", types.UTCDateTime(), nullable=True),
        sa.Column("deleted_by", types.BIGINT, nullable=True),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["core_people.id"], name=op.f("fk_chat_tasks_created_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["core_people.id"], name=op.f("fk_chat_tasks_done_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["chat_rooms.id"], name=op.f("fk_chat_tasks_room_id_chat_rooms"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_tasks")),
        sa.UniqueConstraint("uid", name=op.f("uq_chat_tasks_uid")),
    )
    with op.batch_alter_table("chat_tasks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_chat_tasks_due",
            ["due_on", "id"],
            unique=False,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        )
        batch_op.create_index("ix_chat_tasks_message", ["room_id", "seq"], unique=False)
        batch_op.create_index("ix_chat_tasks_room", ["room_id", "done_at", "due_on"], unique=False)

    op.create_table(
        "chat_task_assignees",
        sa.Column("task_id", types.BIGINT, nullable=False),
        sa.Column("principal_id", types.BIGINT, nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"],
            ["core_principals.id"],
            name=op.f("fk_chat_task_assignees_principal_id_core_principals"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["chat_tasks.id"],
            name=op.f("fk_chat_task_assignees_task_id_chat_tasks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("task_id", "principal_id", name=op.f("pk_chat_task_assignees")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("chat_task_assignees", schema=None) as batch_op:
        batch_op.create_index("ix_chat_task_assignees_principal", ["principal_id", "task_id"], unique=False)

    op.create_table(
        "chat_task_revisions",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("task_id", types.BIGINT, nullable=False),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assignees", sa.Text(), nullable=False),
        sa.Column("made_at", types.UTCDateTime(), nullable=False),
        sa.Column("made_by", types.BIGINT, nullable=False),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["core_people.id"], name=op.f("fk_chat_task_revisions_made_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["chat_tasks.id"],
            name=op.f("fk_chat_task_revisions_task_id_chat_tasks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_task_revisions")),
    )
    with op.batch_alter_table("chat_task_revisions", schema=None) as batch_op:
        batch_op.create_index("ix_chat_task_revisions_task", ["task_id", "id"], unique=False)
