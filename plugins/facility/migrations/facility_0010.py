"""Lock facilities without writing to them."""

from alembic import op

revision = "facility_0010"
down_revision = "facility_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("facility_facilities", "turn")
