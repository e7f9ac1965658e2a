"""The key that sends messages, as a person chose it."""

import sqlalchemy as sa
from alembic import op

revision = "core_0022"
down_revision = "core_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("core_preferences", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sending_key", sa.String(length=64), nullable=False, server_default=""))
