"""What other plugins ask of the facilities: `groupware.capabilities.Reservable`, kept by the services of the pages."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from groupware.actor import Actor
from groupware.capabilities import Busy, Held, Offer, Question, Source, Span, Wish
from plugins.facility.enums import Status
from plugins.facility.queries import bookings as queries
from plugins.facility.queries.facilities import Filter, Place, seen
from plugins.facility.queries.finding import free_ids
from plugins.facility.services import sources as services


class Reservations:
    """Lends facilities to the things of other plugins."""

    def choices(self, actor: Actor, question: Question) -> Sequence[Offer]:
        """Facilities that the actor may see, free ones only if asked for."""
        wanted = Filter(
            text=question.text, kind=question.kind, capacity=question.capacity, uids=question.uids
        )
        times = list(question.times)
        is_narrowed_later = bool(times and question.only_free)
        places = seen(actor, wanted, 1000 if is_narrowed_later else question.limit)
        free = free_ids(places, times) if times else None
        offers = [_offer(place, None if free is None else place.id in free) for place in places]
        if is_narrowed_later:
            offers = [offer for offer in offers if offer.is_free]
        return offers[: question.limit]

    def busy(
        self, actor: Actor, facilities: Sequence[uuid.UUID], window: Span
    ) -> Mapping[uuid.UUID, Sequence[Busy]]:
        """When the facilities are held within the window."""
        if not facilities:
            return {}
        places = seen(actor, Filter(uids=facilities))
        holds = queries.holding((place.id for place in places), window.starts_at, window.ends_at)
        return {
            place.uid: [
                Busy(
                    starts_at=hold.busy_from,
                    ends_at=hold.busy_until,
                    is_confirmed=hold.status == Status.CONFIRMED,
                )
                for hold in holds.get(place.id, ())
            ]
            for place in places
        }

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
        """Let the source hold exactly these facilities at these times."""
        services.hold(
            actor, source, wishes, times, title=title, user_id=user_id, contact=contact, is_private=is_private
        )
        return self.held_by(actor, [source]).get(source, ())

    def move(self, actor: Actor, source: Source, times: Sequence[Span]) -> Sequence[Held]:
        """Let the source hold what it has at other times."""
        services.move(actor, source, times)
        return self.held_by(actor, [source]).get(source, ())

    def release(self, actor: Actor, source: Source) -> int:
        """Give back what the source holds."""
        return services.release(actor, source)

    def held_by(self, actor: Actor, sources: Sequence[Source]) -> Mapping[Source, Sequence[Held]]:
        """What the sources hold."""
        found: dict[Source, list[Held]] = {}
        for kind in {source.kind for source in sources}:
            rows = queries.of_sources(kind, [source.uid for source in sources if source.kind == kind])
            places = _places(actor, {row.facility_id for row in rows})
            for row in rows:
                place = places.get(row.facility_id)
                if place is not None:
                    found.setdefault(Source(kind, row.source_uid), []).append(_held(place, row))
        return found


def _places(actor: Actor, ids: set[int]) -> dict[int, Place]:
    if not ids:
        return {}
    return {place.id: place for place in seen(actor, Filter(ids=tuple(ids), with_retired=True))}


def _offer(place: Place, is_free: bool | None) -> Offer:
    return Offer(
        uid=place.uid,
        name=place.name,
        kind=place.kind,
        group=place.group_name,
        place=place.where,
        capacity=place.capacity,
        quantity=place.quantity,
        can_book=place.can_book,
        needs_approval=place.can_book and not place.is_confirmed_at_once,
        is_free=is_free,
    )


def _held(place: Place, row: Any) -> Held:
    return Held(
        facility=place.uid,
        name=place.name,
        kind=place.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        quantity=row.quantity,
        status=row.status,
        status_label=str(Status(row.status).label),
        url=f"/facility/bookings/{row.reservation_uid}",
    )
