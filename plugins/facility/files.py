"""Photos of facilities: who may see them, as the attachments ask it, and as pages show them."""

from collections.abc import Mapping, Sequence

from groupware import access
from groupware.actor import Actor
from groupware.attachments.queries import File, shown_files
from groupware.i18n import lazy_gettext
from groupware.plugin import AttachmentOwner, Owned
from plugins.facility.permissions import MANAGE
from plugins.facility.queries.facilities import Filter, seen
from plugins.facility.services.photos import OWNER


def of_facilities(actor: Actor, ids: Sequence[int]) -> Mapping[int, Owned]:
    """Those of the facilities that the actor may see, as owners of photos."""
    if not ids:
        return {}
    held = access.held(actor, MANAGE)
    return {
        one.id: Owned(
            title=one.name,
            endpoint="facility.facility",
            arguments={"uid": one.uid},
            unit_id=one.unit_id,
            is_manager=held.everywhere or one.unit_id in held.units,
        )
        for one in seen(actor, Filter(ids=tuple(ids), with_retired=True))
    }


def photos_of(facilities: Sequence[int]) -> dict[int, list[File]]:
    """The photos that can be looked at, by facility: examined, and drawn small. One query; whoever asks may see the facilities."""
    return {
        key: photos
        for key, some in shown_files(OWNER, facilities).items()
        if (photos := [one for one in some if one.may_be_looked_at])
    }


OWNERS = (AttachmentOwner(id=OWNER, title=lazy_gettext("Photos of facilities"), visible=of_facilities),)
