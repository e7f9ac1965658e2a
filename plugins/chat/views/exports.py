"""The lists of the chat as workbooks and CSV. What was said is no list: it leaves as a record."""

import uuid

from flask import Response, request

from groupware.directory.tree import org_tree
from groupware.i18n import gettext, pgettext
from groupware.web.boundary import actor
from groupware.web.exports import table_response
from groupware.web.gate import signed_in
from plugins.chat.enums import ROOM
from plugins.chat.queries import rooms
from plugins.chat.queries.directory import OpenRoom, members, open_rooms
from plugins.chat.queries.files import RoomFile, of_room
from plugins.chat.views.blueprint import blueprint
from plugins.chat.views.files import asked

MOST = 5000


@blueprint.get("/directory.<format>")
@signed_in
def export_directory(format: str) -> Response:  # noqa: A002  the word users know
    """Open rooms, as they were narrowed down."""
    text = request.args.get("q", "").strip()
    found: list[OpenRoom] = []
    after = None
    while len(found) < MOST:
        lines, after = open_rooms(actor(), text, after)
        found.extend(lines)
        if after is None:
            break
    tree = org_tree(actor().today)
    columns = [
        gettext("Room"),
        pgettext("chat room", "Purpose"),
        gettext("Responsible organisation"),
        gettext("Members"),
    ]
    rows = [[one.name, one.purpose, tree.path_name(one.unit_id), one.people] for one in found]
    return table_response(gettext("Open rooms"), columns, rows, format)


@blueprint.get("/<uuid:uid>/members.<format>")
@signed_in
def export_members(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """Who belongs to a room, as what."""
    shown = rooms.one(actor(), uid)
    columns = [gettext("Member"), pgettext("chat room", "Role"), pgettext("chat member", "Since")]
    rows = [[one.label, str(one.role.label), one.added_at] for one in members(shown)]
    return table_response(
        gettext("Members of %(room)s", room=shown.title[:40]),
        columns,
        rows,
        format,
        object_type=ROOM,
        object_id=shown.id,
        unit_id=shown.unit_id,
    )


@blueprint.get("/<uuid:uid>/files.<format>")
@signed_in
def export_files(uid: uuid.UUID, format: str) -> Response:  # noqa: A002  the word users know
    """The files of a room by name, as they were narrowed down; the files themselves are opened one by one."""
    shown = rooms.one(actor(), uid)
    words, kind = asked()
    found: list[RoomFile] = []
    before: int | None = None
    while len(found) < MOST:
        some, before = of_room(shown, words=words, kind=kind, before=before)
        found.extend(some)
        if before is None:
            break
    columns = [
        gettext("Name of the file"),
        gettext("Size in bytes"),
        pgettext("chat", "Sent by"),
        pgettext("chat", "Sent"),
    ]
    rows = [[one.file.name, one.file.size, one.sender_name, one.sent_at] for one in found]
    return table_response(
        gettext("Files of %(room)s", room=shown.title[:40]),
        columns,
        rows,
        format,
        object_type=ROOM,
        object_id=shown.id,
        unit_id=shown.unit_id,
    )
