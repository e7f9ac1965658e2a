"""Of what people are told in a room, and what they are writing there."""

import sqlalchemy as sa
from alembic import op

revision = "chat_0006"
down_revision = "chat_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chat_places", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("telling", sa.String(length=64), nullable=False, server_default="mentions")
        )
        batch_op.add_column(sa.Column("draft_key", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("draft_reply_to", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("draft", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("draft_named", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index(
            "ix_chat_places_watching",
            ["room_id"],
            unique=False,
            sqlite_where=sa.text("telling = 'all'"),
            postgresql_where=sa.text("telling = 'all'"),
        )
    places = sa.table("chat_places", sa.column("is_muted", sa.Boolean), sa.column("telling", sa.String))
    op.execute(sa.update(places).where(places.c.is_muted.is_(True)).values(telling="none"))
    op.drop_column("chat_places", "is_muted")
