"""Guests and their sessions."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "core_0023"
down_revision = "core_0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_guests",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("person_id", types.BIGINT, nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("home", sa.String(length=200), nullable=False),
        sa.Column("unit_id", types.BIGINT, nullable=True),
        sa.Column("invited_at", types.UTCDateTime(), nullable=False),
        sa.Column("invited_by", types.BIGINT, nullable=False),
        sa.Column("approved_at", types.UTCDateTime(), nullable=True),
        sa.Column("approved_by", types.BIGINT, nullable=True),
        sa.Column("ends_at", types.UTCDateTime(), nullable=False),
        sa.Column("ended_at", types.UTCDateTime(), nullable=True),
        sa.Column("ended_by", types.BIGINT, nullable=True),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("networks", sa.String(length=500), nullable=False),
        sa.Column("is_device_bound", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["core_people.id"], name=op.f("fk_core_guests_approved_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["core_people.id"], name=op.f("fk_core_guests_ended_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["core_people.id"], name=op.f("fk_core_guests_invited_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_people.id"], name=op.f("fk_core_guests_person_id_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_org_units.id"], name=op.f("fk_core_guests_unit_id_core_org_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_guests")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_core_guests_code_digest")),
        sa.UniqueConstraint("login", name=op.f("uq_core_guests_login")),
        sa.UniqueConstraint("person_id", name=op.f("uq_core_guests_person_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_core_guests_uid")),
    )
    with op.batch_alter_table("core_guests", schema=None) as batch_op:
        batch_op.create_index("ix_core_guests_ends", ["ends_at"], unique=False)
        batch_op.create_index("ix_core_guests_unit", ["unit_id"], unique=False)
    op.create_table(
        "core_guest_sessions",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("guest_id", types.BIGINT, nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", types.UTCDateTime(), nullable=False),
        sa.Column("expires_at", types.UTCDateTime(), nullable=False),
        sa.Column("ended_at", types.UTCDateTime(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["guest_id"],
            ["core_guests.id"],
            name=op.f("fk_core_guest_sessions_guest_id_core_guests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_guest_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_core_guest_sessions_token_digest")),
    )
    with op.batch_alter_table("core_guest_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_core_guest_sessions_guest", ["guest_id", "ended_at"], unique=False)
