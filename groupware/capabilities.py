"""What plugins can do for one another without knowing each other: protocols, and what answers where nobody provides them.

A plugin names what it provides in `Plugin.provides`; who wants it asks here, with the actor it acts for:

    reservable(actor).reserve(actor, Source("schedule.event", event.uid), wishes, times, title=event.title)

Switched off or absent, the provider is the Null of the protocol: it offers nothing, finds nothing, and refuses what cannot be
done. Everything runs in the caller's unit of work, so that an event and its rooms are written together or not at all. References
between plugins are opaque: a `Source` is stored and handed back, never joined.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast, runtime_checkable

from groupware import rules
from groupware.actor import Actor
from groupware.errors import Conflict, Denied
from groupware.i18n import gettext


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time from `starts_at` up to, but not including, `ends_at`; both aware."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """The thing of a plugin that something is held for: `kind` begins with the plugin's id, `uid` is the thing's."""

    kind: str
    uid: uuid.UUID


@dataclass(frozen=True, slots=True)
class Wish:
    """A facility, and how many of it where it is counted."""

    facility: uuid.UUID
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What facilities are sought. Empty is any; `uids` asks for these. With `times`, `Offer.is_free` says about all of them."""

    text: str = ""
    uids: Sequence[uuid.UUID] = ()
    kind: str = ""
    """`room`, `car` or `equipment`."""
    capacity: int = 0
    times: Sequence[Span] = ()
    only_free: bool = False
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A facility that the actor may see, in words. `is_free` is None where no time was asked about."""

    uid: uuid.UUID
    name: str
    kind: str
    group: str
    place: str
    """Building and floor."""
    capacity: int
    quantity: int
    can_book: bool
    """Whether the actor may book or at least request it."""
    needs_approval: bool
    is_free: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A time that is held at a facility, the pauses around it included; who holds it is not said."""

    starts_at: datetime
    ends_at: datetime
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A facility that a source has, at one time. `status` is `requested` or `confirmed`, in words `status_label`."""

    facility: uuid.UUID
    name: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    quantity: int
    status: str
    status_label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A wish that cannot be met: which facility, for which of the times, and why, in a sentence for the actor.

    `code` is `taken`, or the rule that refuses it: `closed`, `window`, `length`, `unit`, `limit`, `retired`, `denied`.
    """

    facility: uuid.UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    code: str
    message: str


class Clashes(Conflict):
    """Not everything that was wished can be had; nothing of it was taken. `clashes` holds each one."""

    default_code = "taken"

    def __init__(self, message: object, clashes: Sequence[Clash]) -> None:
        super().__init__(message)
        self.clashes = tuple(clashes)


@runtime_checkable
class Reservable(Protocol):
    """Rooms, cars and equipment that a plugin's own things can hold.

    Whoever calls has decided that the actor may change the source; the provider decides whether the actor may have the
    facility. Times are aware, half-open, in any order. Writing methods lock the facilities in one order first, so that two callers
    never wait for each other.
    """

    def choices(self, actor: Actor, question: Question) -> Sequence[Offer]:
        """Facilities that the actor may see, in their order, at most `question.limit`."""
        ...

    def busy(
        self, actor: Actor, facilities: Sequence[uuid.UUID], window: Span
    ) -> Mapping[uuid.UUID, Sequence[Busy]]:
        """When the facilities are held within `window`, by one query; without those that the actor may not see."""
        ...

    def reserve(
        self,
        actor: Actor,
        source: Source,
        wishes: Sequence[Wish],
        times: Sequence[Span],
        *,
        title: str,
        user_id: int | None = None,
        contact: str = "",
        is_private: bool = False,
    ) -> Sequence[Held]:
        """Let the source hold exactly these facilities at exactly these times from now on, all of them or none.

        What it has already and is wished again stays as it is, what is not wished any more is released, and times that are over
        stay untouched. So one call serves a new event, a moved one, one with another room and one with a changed series.
        `user_id` is the person it is for (the actor if None); with `is_private` others do not see the title.
        Raises `Clashes` with each wish that cannot be met, NotFound for a facility that the actor may not see, Invalid for
        what cannot be asked at all.
        """
        ...

    def move(self, actor: Actor, source: Source, times: Sequence[Span]) -> Sequence[Held]:
        """Let the source hold the facilities that it has at other times; as `reserve`. Nothing held is nothing done."""
        ...

    def release(self, actor: Actor, source: Source) -> int:
        """Give back everything that the source holds and that is not over; how many bookings that were."""
        ...

    def held_by(self, actor: Actor, sources: Sequence[Source]) -> Mapping[Source, Sequence[Held]]:
        """What the sources hold, by one query, in order of time; without facilities that the actor may not see."""
        ...


