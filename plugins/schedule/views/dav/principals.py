"""Looking for people by name or address (RFC 3744, 9.4 and 9.5): a program that invites somebody asks who there is."""

from typing import Final
from xml.etree.ElementTree import Element

from flask import Response

from groupware.access import holds_somewhere
from groupware.actor import Actor
from groupware.directory.queries.people_search import Wanted, found_people
from groupware.directory.queries.roll import is_seen, roll
from groupware.directory.search import READ
from groupware.i18n import current_locale, gettext
from plugins.schedule.queries import programs
from plugins.schedule.views.dav import properties, xml
from plugins.schedule.views.dav.places import Place, principal_address
from plugins.schedule.views.dav.xml import CS, C, D, dav

SEARCH: Final = f"{{{D}}}principal-property-search"
SEARCHED: Final = f"{{{D}}}principal-search-property-set"
MOST: Final = 100
"""People in one answer."""
_NAMES: Final = frozenset({f"{{{D}}}displayname", f"{{{CS}}}first-name", f"{{{CS}}}last-name"})
_ADDRESSES: Final = frozenset({f"{{{C}}}calendar-user-address-set", f"{{{CS}}}email-address-set"})


def report(actor: Actor, at: Place, body: Element) -> Response:
    """Answer the question which people there are, or by what they can be looked for."""
    if body.tag == SEARCHED:
        return _searched()
    prop = body.find(f"{{{D}}}prop")
    # The library caldav names what it wants outside of an empty prop: nothing named means everything.
    names = [one.tag for one in prop] if prop is not None and len(prop) else None
    ids = _found(actor, body)
    known = programs.people(ids[:MOST])
    responses = []
    for person in (known[one] for one in ids[:MOST] if one in known):
        found = Place(kind="principal", address=principal_address(person), me=at.me, person=person)
        responses.append(properties.answered(found.address, names, properties.known(found, {})))
    if len(ids) > MOST:
        responses.append(
            xml.gone(at.address, "507 Insufficient Storage", dav("number-of-matches-within-limits"))
        )
    return xml.multistatus(responses)


def _found(actor: Actor, body: Element) -> list[int]:
    """In 建制順; who may not look into the directory finds nobody but themselves."""
    wanted = [_matching(one) for one in body.findall(f"{{{D}}}property-search")]
    people = set(roll().place)
    if wanted:
        is_any = body.get("test") == "anyof"
        people &= set().union(*wanted) if is_any else wanted[0].intersection(*wanted)
    may_look = holds_somewhere(actor, READ)
    return roll().sorted(one for one in people if one == actor.person_id or (may_look and is_seen(one)))


def _matching(search: Element) -> set[int]:
    words = " ".join((search.findtext(f"{{{D}}}match") or "").split())
    found: set[int] = set()
    if not words:
        return found
    asked = {one.tag for one in search.iterfind(f"{{{D}}}prop/*")}
    if asked & _NAMES:
        found.update(found_people(Wanted(words)).people)
    if asked & _ADDRESSES:
        lower = words.lower()
        found.update(programs.people_of_addresses([lower, f"mailto:{lower}"]).values())
    return found


def _searched() -> Response:
    described = ((name, gettext("Name")) for name in (f"{{{D}}}displayname",))
    addresses = ((name, gettext("Mail address")) for name in sorted(_ADDRESSES))
    listed = [
        dav(
            "principal-search-property",
            dav("prop", xml.tag(name))
            + xml.tag(f"{{{D}}}description", xml.text(words), {"xml:lang": current_locale.get()}),
        )
        for name, words in (*described, *addresses)
    ]
    return xml.document("d:principal-search-property-set", "".join(listed), 200)
