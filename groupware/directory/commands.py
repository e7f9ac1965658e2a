"""What people do by typing a command: tell others how to reach them."""

from sqlalchemy import bindparam, select

from groupware.actor import Actor
from groupware.db import BIGINT, fetch
from groupware.directory.models import Person
from groupware.directory.tree import org_tree
from groupware.errors import Invalid
from groupware.i18n import gettext, lazy_gettext, pgettext
from groupware.plugin import Command, CommandPlace, Says

_numbers = select(Person.extension, Person.phone).where(Person.id == bindparam("person", type_=BIGINT))


def _contact(actor: Actor, _place: CommandPlace, _arguments: str) -> Says:
    found = fetch(_numbers, {"person": actor.person_id}).one()
    if not (found.extension or found.phone):
        words = gettext("The directory holds no telephone number of yours.")
        raise Invalid(words, code="no_number", fields={"text": words})
    unit = org_tree(actor.today).get(actor.unit_id)
    lines = [" ".join(filter(None, (unit.name if unit is not None else "", actor.display_name)))]
    if found.extension:
        lines.append(pgettext("contact", "Extension %(number)s", number=found.extension))
    if found.phone:
        lines.append(pgettext("contact", "Telephone %(number)s", number=found.phone))
    return Says("\n".join(lines))


COMMANDS = (
    Command(
        id="directory.contact",
        names=("contact", "連絡先"),
        title=lazy_gettext("Posts your name, organisation and telephone number"),
        run=_contact,
    ),
)
