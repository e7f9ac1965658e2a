"""What is asked for, and what of it is refused before it is written."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from groupware import clock
from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.guards import texts
from groupware.i18n import gettext
from groupware.text.folding import fold
from plugins.schedule.enums import Layer
from plugins.schedule.models import SpecialRequest
from plugins.schedule.queries.special import askable
from plugins.schedule.services.content import EARLIEST, LATEST, PLACE_LENGTH, TITLE_LENGTH

LINE_LENGTH = 200
LINES_LENGTH = 500
TEXT_LENGTH = 2000
LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked for: whose time, when, what for, and with what."""

    person_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    text: str = ""
    other_times: str = ""
    place: str = ""
    attendants: str = ""
    companions: str = ""
    papers: str = ""
    papers_due: date | None = None
    wants_car: bool = False
    may_send_deputy: bool = False
    layer: Layer = Layer.STAFF


_STORED = (
    *("person_id", "title", "starts_at", "ends_at", "text", "other_times", "place", "attendants"),
    *("companions", "papers", "papers_due", "wants_car", "may_send_deputy"),
)


def checked(actor: Actor, plan: Plan, unit_id: int | None, kept: int | None = None) -> Plan:
    """The plan with its words in order, if it may be asked for. `kept` is a person who was asked already.

    Raises Invalid with the fields at fault.
    """
    lines: dict[str, Any] = {
        name: " ".join(getattr(plan, name).split())
        for name in ("title", "place", "attendants", "companions", "papers", "other_times")
    }
    plan = replace(plan, text=plan.text.replace("\r\n", "\n").strip(), **lines)
    faults: dict[str, str] = {}
    if plan.person_id not in (kept, *askable(actor.today)):
        faults["person"] = gettext("Please choose whose time you ask for.")
    if not plan.title:
        faults["title"] = gettext("Please enter the title.")
    limits = {"title": TITLE_LENGTH, "place": PLACE_LENGTH, "companions": LINE_LENGTH, "text": TEXT_LENGTH}
    for name in ("title", "place", "companions", "text", "attendants", "papers", "other_times"):
        limit, length = limits.get(name, LINES_LENGTH), len(getattr(plan, name))
        if length > limit:
            faults[name] = gettext(
                "At most %(limit)d characters (now %(length)d).", limit=limit, length=length
            )
    if plan.papers_due is not None and plan.papers_due < EARLIEST.date():
        faults["papers_due"] = gettext("Please enter a date between 1990 and 2099.")
    elif plan.papers_due is not None and plan.papers_due > clock.local(plan.ends_at).date():
        faults["papers_due"] = gettext("Papers are due before the event.")
    if faults:
        raise Invalid(gettext("Some entries need your attention."), fields=faults)
    require_times(plan.starts_at, plan.ends_at)
    words = {
        name: getattr(plan, name) for name in ("title", "text", "attendants", "companions", "papers", "place")
    }
    texts.require_clean(actor, unit_id, words)
    return plan


def require_times(starts_at: datetime, ends_at: datetime) -> None:
    """Raises Invalid for times that nobody can keep."""
    fault = ""
    if ends_at <= starts_at:
        fault = gettext("The end must be after the beginning.")
    elif ends_at - starts_at > LONGEST or not EARLIEST <= starts_at < LATEST:
        fault = gettext("A request is for %(days)d days at most.", days=LONGEST.days)
    if fault:
        raise Invalid(fault, fields={"ends_time": fault})


def put(one: SpecialRequest, plan: Plan) -> None:
    """Write the plan to the row; papers that are due on another day have not arrived."""
    if one.papers_due != plan.papers_due:
        one.papers_at = None
    for name in _STORED:
        setattr(one, name, getattr(plan, name))
    one.layer = plan.layer.value
    one.search_text = fold(f"{plan.title} {plan.place} {plan.text} {plan.attendants}", spaces="remove")
