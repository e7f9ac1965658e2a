"""What a person has chosen, and choosing it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from groupware import rules
from groupware.actor import Actor
from groupware.db import session, upsert
from groupware.directory.models import Person
from groupware.errors import Invalid
from groupware.i18n import gettext
from groupware.notifications.enums import Channel, Rhythm
from groupware.notifications.models import MailRefusal, NoticeChoice, NoticePreference
from groupware.notifications.queries import kinds
from groupware.notifications.receivers import own_hours, working_hours
from groupware.notifications.rules import CLOCK

Ways = Mapping[str, frozenset[str]]
"""Kind → the channels on which it is told."""

TIMES = frozenset(value for value, _ in CLOCK)


@dataclass(frozen=True, slots=True)
class Delivery:
    """When the person wants mail and desktop; see `NoticePreference`."""

    mail_rhythm: str = ""
    daily_at: str = "08:30"
    is_quiet: bool = False
    quiet_until: str = ""
    quiet_from: str = ""
    urgent_waits: bool = False


@dataclass(frozen=True, slots=True)
class MailBox:
    """Where the person's mail goes; `refused` is what the mail server said when it took none for this address."""

    address: str
    refused: str


def defaults(actor: Actor) -> dict[str, frozenset[str]]:
    """The ways of every kind that the actor can be told of, as the bureau has them."""
    return {kind.id: frozenset(rules.value_for(actor, kind.channels_rule)) for kind in kinds(actor).values()}


def ways(actor: Actor) -> dict[str, frozenset[str]]:
    """The ways of every kind that the actor can be told of, as they are for the actor."""
    found = defaults(actor)
    for row in session.scalars(select(NoticeChoice).where(NoticeChoice.person_id == actor.person_id)):
        if row.kind in found:
            chosen = {
                channel
                for channel in Channel
                if (found[row.kind] >= {channel} if (own := _own(row, channel)) is None else own)
            }
            found[row.kind] = frozenset(chosen)
    return found


def _own(row: NoticeChoice, channel: Channel) -> bool | None:
    value: bool | None = getattr(row, f"by_{channel.value}")
    return value


def choose(
    actor: Actor, wanted: Mapping[str, Collection[str]], channels: Collection[str] = tuple(Channel)
) -> None:
    """From now on the actor is told of each kind on the ways in `wanted`, and on none of kinds that are not in it.

    Only `channels` are chosen, the others stay. What is as the bureau has it is not kept, so that it follows the bureau.
    """
    usual = defaults(actor)
    kept = {
        row.kind: row
        for row in session.scalars(select(NoticeChoice).where(NoticeChoice.person_id == actor.person_id))
    }
    rows: list[dict[str, object]] = []
    over: list[dict[str, object]] = []
    for kind, default in usual.items():
        row: dict[str, object] = {"person_id": actor.person_id, "kind": kind}
        for channel in Channel:
            is_wanted = channel in wanted.get(kind, ())
            if channel not in channels:
                row[f"by_{channel.value}"] = _own(kept[kind], channel) if kind in kept else None
            else:
                row[f"by_{channel.value}"] = is_wanted if is_wanted != (channel in default) else None
        is_usual = all(row[f"by_{channel.value}"] is None for channel in Channel)
        (over if is_usual else rows).append(row)
    session.execute(
        delete(NoticeChoice).where(
            NoticeChoice.person_id == actor.person_id, NoticeChoice.kind.in_([row["kind"] for row in over])
        )
    )
    if rows:
        statement = upsert(NoticeChoice)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[NoticeChoice.person_id, NoticeChoice.kind],
                set_={f"by_{one.value}": statement.excluded[f"by_{one.value}"] for one in Channel},
            ),
            rows,
        )


def delivery(actor: Actor) -> Delivery:
    """When the actor wants mail and desktop."""
    row = session.get(NoticePreference, actor.person_id)
    if row is None:
        return Delivery()
    return Delivery(
        row.mail_rhythm, row.daily_at, row.is_quiet, row.quiet_until, row.quiet_from, row.urgent_waits
    )


def save_delivery(actor: Actor, wanted: Delivery) -> None:
    """Keep it. Raises Invalid with its fields for what is no choice, and where no time of the working hours would be left."""
    problems: dict[str, object] = {}
    one_of_the_list = gettext("Please choose one of the list.")
    if wanted.mail_rhythm not in ("", *Rhythm):
        problems["mail_rhythm"] = one_of_the_list
    if wanted.daily_at not in TIMES:
        problems["daily_at"] = one_of_the_list
    for name in ("quiet_until", "quiet_from"):
        if getattr(wanted, name) not in ("", *TIMES):
            problems[name] = one_of_the_list
    if not problems and not _leaves_time(actor, wanted):
        problems["quiet_from"] = gettext("Please leave some of your working time open.")
    if problems:
        raise Invalid(gettext("Please check your entries."), fields=problems)
    row = session.get(NoticePreference, actor.person_id)
    if row is None:
        row = NoticePreference(person_id=actor.person_id)
        session.add(row)
    row.mail_rhythm, row.daily_at, row.is_quiet = wanted.mail_rhythm, wanted.daily_at, wanted.is_quiet
    row.quiet_until, row.quiet_from, row.urgent_waits = (
        wanted.quiet_until,
        wanted.quiet_from,
        wanted.urgent_waits,
    )


def _leaves_time(actor: Actor, wanted: Delivery) -> bool:
    try:
        own = own_hours(wanted.quiet_until, wanted.quiet_from)
    except ValueError:
        return False
    return working_hours(actor.unit_id, actor.today).common(own) is not None


def mail_box(actor: Actor) -> MailBox:
    """The actor's address, empty if the personnel department has delivered none."""
    address = session.scalar(select(Person.email).where(Person.id == actor.person_id)) or ""
    refusal = session.get(MailRefusal, actor.person_id)
    is_refused = refusal is not None and refusal.address == address
    return MailBox(address, refusal.reply if refusal is not None and is_refused else "")


__all__ = [
    "Delivery",
    "MailBox",
    "Ways",
    "choose",
    "defaults",
    "delivery",
    "mail_box",
    "save_delivery",
    "ways",
]
