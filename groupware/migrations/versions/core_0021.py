"""Personal groups that their owners share."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "core_0021"
down_revision = "core_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_group_shares",
        sa.Column("group_id", types.BIGINT, nullable=False),
        sa.Column("principal_id", types.BIGINT, nullable=False),
        sa.Column("may_edit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["core_groups.id"],
            name=op.f("fk_core_group_shares_group_id_core_groups"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["principal_id"],
            ["core_principals.id"],
            name=op.f("fk_core_group_shares_principal_id_core_principals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "principal_id", name=op.f("pk_core_group_shares")),
    )
    with op.batch_alter_table("core_group_shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_group_shares_principal_id"), ["principal_id"], unique=False)
