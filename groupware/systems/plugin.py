"""Business systems as a feature of the house."""

from groupware.i18n import lazy_gettext
from groupware.plugin import CONTRACT, Job, Plugin, Scope
from groupware.systems.events import EVENTS
from groupware.systems.notifications import NOTIFICATIONS
from groupware.systems.seed import seed
from groupware.systems.services import tidy
from groupware.systems.services.tokens import SCOPE
from groupware.systems.views import blueprint
from groupware.systems.views.calls import CALLS

plugin = Plugin(
    id="systems",
    contract=CONTRACT,
    title=lazy_gettext("Business systems"),
    summary=lazy_gettext("Other systems post notices into the timeline and numbers at their icons."),
    icon="external-link",
    order=997,
    in_menu=False,
    mount="",
    blueprint=blueprint,
    events=EVENTS,
    notifications=NOTIFICATIONS,
    scopes=(
        Scope(
            id=SCOPE,
            title=lazy_gettext("Post notices and set counters as a business system"),
            is_for_systems=True,
        ),
    ),
    calls=CALLS,
    seed=seed,
    jobs=(
        Job(
            id="systems.tidy",
            title=lazy_gettext("Remove notices of business systems that are over"),
            every=3600,
            run=tidy,
        ),
    ),
)
