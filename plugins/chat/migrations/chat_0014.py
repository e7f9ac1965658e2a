"""Standing rooms of organisations."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "chat_0014"
down_revision = "chat_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_unit_rooms",
        sa.Column("unit_id", types.BIGINT, autoincrement=False, nullable=False),
        sa.Column("room_id", types.BIGINT, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("opened_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["chat_rooms.id"],
            name=op.f("fk_chat_unit_rooms_room_id_chat_rooms"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_org_units.id"], name=op.f("fk_chat_unit_rooms_unit_id_core_org_units")
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_chat_unit_rooms")),
        sa.UniqueConstraint("room_id", name=op.f("uq_chat_unit_rooms_room_id")),
    )
