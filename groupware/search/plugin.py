"""Search as a feature of the house."""

from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import CONTRACT, Job, Plugin, Scope
from groupware.search import jobs
from groupware.search.api import COLLECTIONS
from groupware.search.views import blueprint

plugin = Plugin(
    id="search",
    contract=CONTRACT,
    title=lazy_pgettext("menu", "Search"),
    summary=lazy_gettext("One box over everything."),
    icon="search",
    order=995,
    in_menu=False,
    blueprint=blueprint,
    jobs=(
        Job(
            id="search.keep",
            title=lazy_gettext("Look whether the search index is complete"),
            every=600,
            run=jobs.keep,
        ),
        Job(id="search.reindex", title=lazy_gettext("Index a part of the contents anew"), run=jobs.reindex),
        Job(
            id="search.extract",
            title=lazy_gettext("Read the words of a file for the search"),
            run=jobs.extract,
            attempts=3,
            own_units=True,
        ),
    ),
    api=COLLECTIONS,
    scopes=(Scope(id="search:read", title=lazy_gettext("Search")),),
)
