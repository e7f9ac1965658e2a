"""The chat for programs: the same queries, services and permissions as its pages."""

from typing import Any
from uuid import UUID

from flask import url_for

from groupware.actor import Actor
from groupware.api.reading import wrong_position
from groupware.attachments.queries import File
from groupware.db import unit
from groupware.directory.picking import parse_principals
from groupware.errors import Invalid
from groupware.i18n import lazy_gettext, lazy_pgettext
from groupware.plugin import Collection, Operation, Slice
from plugins.chat.api_shapes import (
    ForwardedMessage,
    LaterMessage,
    MessageArguments,
    MessageFile,
    MessageItem,
    MessagePage,
    NamedItem,
    NewRoom,
    PinItem,
    PinList,
    Position,
    RoleName,
    RoomArguments,
    RoomDetails,
    RoomItem,
)
from plugins.chat.enums import Role
from plugins.chat.posting import post
from plugins.chat.queries import messages, own_rooms, pins, receipts, rooms
from plugins.chat.queries.files import files_at
from plugins.chat.queries.marks import marks_on
from plugins.chat.queries.mentions import named_in
from plugins.chat.queries.own_rooms import RoomLine
from plugins.chat.services import reading
from plugins.chat.services import rooms as services
from plugins.chat.services.forwarding import forward
from plugins.chat.services.rooms import RoomPlan
from plugins.chat.services.scheduling import Later, schedule

_ROLES = {role: RoleName[role.name] for role in Role}
_NAMES = {"unit_id": "unit", "due_at": "scheduled_at"}
"""What the fields of the form are called here."""


def _found(actor: Actor, wanted: RoomArguments, limit: int, after: tuple[Any, ...] | None) -> Slice:
    lines = own_rooms.mine(actor, is_archived=wanted.archived)
    if after is not None:
        if len(after) != 2 or not all(isinstance(part, int) for part in after):
            raise wrong_position()
        lines = [line for line in lines if _place(line) < after]
    shown = lines[:limit]
    items = [
        RoomItem(
            uid=line.uid,
            kind=line.kind,
            title=line.title,
            unit_id=line.unit_id,
            is_open=line.is_open,
            is_archived=line.is_archived,
            role=_ROLES[line.role],
            unread=line.unread,
            is_favourite=line.is_favourite,
            is_muted=line.is_muted,
            last_at=line.last_at,
            url=url_for("chat.room", uid=line.uid),
        )
        for line in shown
    ]
    return Slice(items=items, next=_place(shown[-1]) if len(lines) > limit else None)


def _place(line: RoomLine) -> tuple[int, int]:
    """Where a room stands in the list, in microseconds."""
    return round(line.at.timestamp() * 1_000_000), line.id


def _room(actor: Actor, uid: UUID) -> RoomDetails:
    room = rooms.one(actor, uid)
    return RoomDetails(
        uid=room.uid,
        kind=room.kind,
        title=room.title,
        purpose=room.purpose,
        unit_id=room.unit_id,
        is_open=room.is_open,
        shows_past=room.shows_past,
        retention_years=room.retention_years,
        is_archived=room.archived_at is not None,
        role=_ROLES[room.role] if room.role is not None else None,
        may_send=room.may_send,
        last_seq=room.last_seq,
        read_seq=room.read_seq,
        unread=room.unread,
        topic=room.topic,
        topic_seq=room.topic_seq,
        version=room.version,
        url=url_for("chat.room", uid=room.uid),
    )


def _create(actor: Actor, body: NewRoom) -> UUID:
    try:
        members = [(one.id, Role.MEMBER) for one in parse_principals(body.members, actor)]
    except Invalid as error:
        raise Invalid(error.message, fields={"members": error.message}) from error
    try:
        return services.make(
            actor,
            RoomPlan(
                name=body.name,
                purpose=body.purpose,
                unit_id=body.unit,
                is_open=body.is_open,
                shows_past=body.shows_past,
                kept_for=body.kept_for,
                members=members,
            ),
        ).uid
    except Invalid as error:
        fields = {_NAMES.get(name, name): text for name, text in error.fields.items()}
        raise Invalid(error.message, error.code, fields, **error.details) from error


