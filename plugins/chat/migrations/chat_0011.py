"""Where the quotation of a forwarded message begins."""

import sqlalchemy as sa
from alembic import op

revision = "chat_0011"
down_revision = "chat_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chat_messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quote_at", sa.Integer(), nullable=True))
