"""The review of rooms at the end of a fiscal year, and the last day of the project that a room is for."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "chat_0019"
down_revision = "chat_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_rooms", sa.Column("ends_on", sa.Date(), nullable=True))
    op.create_table(
        "chat_reviews",
        sa.Column("room_id", types.BIGINT, autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", types.UTCDateTime(), nullable=False),
        sa.Column("reminded_at", types.UTCDateTime(), nullable=True),
        sa.Column("decision", sa.String(length=64), nullable=True),
        sa.Column("decided_at", types.UTCDateTime(), nullable=True),
        sa.Column("decided_by", types.BIGINT, nullable=True),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.Column("own_role", sa.SmallInteger(), nullable=True),
        sa.Column("heir_id", types.BIGINT, nullable=True),
        sa.Column("heir_role", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["core_people.id"], name=op.f("fk_chat_reviews_decided_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["heir_id"], ["core_principals.id"], name=op.f("fk_chat_reviews_heir_id_core_principals")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["chat_rooms.id"],
            name=op.f("fk_chat_reviews_room_id_chat_rooms"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_chat_reviews")),
    )
    with op.batch_alter_table("chat_reviews", schema=None) as batch_op:
        batch_op.create_index("ix_chat_reviews_batch", ["batch"], unique=False)
        batch_op.create_index("ix_chat_reviews_year", ["year", "decision"], unique=False)
