"""Webhooks: by what programs speak in rooms."""

import sqlalchemy as sa
from alembic import op

from groupware.db import BIGINT, UTCDateTime

revision = "chat_0017"
down_revision = "chat_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_webhooks",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("room_id", BIGINT, nullable=False),
        sa.Column("token_id", BIGINT, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("made_by", BIGINT, nullable=False),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.Column("made_by_unit", sa.String(length=200), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_by", BIGINT, nullable=True),
        sa.Column("refused_at", UTCDateTime(), nullable=True),
        sa.Column("refused_for", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["core_people.id"], name=op.f("fk_chat_webhooks_made_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["core_people.id"], name=op.f("fk_chat_webhooks_revoked_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["chat_rooms.id"],
            name=op.f("fk_chat_webhooks_room_id_chat_rooms"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["core_tokens.id"],
            name=op.f("fk_chat_webhooks_token_id_core_tokens"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_webhooks")),
        sa.UniqueConstraint("token_id", name=op.f("uq_chat_webhooks_token_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_chat_webhooks_uid")),
    )
    with op.batch_alter_table("chat_webhooks", schema=None) as batch_op:
        batch_op.create_index("ix_chat_webhooks_room", ["room_id", "id"], unique=False)
    op.add_column("chat_messages", sa.Column("webhook_id", BIGINT, nullable=True))
