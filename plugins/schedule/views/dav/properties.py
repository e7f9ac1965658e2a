"""What WebDAV and CalDAV want to know of every place, by the names of the properties."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from groupware.i18n import gettext
from groupware.web.boundary import MAX_CALL_BYTES
from plugins.schedule.icalendar.writing import timezone_of
from plugins.schedule.queries.programs import Entry
from plugins.schedule.services.private import LONGEST_TEXT
from plugins.schedule.views.dav import xml
from plugins.schedule.views.dav.places import OWN, Place, home_address, principal_address
from plugins.schedule.views.dav.xml import CS, IC, C, D, cal, dav, href

STATES: Final = "urn:groupware:schedule:"
INBOX: Final = f"{STATES}inbox"
"""The only state of the inbox."""
COLOURS: Final = ("#0f6cbd", "#2e7d32", "#b3560d", "#8e24aa", "#00838f", "#ad1457", "#5d4037", "#455a64")
SETTABLE: Final = frozenset(
    {
        f"{{{D}}}displayname",
        f"{{{C}}}calendar-description",
        f"{{{C}}}calendar-timezone",
        f"{{{IC}}}calendar-color",
        f"{{{IC}}}calendar-order",
    }
)
"""What a program may say otherwise about a calendar that it shows; only this person's programs are told."""
_OF_CHANGES: Final = frozenset(
    {f"{{{D}}}sync-token", f"{{{CS}}}getctag", f"{{{D}}}getetag", f"{{{D}}}getlastmodified"}
)
_READ: Final = ("read", "read-current-user-privilege-set")
_WRITE: Final = ("write", "write-properties", "write-content", "bind", "unbind", "unlock")


def token_of(person_id: int, seq: int) -> str:
    """The state of a calendar as programs keep it."""
    return f"{STATES}{person_id}:{seq}"


def seq_of(token: str, person_id: int) -> int | None:
    """The number in a token of this calendar, or None."""
    owner, _, seq = token.removeprefix(STATES).partition(":")
    fits = token.startswith(STATES) and owner == str(person_id) and seq.isascii() and seq.isdecimal()
    return int(seq) if fits and len(seq) < 19 else None


def partial_token(person_id: int, seq: int, root: int) -> str:
    """How far a first look at a calendar has come that began at `seq`."""
    return f"{token_of(person_id, seq)}:{root}"


def partial_of(token: str, person_id: int) -> tuple[int, int] | None:
    """(seq, root) of such a token, or None."""
    whole, _, root = token.rpartition(":")
    seq = seq_of(whole, person_id)
    fits = seq is not None and root.isascii() and root.isdecimal() and len(root) < 19
    return (seq, int(root)) if seq is not None and fits else None


def known(
    place: Place, seqs: Mapping[int, Any], said: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Callable[[], str]]:
    """Every property of a place that is no item, and how its value is made. `said` is what programs of the person set."""
    found = _computed(place, seqs)
    if place.slug:
        may_be_set = {name: value for name, value in said.items() if name not in found or name in SETTABLE}
        found |= {name: partial(str, value) for name, value in may_be_set.items()}
    return found


def protected(place: Place) -> set[str]:
    """The properties of a calendar that say what is so: no program sets them."""
    return _computed(place, {}).keys() - SETTABLE | _OF_CHANGES


def _computed(place: Place, seqs: Mapping[int, Any]) -> dict[str, Callable[[], str]]:
    me = place.me
    found: dict[str, Callable[[], str]] = {
        f"{{{D}}}resourcetype": lambda: _type(place),
        f"{{{D}}}displayname": lambda: xml.text(_title(place)),
        f"{{{D}}}current-user-principal": lambda: href(principal_address(me)),
        f"{{{D}}}principal-collection-set": lambda: href("/dav/principals/"),
        f"{{{D}}}current-user-privilege-set": lambda: _privileges(may_write=place.is_own),
        f"{{{D}}}supported-report-set": lambda: _reports(place),
        f"{{{D}}}owner": lambda: href(principal_address(place.person or me)),
    }
    if place.kind in ("root", "principals", "homes", "home", "principal"):
        # The home of somebody else is named, as programs expect, and is not there for who asks.
        found[f"{{{C}}}calendar-home-set"] = lambda: href(home_address(place.person or me))
        if place.kind != "principal" or place.is_own:
            found |= _scheduling(me)
        if place.kind == "principal":
            person = place.person
            found[f"{{{D}}}principal-URL"] = lambda: href(principal_address(person))
            found[f"{{{C}}}calendar-user-address-set"] = lambda: "".join(map(href, addresses(person)))
            found[f"{{{C}}}calendar-user-type"] = lambda: "INDIVIDUAL"
            found[f"{{{CS}}}email-address-set"] = lambda: cal_mail(person)
    if place.kind == "calendar":
        found |= _calendar(place, seqs)
    if place.kind == "private":
        found |= _private(place)
    if place.kind == "inbox":
        found[f"{{{C}}}schedule-default-calendar-URL"] = lambda: href(f"{home_address(me)}{OWN}/")
        found[f"{{{C}}}supported-calendar-component-set"] = _components
        found[f"{{{D}}}sync-token"] = lambda: INBOX
        found[f"{{{CS}}}getctag"] = lambda: '"inbox"'
    return found