class NothingReservable:
    """Stands where no plugin lends facilities: none is offered, and none can be had."""

    def choices(self, actor: Actor, question: Question) -> Sequence[Offer]:
        """Nothing."""
        return ()

    def busy(
        self, actor: Actor, facilities: Sequence[uuid.UUID], window: Span
    ) -> Mapping[uuid.UUID, Sequence[Busy]]:
        """Nothing is busy where nothing is."""
        return {}

    def reserve(
        self,
        actor: Actor,
        source: Source,
        wishes: Sequence[Wish],
        times: Sequence[Span],
        *,
        title: str,
        user_id: int | None = None,
        contact: str = "",
        is_private: bool = False,
    ) -> Sequence[Held]:
        """Nothing wished is nothing done; anything else is Denied."""
        if wishes:
            raise Denied(gettext("Facilities cannot be booked here at present."), code="no_provider")
        return ()

    def move(self, actor: Actor, source: Source, times: Sequence[Span]) -> Sequence[Held]:
        """Nothing."""
        return ()

    def release(self, actor: Actor, source: Source) -> int:
        """Nothing."""
        return 0

    def held_by(self, actor: Actor, sources: Sequence[Source]) -> Mapping[Source, Sequence[Held]]:
        """Nothing."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a new event or date poll is to begin with. It travels in an address, so keep it short.

    `participants` are refs of the directory (`person:77`, `unit_tree:12`). `back` is an address of this house where whoever entered the
    event or asked the poll is led afterwards; `event` or `poll` is added to it, with the uid.
    """

    title: str = ""
    text: str = ""
    participants: Sequence[str] = ()
    back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """An event of which the actor sees at least the title. What else they may not see is empty."""

    uid: uuid.UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    is_all_day: bool
    place: str
    url: str
    is_repeated: bool = False
    people: frozenset[int] = frozenset()
    """Those who were asked about and take part."""
    units: frozenset[int] = frozenset()
    """Those organisations that were asked about in whose calendar it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A date poll that the actor may open."""

    uid: uuid.UUID
    title: str
    answer_by: datetime
    url: str


@runtime_checkable
class Appointing(Protocol):
    """Events and date polls that begin in another function. Nothing is entered in anybody's name: the actor sees a form, and sends it."""

    def compose_url(self, actor: Actor, draft: Draft) -> str:
        """Where the actor enters an event that begins with this; empty where that cannot be done."""
        ...

    def poll_url(self, actor: Actor, draft: Draft) -> str:
        """Where the actor asks for a common date; empty where that cannot be done."""
        ...

    def events_of(
        self, actor: Actor, people: Sequence[int], units: Sequence[int], window: Span
    ) -> Sequence[Meeting]:
        """What stands in the calendars of people and organisations within `window`, each occurrence once, in order of time.

        Two queries. Events of which the actor does not see the title are left out, so their times say nothing either.
        """
        ...

    def event(self, actor: Actor, uid: uuid.UUID) -> Meeting | None:
        """One event; None for what does not exist and for what the actor may not open."""
        ...

    def poll(self, actor: Actor, uid: uuid.UUID) -> Asked | None:
        """One date poll; None for what does not exist and for what the actor may not open."""
        ...


class NothingAppointing:
    """Stands where there is no schedule: nothing can be entered, and nothing stands in it."""

    def compose_url(self, actor: Actor, draft: Draft) -> str:
        """Nowhere."""
        return ""

    def poll_url(self, actor: Actor, draft: Draft) -> str:
        """Nowhere."""
        return ""

    def events_of(
        self, actor: Actor, people: Sequence[int], units: Sequence[int], window: Span
    ) -> Sequence[Meeting]:
        """Nothing."""
        return ()

    def event(self, actor: Actor, uid: uuid.UUID) -> Meeting | None:
        """Nothing."""
        return None

    def poll(self, actor: Actor, uid: uuid.UUID) -> Asked | None:
        """Nothing."""
        return None


@dataclass(frozen=True, slots=True)
class Place:
    """Where one talks with an organisation: what it is called on a button, its address, its icon."""

    label: str
    url: str
    icon: str


@runtime_checkable
class Conversing(Protocol):
    """Talking with organisations."""

    def places_of(self, actor: Actor, unit_id: int) -> Sequence[Place]:
        """The places of an organisation that are open to the actor, by at most three queries."""
        ...


class NothingConversing:
    """Stands where nobody talks."""

    def places_of(self, actor: Actor, unit_id: int) -> Sequence[Place]:
        """Nowhere."""
        return ()


NULLS: Mapping[type, Any] = {
    Reservable: NothingReservable(),
    Appointing: NothingAppointing(),
    Conversing: NothingConversing(),
}
"""Every capability, with what answers where nobody provides it."""


def provider(actor: Actor, capability: type) -> Any:
    """Who provides a capability where the actor works, or its Null."""
    for plugin in rules.enabled(actor.unit_id):
        if capability in plugin.provides:
            return plugin.provides[capability]
    return NULLS[capability]


def reservable(actor: Actor) -> Reservable:
    """Who lends facilities."""
    return cast("Reservable", provider(actor, Reservable))


def appointing(actor: Actor) -> Appointing:
    """Who enters events and finds dates."""
    return cast("Appointing", provider(actor, Appointing))


def conversing(actor: Actor) -> Conversing:
    """Who lets people talk with organisations."""
    return cast("Conversing", provider(actor, Conversing))
