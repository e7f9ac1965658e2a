"""Facilities in the search: by name, kana, place and features, found by those who may see them."""

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for

from groupware.actor import Actor
from groupware.i18n import lazy_pgettext
from groupware.plugin import SearchHit, SearchKind, SearchText
from plugins.facility.models import Facility
from plugins.facility.queries.facilities import Filter, features_of, seen, standing
from plugins.facility.services.catalogue import SEARCHED


def _texts(facilities: Sequence[int]) -> Iterable[SearchText]:
    features = features_of(facilities)
    return (
        SearchText(
            key=row.id,
            title=row.name,
            text=" ".join([row.kana, row.building, row.floor, row.note, *features.get(row.id, ())]),
            at=row.created_at.replace(microsecond=0),
            unit_id=row.unit_id,
        )
        for row in standing(facilities)
    )


def _describe(actor: Actor, facilities: Sequence[int]) -> Mapping[int, SearchHit]:
    return {
        one.id: SearchHit(
            title=one.name,
            url=url_for("facility.facility", uid=one.uid),
            detail=f"{one.group_name} {one.where}",
            text=one.note,
        )
        for one in seen(actor, Filter(ids=tuple(facilities)))
    }


FACILITIES = SearchKind(
    id=SEARCHED,
    title=lazy_pgettext("menu", "Facilities"),
    icon="door-open",
    model=Facility,
    texts=_texts,
    describe=_describe,
)
