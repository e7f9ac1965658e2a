"""What the open page of a guest asks every few seconds: what there is to fetch. Staff hear of it by their socket."""

import uuid

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from groupware.web.boundary import actor
from groupware.web.gate import open_to_guests, signed_in
from plugins.chat.queries import happenings as queries
from plugins.chat.queries import rooms
from plugins.chat.views.blueprint import blueprint


@blueprint.get("/<uuid:uid>/happened")
@open_to_guests
@signed_in
def happened(uid: uuid.UUID) -> ResponseReturnValue:
    """Numbers of messages only: what they say is fetched as it is shown."""
    shown = rooms.one(actor(), uid)
    found = queries.happened(shown, request.args.get("since", shown.topic_seq, type=int))
    answer = jsonify(
        seq=found.seq,
        is_sent=found.is_sent,
        messages=found.messages,
        is_room_changed=found.is_room_changed,
        is_reset=found.is_reset,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
