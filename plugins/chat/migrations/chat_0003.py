"""Enquiry desks and house rules."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "chat_0003"
down_revision = "chat_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_desks",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("unit_id", types.BIGINT, nullable=False),
        sa.Column("welcome", sa.Text(), nullable=False),
        sa.Column("opened_at", types.UTCDateTime(), nullable=False),
        sa.Column("opened_by", types.BIGINT, nullable=False),
        sa.Column("closed_at", types.UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["core_people.id"], name=op.f("fk_chat_desks_opened_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_org_units.id"], name=op.f("fk_chat_desks_unit_id_core_org_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_desks")),
        sa.UniqueConstraint("uid", name=op.f("uq_chat_desks_uid")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_chat_desks_unit_id")),
    )
    op.create_table(
        "chat_enquiries",
        sa.Column("room_id", types.BIGINT, autoincrement=False, nullable=False),
        sa.Column("desk_id", types.BIGINT, nullable=False),
        sa.Column("asker_id", types.BIGINT, nullable=False),
        sa.Column("asker_name", sa.String(length=200), nullable=False),
        sa.Column("asker_unit", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["core_people.id"], name=op.f("fk_chat_enquiries_asker_id_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["chat_desks.id"], name=op.f("fk_chat_enquiries_desk_id_chat_desks")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["chat_rooms.id"],
            name=op.f("fk_chat_enquiries_room_id_chat_rooms"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_chat_enquiries")),
    )
    with op.batch_alter_table("chat_enquiries", schema=None) as batch_op:
        batch_op.create_index("ix_chat_enquiries_desk", ["desk_id", "room_id"], unique=False)
    op.create_table(
        "chat_known_rules",
        sa.Column("person_id", types.BIGINT, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seen_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_people.id"],
            name=op.f("fk_chat_known_rules_person_id_core_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_chat_known_rules")),
    )
