"""Requests for disclosure as a feature of the house."""

from groupware.disclosure.models import Case
from groupware.disclosure.permissions import PERMISSIONS
from groupware.disclosure.retention import expired, purge
from groupware.disclosure.rules import RULES
from groupware.disclosure.seed import seed
from groupware.disclosure.services import YEARS
from groupware.disclosure.views import blueprint
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Plugin, RecordKind

plugin = Plugin(
    id="disclosure",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Requests for disclosure"),
    summary=lazy_gettext("Find, protect, blacken and hand out what somebody has a right to see."),
    icon="search",
    order=995,
    in_menu=False,
    endpoint="disclosure.index",
    blueprint=blueprint,
    permissions=PERMISSIONS,
    rules=RULES,
    records=(
        RecordKind(
            id="disclosure.case",
            title=lazy_gettext("Requests for disclosure"),
            model=Case,
            default_years=YEARS,
            expired=expired,
            purge=purge,
        ),
    ),
    seed=seed,
)
