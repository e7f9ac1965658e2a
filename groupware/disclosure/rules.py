"""What the municipality's disclosure ordinance says, as rules."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Rule

DAYS = "disclosure.days"
EXTENSION_DAYS = "disclosure.extension_days"
CLAUSES = "disclosure.clauses"

RULES = (
    Rule(
        id=DAYS,
        title=lazy_gettext("Days until a request is decided"),
        help=lazy_gettext(
            "Counted from the day after the request arrived; if the last day is a day on which the office is closed, the next"
            " working day counts."
        ),
        default=15,
        minimum=1,
        maximum=60,
    ),
    Rule(
        id=EXTENSION_DAYS,
        title=lazy_gettext("Days by which the decision may be put off"),
        help=lazy_gettext("Once, with a reason, counted from the day after the first deadline."),
        default=45,
        minimum=0,
        maximum=90,
    ),
    Rule(
        id=CLAUSES,
        title=lazy_gettext("Clauses of the ordinance by which something is blackened"),
        help=lazy_gettext("Separated by “/”."),
        default=(
            "1号 個人に関する情報/2号 法人等に関する情報/3号 公共の安全等に関する情報/4号 審議、検討等に関する情報"
            "/5号 事務または事業に関する情報/6号 法令等により公開できない情報"
        ),
    ),
)


def clauses(text: str) -> tuple[str, ...]:
    """The clauses that the rule names, in their order."""
    return tuple(part.strip() for part in text.replace("／", "/").split("/") if part.strip())
