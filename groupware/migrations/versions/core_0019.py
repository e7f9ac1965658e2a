"""Duty kinds of the disclosure and security officers, for instances that began before there were any."""

import sqlalchemy as sa
from alembic import op

revision = "core_0019"
down_revision = "core_0018"
branch_labels = None
depends_on = None

KINDS = (
    ("disclosure_officer", "情報公開担当", "Disclosure officer"),
    ("security_officer", "情報セキュリティ担当", "Information security officer"),
)


def upgrade() -> None:
    kinds = sa.table(
        "core_duty_kinds",
        sa.column("code", sa.String),
        sa.column("name", sa.String),
        sa.column("name_en", sa.String),
        sa.column("official_order", sa.Integer),
    )
    known = dict(op.get_bind().execute(sa.select(kinds.c.code, kinds.c.official_order)).all())
    # A new instance has none yet and gets all of them from groupware/setup.py.
    if not known:
        return
    wanted = [kind for kind in KINDS if kind[0] not in known]
    after = max(known.values()) + 1
    op.bulk_insert(
        kinds,
        [
            {"code": code, "name": name, "name_en": name_en, "official_order": order}
            for order, (code, name, name_en) in enumerate(wanted, after)
        ],
    )
