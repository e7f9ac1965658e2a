"""Webhooks as a feature of the house; their pages are among those of administration."""

from groupware.i18n import lazy_gettext
from groupware.plugin import CONTRACT, Job, Plugin
from groupware.webhooks.delivering import ATTEMPTS, deliver
from groupware.webhooks.seed import seed
from groupware.webhooks.services import DELIVER, tidy

plugin = Plugin(
    id="webhooks",
    contract=CONTRACT,
    title=lazy_gettext("Webhooks"),
    summary=lazy_gettext("Other systems that are told when something happens."),
    icon="share-2",
    order=997,
    in_menu=False,
    jobs=(
        Job(
            id=DELIVER,
            title=lazy_gettext("Tell another system"),
            run=deliver,
            lease=60,
            attempts=ATTEMPTS,
            own_units=True,
        ),
        Job(
            id="webhooks.tidy",
            title=lazy_gettext("Remove old calls of webhooks"),
            every=24 * 3600,
            run=tidy,
        ),
    ),
    seed=seed,
)
