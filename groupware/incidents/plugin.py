"""Security incidents as a feature of the house."""

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.incidents.models import Incident
from groupware.incidents.permissions import PERMISSIONS
from groupware.incidents.queries import expired
from groupware.incidents.seed import seed
from groupware.incidents.services import YEARS, purge
from groupware.incidents.views import blueprint
from groupware.plugin import CONTRACT, Plugin, RecordKind

plugin = Plugin(
    id="incidents",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Security incidents"),
    summary=lazy_gettext("Report what went wrong; keep evidence and act."),
    icon="triangle-alert",
    order=996,
    in_menu=False,
    endpoint="incidents.index",
    blueprint=blueprint,
    permissions=PERMISSIONS,
    records=(
        RecordKind(
            id="incidents.incident",
            title=lazy_gettext("Security incidents"),
            model=Incident,
            default_years=YEARS,
            expired=expired,
            purge=purge,
        ),
    ),
    seed=seed,
)
