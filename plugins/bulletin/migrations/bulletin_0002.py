"""Information labels."""

import sqlalchemy as sa
from alembic import op

revision = "bulletin_0002"
down_revision = "bulletin_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bulletin_audience", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("classification", sa.String(length=64), server_default="1", nullable=False)
        )
        batch_op.drop_index(batch_op.f("ix_bulletin_audience_end"))
        batch_op.create_index(
            "ix_bulletin_audience_end",
            [
                "principal_id",
                "shown_to",
                "posting_id",
                "category_id",
                "shown_from",
                "edition",
                "needs_confirmation",
                "classification",
            ],
            unique=False,
        )
        batch_op.drop_index(batch_op.f("ix_bulletin_audience_place"))
        batch_op.create_index(
            "ix_bulletin_audience_place",
            [
                "principal_id",
                "place",
                "shown_to",
                "shown_from",
                "category_id",
                "edition",
                "needs_confirmation",
                "classification",
                "posting_id",
            ],
            unique=False,
        )
