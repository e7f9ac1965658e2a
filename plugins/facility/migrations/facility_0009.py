"""Wait for any time within a wider one."""

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "facility_0009"
down_revision = "facility_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("facility_waiting", sa.Column("last_start", types.UTCDateTime(), nullable=True))
    op.execute("UPDATE facility_waiting SET last_start = starts_at")
    with op.batch_alter_table("facility_waiting") as batch_op:
        batch_op.alter_column("last_start", nullable=False)
        batch_op.create_check_constraint(
            op.f("ck_facility_waiting_last_start"), "starts_at <= last_start AND last_start < ends_at"
        )