def _scheduling(me: Any) -> dict[str, Callable[[], str]]:
    return {
        f"{{{C}}}schedule-inbox-URL": lambda: href(f"{home_address(me)}inbox/"),
        f"{{{C}}}schedule-outbox-URL": lambda: href(f"{home_address(me)}outbox/"),
    }


def addresses(person: Any) -> list[str]:
    """By what an attendee means this person, the preferred one first."""
    mail = [f"mailto:{person.email.lower()}"] if person.email else []
    return [*mail, f"urn:uuid:{person.uid}", principal_address(person)]


def cal_mail(person: Any) -> str:
    """The mail address, as calendar servers name it."""
    return f"<cs:email-address>{xml.text(person.email)}</cs:email-address>" if person.email else ""


def _calendar(place: Place, seqs: Mapping[int, Any]) -> dict[str, Callable[[], str]]:
    person = place.person
    row = seqs.get(person.id)
    found: dict[str, Callable[[], str]] = {
        f"{{{C}}}supported-calendar-component-set": _components,
        **_of_calendars(),
        f"{{{C}}}calendar-description": lambda: xml.text(
            gettext("The schedule of %(name)s", name=person.display_name)
        ),
        f"{{{C}}}max-resource-size": lambda: str(MAX_CALL_BYTES),
        f"{{{C}}}min-date-time": lambda: "19900101T000000Z",
        f"{{{C}}}max-date-time": lambda: "20991231T235959Z",
        f"{{{C}}}schedule-calendar-transp": lambda: cal("opaque" if place.is_own else "transparent"),
        f"{{{IC}}}calendar-color": lambda: COLOURS[0 if place.is_own else 1 + person.id % (len(COLOURS) - 1)],
        f"{{{IC}}}calendar-order": lambda: "1" if place.is_own else "2",
        f"{{{D}}}getcontenttype": lambda: "text/calendar; charset=utf-8; component=vevent",
    }
    if row is not None:
        found[f"{{{D}}}sync-token"] = lambda: token_of(person.id, row.seq)
        found[f"{{{CS}}}getctag"] = lambda: f'"{row.seq}"'
        found[f"{{{D}}}getetag"] = lambda: f'"{row.seq}"'
        found[f"{{{D}}}getlastmodified"] = lambda: f"{row.changed_at:%a, %d %b %Y %H:%M:%S GMT}"
    return found


def _of_calendars() -> dict[str, Callable[[], str]]:
    return {
        f"{{{C}}}supported-calendar-data": lambda: (
            '<c:calendar-data content-type="text/calendar" version="2.0"/>'
        ),
        f"{{{C}}}supported-collation-set": lambda: "".join(
            cal("supported-collation", one) for one in ("i;ascii-casemap", "i;octet", "i;unicode-casemap")
        ),
        f"{{{C}}}calendar-timezone": lambda: xml.text(_timezone()),
    }


def _private(place: Place) -> dict[str, Callable[[], str]]:
    row = place.private
    components = row.components.split()
    token = private_token(row, row.seq)
    return {
        f"{{{C}}}supported-calendar-component-set": lambda: "".join(
            f'<c:comp name="{one}"/>' for one in components
        ),
        **_of_calendars(),
        f"{{{C}}}calendar-description": str,
        f"{{{C}}}max-resource-size": lambda: str(LONGEST_TEXT),
        f"{{{C}}}min-date-time": lambda: "19000101T000000Z",
        f"{{{C}}}max-date-time": lambda: "21991231T000000Z",
        f"{{{C}}}schedule-calendar-transp": lambda: cal("transparent"),
        f"{{{IC}}}calendar-color": lambda: COLOURS[1 + row.id % (len(COLOURS) - 1)],
        f"{{{IC}}}calendar-order": lambda: "3",
        f"{{{D}}}getcontenttype": lambda: "text/calendar; charset=utf-8",
        f"{{{D}}}sync-token": lambda: token,
        f"{{{CS}}}getctag": lambda: f'"{row.uid}-{row.seq}"',
        f"{{{D}}}getetag": lambda: f'"{row.uid}-{row.seq}"',
        f"{{{D}}}getlastmodified": lambda: f"{row.changed_at:%a, %d %b %Y %H:%M:%S GMT}",
    }


