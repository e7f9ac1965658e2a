"""Pages of search."""

from flask import Blueprint, render_template, request, url_for

from groupware.i18n import gettext
from groupware.search.highlight import marked
from groupware.search.services import cleaned, is_too_short, search
from groupware.web.boundary import actor
from groupware.web.gate import signed_in

blueprint = Blueprint("search", __name__, template_folder="templates")


blueprint.app_template_filter("marked")(marked)


@blueprint.get("")
@signed_in
def index() -> str:
    """What the box finds, by kind; `in` names the kind that is looked at alone."""
    text = cleaned(request.args.get("q", ""))
    wanted = request.args.get("in", "")
    groups = search(actor(), text, wanted) if text and not is_too_short(text) else []
    only = next((group for group in groups if group.provider.id == wanted), None)
    filled = [group for group in groups if group.hits]
    total = sum(group.count for group in groups)
    is_capped = any(group.is_capped for group in groups)
    tabs = [(gettext("All"), url_for("search.index", q=text), only is None, _counted(total, is_capped))]
    tabs += [
        (
            str(group.provider.title),
            f"{url_for('search.index', q=text)}&in={group.provider.id}",
            group is only,
            _counted(group.count, group.is_capped),
        )
        for group in groups
        if group.hits or group is only
    ]
    return render_template(
        "search/index.html",
        text=text,
        is_short=bool(text) and is_too_short(text),
        groups=filled if only is None else [only],
        only=only,
        total=total,
        tabs=tabs,
    )


def _counted(number: int, is_capped: bool) -> str:
    return f"{number}+" if is_capped else str(number)
