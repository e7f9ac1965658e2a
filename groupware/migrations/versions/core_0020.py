"""Holds that are kept as evidence."""

import sqlalchemy as sa
from alembic import op

revision = "core_0020"
down_revision = "core_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("core_holds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_kept", sa.Boolean(), server_default=sa.false(), nullable=False))
    holds = sa.table("core_holds", sa.column("id", sa.BigInteger), sa.column("is_kept", sa.Boolean))
    entries = sa.table("core_incident_entries", sa.column("hold_id", sa.BigInteger))
    of_incidents = sa.select(entries.c.hold_id).where(entries.c.hold_id.is_not(None))
    op.execute(sa.update(holds).where(holds.c.id.in_(of_incidents)).values(is_kept=True))