def private_token(row: Any, seq: int, after: int | None = None) -> str:
    """The state of a private calendar; with `after` how far a first look has come that began at `seq`."""
    return f"{STATES}{row.uid}:{seq}" + (f":{after}" if after is not None else "")


def private_state(token: str, row: Any) -> tuple[int, int | None] | None:
    """(seq, after) of a token of this calendar, or None."""
    uid, _, rest = token.removeprefix(STATES).partition(":")
    numbers = rest.split(":")
    is_number = all(one.isascii() and one.isdecimal() and len(one) < 19 for one in numbers)
    if not token.startswith(STATES) or uid != str(row.uid) or not is_number or len(numbers) > 2:
        return None
    return int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else None


def _timezone() -> str:
    inner: str = timezone_of("Asia/Tokyo").to_ical().decode()
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//groupware//JA\r\n{inner}END:VCALENDAR\r\n"


def _components() -> str:
    return '<c:comp name="VEVENT"/>'


def _type(place: Place) -> str:
    inner = {
        "principal": dav("principal"),
        "calendar": cal("calendar"),
        "private": cal("calendar"),
        "inbox": cal("schedule-inbox"),
        "outbox": cal("schedule-outbox"),
    }.get(place.kind, "")
    return (dav("collection") if place.kind != "principal" else "") + inner


def _title(place: Place) -> str:
    if place.kind == "private":
        return str(place.slug)
    if place.kind == "calendar":
        return gettext("My schedule") if place.is_own else str(place.person.display_name)
    return str(place.person.display_name) if place.person is not None else gettext("Calendars")


def _privileges(*, may_write: bool) -> str:
    names = (*_READ, *_WRITE) if may_write else _READ
    listed = [dav("privilege", dav(name)) for name in names]
    listed.append(dav("privilege", cal("read-free-busy")))
    return "".join(listed)


def _reports(place: Place) -> str:
    if place.kind == "outbox":
        return ""
    names = [dav("principal-property-search"), dav("principal-search-property-set")]
    if place.kind in ("calendar", "private", "inbox"):
        names += [cal("calendar-query"), cal("calendar-multiget"), dav("sync-collection")]
    if place.kind in ("calendar", "private"):
        names.append(cal("free-busy-query"))
    return "".join(dav("supported-report", dav("report", one)) for one in names)


def of_item(place: Place, entry: Entry, text: str | None) -> dict[str, Callable[[], str]]:
    """Every property of an item. Its text is `calendar-data` where it was asked for."""
    found: dict[str, Callable[[], str]] = {
        f"{{{D}}}getetag": lambda: f'"{entry.tag}"',
        f"{{{C}}}schedule-tag": lambda: f'"{entry.tag}"',
        f"{{{D}}}getcontenttype": lambda: "text/calendar; charset=utf-8; component=vevent",
        f"{{{D}}}resourcetype": str,
        f"{{{D}}}current-user-principal": lambda: href(principal_address(place.me)),
        f"{{{D}}}current-user-privilege-set": lambda: _privileges(may_write=place.is_own),
        f"{{{D}}}owner": lambda: href(principal_address(place.person)),
    }
    if text is not None:
        found[f"{{{C}}}calendar-data"] = lambda: xml.text(text)
        found[f"{{{D}}}getcontentlength"] = lambda: str(len(text.encode()))
    return found


def of_private_item(place: Place, row: Any, text: str | None) -> dict[str, Callable[[], str]]:
    """Every property of an entry of a private calendar."""
    kind = f"text/calendar; charset=utf-8; component={row.component.lower()}"
    found: dict[str, Callable[[], str]] = {
        f"{{{D}}}getetag": lambda: f'"{row.tag}"',
        f"{{{D}}}getcontenttype": lambda: kind,
        f"{{{D}}}getcontentlength": lambda: str(row.size),
        f"{{{D}}}getlastmodified": lambda: f"{row.changed_at:%a, %d %b %Y %H:%M:%S GMT}",
        f"{{{D}}}resourcetype": str,
        f"{{{D}}}current-user-principal": lambda: href(principal_address(place.me)),
        f"{{{D}}}current-user-privilege-set": lambda: _privileges(may_write=True),
        f"{{{D}}}owner": lambda: href(principal_address(place.me)),
    }
    if text is not None:
        found[f"{{{C}}}calendar-data"] = lambda: xml.text(text)
    return found


def answered(address: str, wanted: Iterable[str] | None, values: Mapping[str, Callable[[], str]]) -> str:
    """The values of the properties that were asked for; None asks for all."""
    if wanted is None:
        return xml.response(address, [xml.tag(name, make()) for name, make in values.items()])
    found = [xml.tag(name, values[name]()) for name in wanted if name in values]
    return xml.response(address, found, [name for name in wanted if name not in values])