def _messages(actor: Actor, uid: UUID, wanted: MessageArguments) -> MessagePage:
    room = rooms.one(actor, uid)
    page = messages.page(
        actor,
        room,
        before=wanted.before,
        after=wanted.after,
        around=wanted.around,
        limit=wanted.limit,
    )
    readers = receipts.counts(room, page.messages)
    keys = [one.id for one in page.messages]
    named, marks = named_in(actor, keys), marks_on(actor, keys)
    attached = files_at(page.messages)
    return MessagePage(
        messages=[
            MessageItem(
                uid=one.uid,
                seq=one.seq,
                sender=one.sender_uid,
                sender_name=one.sender_name,
                sender_unit=one.sender_unit,
                text=one.text,
                created_at=one.created_at,
                edited_at=one.edited_at,
                is_deleted=one.is_deleted,
                answers=one.quote.seq if one.quote is not None else None,
                mentions=[NamedItem(label=who.label, is_me=who.is_me) for who in named.get(one.id, ())],
                files=[_file(file) for file in attached.get(one.id, ())],
                is_pinned=one.id in marks and marks[one.id].is_pinned,
                quote_at=one.quote_at if not one.is_deleted else None,
                webhook_id=one.webhook_id,
                loudness=one.loudness,
                readers=readers[one.seq],
            )
            for one in page.messages
        ],
        has_older=page.has_older,
        has_newer=page.has_newer,
    )


def _file(file: File) -> MessageFile:
    return MessageFile(
        uid=file.uid,
        name=file.name,
        size=file.size,
        media_type=file.media_type,
        url=url_for("attachments.download", uid=file.uid),
        is_withheld=not file.may_be_opened,
    )


def _pins(actor: Actor, uid: UUID) -> PinList:
    return PinList(
        pins=[
            PinItem(
                uid=one.uid,
                seq=one.seq,
                sender_name=one.sender_name,
                sender_unit=one.sender_unit,
                text=one.text,
                created_at=one.said_at,
                pinned_by=one.by,
                pinned_at=one.at,
            )
            for one in pins.pinned(actor, rooms.one(actor, uid))
        ]
    )


def _send(actor: Actor, uid: UUID, body: LaterMessage) -> None:
    if body.scheduled_at is None:
        post(
            actor,
            uid,
            body.text,
            key=body.key,
            reply_to=body.reply_to,
            mentions=body.mentions,
            files=body.files,
            loudness=body.loudness,
        )
        return
    later = Later(
        body.text,
        body.scheduled_at,
        body.key,
        body.reply_to,
        body.mentions,
        body.loudness,
        files=tuple(body.files),
    )
    try:
        with unit("write"):
            schedule(actor, uid, later)
    except Invalid as error:
        fields = {_NAMES.get(name, name): text for name, text in error.fields.items()}
        raise Invalid(error.message, error.code, fields, **error.details) from error


def _forward(actor: Actor, uid: UUID, body: ForwardedMessage) -> None:
    forward(actor, uid, body.message, body.to, body.comment, key=body.key)


def _read(actor: Actor, uid: UUID, body: Position) -> None:
    reading.read_to(actor, uid, body.seq)


COLLECTIONS = (
    Collection(
        id="rooms",
        title=lazy_gettext("Chat rooms"),
        find=Operation(
            title=lazy_gettext("Rooms of the person, the one with the newest message first"),
            run=_found,
            takes=RoomArguments,
            gives=RoomItem,
        ),
        read=Operation(title=lazy_pgettext("api", "A room"), run=_room, gives=RoomDetails),
        create=Operation(title=lazy_pgettext("api", "Open a room"), run=_create, takes=NewRoom),
        acts={
            "messages": Operation(
                title=lazy_gettext("Say something in a room, once for each key"),
                run=_send,
                takes=LaterMessage,
                own_units=True,
            ),
            "forward": Operation(
                title=lazy_gettext("Say a message of a room in another room as well"),
                run=_forward,
                takes=ForwardedMessage,
            ),
            "read": Operation(
                title=lazy_gettext("Note how far the person has read"), run=_read, takes=Position
            ),
            "archive": Operation(title=lazy_pgettext("api", "Archive a room"), run=services.archive),
            "reopen": Operation(title=lazy_pgettext("api", "Reopen an archived room"), run=services.reopen),
        },
        parts={
            "messages": Operation(
                title=lazy_gettext("Messages of a room and how many have read them"),
                run=_messages,
                takes=MessageArguments,
                gives=MessagePage,
            ),
            "pins": Operation(title=lazy_gettext("What is pinned in a room"), run=_pins, gives=PinList),
        },
    ),
)
