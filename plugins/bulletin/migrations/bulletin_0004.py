"""Postings that wait for approval are found without reading all others."""

import sqlalchemy as sa
from alembic import op

revision = "bulletin_0004"
down_revision = "bulletin_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_awaiting = sa.text("awaiting_since IS NOT NULL")
    with op.batch_alter_table("bulletin_postings", schema=None) as batch_op:
        batch_op.drop_index("ix_bulletin_postings_awaiting")
        batch_op.create_index(
            "ix_bulletin_postings_awaiting",
            ["awaiting_since", "id"],
            unique=False,
            sqlite_where=is_awaiting,
            postgresql_where=is_awaiting,
        )
