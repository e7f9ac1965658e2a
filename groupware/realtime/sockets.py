"""What a browser may say over its socket, and how this process speaks to it: Socket.IO through Flask-SocketIO.

One namespace serves all functions; what belongs to a function begins with its id. Every message is answered for the person
behind the cookie as the database knows them now, never as they were when the socket was opened.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import socketio
from flask import Flask, request
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError as Refused

from groupware import clock, metrics
from groupware.actor import Actor
from groupware.auth.loading import SignedIn
from groupware.db import unit
from groupware.directory.wall import without_wall
from groupware.events.topics import PERSON, person_topic
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.i18n import gettext
from groupware.notifications.queries import at_the_bell
from groupware.plugin import Plugin, SocketMessage
from groupware.realtime.bell import Bell
from groupware.realtime.bus import Message, bus
from groupware.realtime.entering import Answer, entering, may_say, present, refusal, said, speaking_theirs
from groupware.realtime.frames import LARGEST_FRAME, refuse_giants
from groupware.realtime.hub import Hub, room_of, room_of_person
from groupware.realtime.presence import LOOKED_AT, Presence, State, room_of_looking
from groupware.realtime.queries import Position, events_after, position, positions
from groupware.realtime.rooms import IndexedManager
from groupware.realtime.seats import Seat, Seats
from groupware.realtime.sessions import Sessions
from groupware.realtime.sight import seen_people
from groupware.realtime.topics import may_follow, may_signal

AsyncMode = Literal["eventlet", "threading"]

NAMESPACE = "/"
MESSAGES = 20
"""Messages of one socket in a second; further ones are refused."""
AT_ONCE = 50
"""Missed events that come with the answer; more of them are fetched over HTTP."""
OPENING = 4
"""Sockets that are opened at a time; those of a crowd wait here, because every further connection to the database would plan
all statements anew."""
TOPICS = 100
"""Topics that one socket may follow."""

_log = logging.getLogger("groupware.realtime")


@dataclass(frozen=True, slots=True)
class _Found:
    place: Position
    missed: list[dict[str, Any]]


class Malformed(Exception):
    """A message that our own client never sends."""


class Realtime:
    """The sockets of one process: who sits there, the hub behind them, and the handlers of what they say."""

    def __init__(self, app: Flask, mode: AsyncMode) -> None:
        self.app = app
        self.rooms = IndexedManager()
        self.socketio = SocketIO(
            async_mode=mode,
            client_manager=self.rooms,
            manage_session=False,
            max_http_buffer_size=LARGEST_FRAME,
            http_compression=False,
        )
        self.socketio.init_app(app)
        self.server: socketio.Server = app.extensions["socketio"].server
        refuse_giants(self.server, self._too_large)
        self.seats = Seats()
        self._turns = threading.BoundedSemaphore(OPENING)
        self._read: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
        metrics.SOCKETS.set_function(self.seats.__len__)
        self.hub = Hub(app, app.extensions["groupware_bus"], self)
        self.presence = Presence(secrets.token_hex(8), self.seats, self._tell_state, self._publish)
        self.bell = Bell(app, self.hub, self.seats)
        self.sessions = Sessions(app, self.seats, self._end)
        self.hub.on |= {"signal": self._signalled, "presence": self.presence.heard}
        self.hub.on_ended = self._ended
        self.hub.every_tick += [self.presence.tick, self.sessions.tick, self._read.clear]
        for name, step in {
            "follow": self._follow,
            "unfollow": self._unfollow,
            "signal": self._signal,
            "look": self._look,
            "state": self._state,
        }.items():
            self.socketio.on_event(name, self._answering(step))
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._disconnect)

    def declare(self, plugins: Iterable[Plugin]) -> None:
        """Let clients say what functions declare."""
        for plugin in plugins:
            for message in plugin.sockets:
                self.socketio.on_event(message.id, self._saying(plugin, message))

    # What the hub needs

    def send(self, room: str, event: str, data: Any, *, but: Sequence[str] = ()) -> None:
        """To every socket of a room, except some."""
        metrics.DELIVERIES.inc(self.members(room))
        self.server.emit(event, data, room=room, skip_sid=list(but), namespace=NAMESPACE)

    def close(self, room: str) -> None:
        """Everybody leaves the room."""
        self.server.close_room(room, namespace=NAMESPACE)

    def members(self, room: str) -> int:
        """How many sockets are in a room."""
        return self.rooms.members(NAMESPACE, room)

    def start(self, task: Callable[[], None]) -> None:
        """Run a task in the background."""
        self.server.start_background_task(task)

    def sleep(self, seconds: float) -> None:
        """Let the others go on meanwhile."""
        self.server.sleep(seconds)

    # What clients say

    def _connect(self, auth: Any = None) -> None:
        """{"mobile", "topics"}; whoever comes back says here what they followed, and lacks nothing after one answer."""
        asked = auth if isinstance(auth, dict) else {}
        with self._turns, entering() as signed_in:
            if signed_in is None or signed_in.must_change_password:
                raise Refused("signed_out")
            if not zoning.allows(signed_in.actor, Act.VIEW):
                raise Refused("zone")
            unread = at_the_bell(signed_in.actor, signed_in.unread_notices)
            try:
                wanted = _wanted(asked.get("topics", {}))
            except Malformed as error:
                raise Refused("malformed") from error
            own = person_topic(signed_in.person_id)
            allowed = self._allowed(replace(signed_in.actor, via="socket"), wanted)
            places = positions([own, *allowed])
            stands = self._stands(wanted, allowed, places)
        seat = Seat(
            sid=_sid(),
            person_id=signed_in.person_id,
            session_id=signed_in.session_id,
            display_name=signed_in.display_name,
            is_mobile=asked.get("mobile") is True,
        )
        self.seats.take(seat)
        self.server.enter_room(seat.sid, room_of_person(seat.person_id), namespace=NAMESPACE)
        if self.hub.follow(own, places.get(own, Position())) is None:
            # A right ended while the socket was opened: look again.
            self.sessions.suspect(seat.person_id)
        self.presence.note(seat.person_id)
        ready = {"unread": unread, "topics": self._enter(seat, stands)}
        self.server.emit("ready", ready, room=seat.sid, namespace=NAMESPACE)

    def _disconnect(self, *_: Any) -> None:
        seat = self.seats.leave(_sid())
        if seat is not None:
            self.presence.note(seat.person_id)
            if not self.seats.of_person(seat.person_id):
                self.hub.forget(person_topic(seat.person_id))

    def _follow(self, actor: Actor, seat: Seat, message: dict[str, Any]) -> Answer:
        """{"topics": {name: number of the last event known, or null}} → {"topics": {name: stand or null}}.

        A stand is {"seq", "epoch"} and, where a number was given and not too many are missing, {"events"} after it;
        {"again": true} if the right to follow was just being renewed; null for what there is not for this person.
        """
        wanted = _wanted(message.get("topics"))
        if len(seat.rooms.keys() | wanted.keys()) > TOPICS:
            raise Malformed(gettext("This page follows too much at once."))
        allowed = self._allowed(actor, wanted)
        return {"topics": self._enter(seat, self._stands(wanted, allowed, positions(allowed)))}

    @staticmethod
    def _allowed(actor: Actor, wanted: Iterable[str]) -> list[str]:
        return [name for name in wanted if may_follow(actor, name)]

    def _stands(
        self, wanted: Mapping[str, int | None], allowed: Sequence[str], places: Mapping[str, Position]
    ) -> dict[str, _Found | None]:
        """Where the allowed topics stand, and what happened after the numbers that were named."""
        found: dict[str, _Found | None] = dict.fromkeys(wanted)
        for name in allowed:
            place, since = places.get(name, Position()), wanted[name]
            is_behind = since is not None and 0 < place.seq - since <= AT_ONCE
            found[name] = _Found(place, self._missed(name, since or 0, place.seq) if is_behind else [])
        return found

    def _missed(self, name: str, since: int, until: int) -> list[dict[str, Any]]:
        """Events of a topic; who comes back in a crowd lacks the same ones, which are read once a second."""
        key = (name, since, until)
        if key not in self._read:
            self._read[key] = [event for event in events_after(name, since) if event["seq"] <= until]
        return self._read[key]

    def _enter(self, seat: Seat, found: Mapping[str, _Found | None]) -> Answer:
        """Let the socket into the rooms of what it may follow. What happens from there on arrives."""
        answer: Answer = dict.fromkeys(found)
        for name, one in found.items():
            if one is None:
                continue
            room = room_of(name, one.place.epoch)
            if seat.rooms.get(name) not in (None, room):
                self._leave(seat, name)
            self.server.enter_room(seat.sid, room, namespace=NAMESPACE)
            seat.rooms[name] = room
            if self.hub.follow(name, one.place) is None:
                self._leave(seat, name)
                answer[name] = {"again": True}
            else:
                answer[name] = {"seq": one.place.seq, "epoch": one.place.epoch, "events": one.missed}
        return answer

    def _leave(self, seat: Seat, name: str) -> None:
        room = seat.rooms.pop(name, None)
        if room is not None:
            self.server.leave_room(seat.sid, room, namespace=NAMESPACE)

    def _unfollow(self, actor: Actor, seat: Seat, message: dict[str, Any]) -> Answer:
        for name in _wanted(message.get("topics")):
            self._leave(seat, name)
        return {}

    def _signal(self, actor: Actor, seat: Seat, message: dict[str, Any]) -> Answer:
        """{"topic", "signal"}: tell the other followers something that nobody keeps."""
        topic, signal = message.get("topic"), message.get("signal")
        is_following = isinstance(topic, str) and topic in seat.rooms
        if not is_following or not zoning.allows(actor, Act.SEND) or not may_signal(actor, topic, signal):
            return refusal("not_found", gettext("The page you are looking for was not found."))
        message = {
            "is": "signal",
            "topic": topic,
            "signal": signal,
            "by": seat.display_name,
            "person": seat.person_id,
        }
        self._publish(message)
        return {}

    def _look(self, actor: Actor, seat: Seat, message: dict[str, Any]) -> Answer:
        """{"people": [id, …]} → {"people": {id: state}}, and from then on every change of theirs."""
        wanted = message.get("people")
        if not isinstance(wanted, list) or len(wanted) > LOOKED_AT or not all(type(p) is int for p in wanted):
            raise Malformed(gettext("The message could not be understood."))
        seen = seen_people(actor, wanted)
        for person_id in seat.looks_at - seen:
            self.server.leave_room(seat.sid, room_of_looking(person_id), namespace=NAMESPACE)
        for person_id in seen - seat.looks_at:
            self.server.enter_room(seat.sid, room_of_looking(person_id), namespace=NAMESPACE)
        seat.looks_at = seen
        return {"people": {str(person_id): self.presence.of(person_id).value for person_id in sorted(seen)}}

    def _state(self, actor: Actor, seat: Seat, message: dict[str, Any]) -> Answer:
        """{"away": true or false}."""
        seat.is_away = message.get("away") is True
        self.presence.note(seat.person_id)
        return {}

    def _answering(self, step: Callable[[Actor, Seat, dict[str, Any]], Answer]) -> Callable[..., Answer]:
        """The handler of a message: for whom, how often, in which words a refusal is told."""

        def handle(message: Any = None, *_: Any) -> Answer:
            seat = self.seats.get(_sid())
            with entering() as signed_in:
                refused = self._refused(seat, signed_in, message)
                if refused is not None or seat is None or signed_in is None:
                    return refused or {}
                try:
                    return step(replace(signed_in.actor, via="socket"), seat, message)
                except Malformed as error:
                    return refusal("malformed", str(error))

        return handle

    def _saying(self, plugin: Plugin, declared: SocketMessage) -> Callable[..., Answer]:
        """The handler of a message that a function declares: it acts when the unit in which it is asked who speaks is over."""

        def handle(message: Any = None, *_: Any) -> Answer:
            seat = self.seats.get(_sid())
            with speaking_theirs():
                with unit("read"):
                    signed_in = present()
                    refused = self._refused(seat, signed_in, message)
                    if refused is None and signed_in is not None:
                        refused = may_say(plugin, signed_in.actor)
                if refused is not None or signed_in is None:
                    return refused or {}
                return said(declared, replace(signed_in.actor, via="socket"), message)

        return handle

    def _refused(self, seat: Seat | None, signed_in: SignedIn | None, message: Any) -> Answer | None:
        """Why a message is not listened to, if so."""
        if seat is None or signed_in is None or signed_in.session_id != seat.session_id:
            self._end(_sid())
            return refusal("signed_out", gettext("Please sign in."))
        if seat.spends(int(clock.monotonic())) > MESSAGES:
            return refusal("too_many", gettext("There were too many requests in a short time."))
        if not isinstance(message, dict):
            return refusal("malformed", gettext("The message could not be understood."))
        if not zoning.allows(signed_in.actor, Act.VIEW):
            self._end(_sid())
            return refusal("zone", gettext("Your permissions do not include this."))
        return None

    def _too_large(self) -> Answer:
        """What is said of a message that nobody has read."""
        with self.app.app_context(), speaking_theirs():
            return refusal("too_large", gettext("The message is too large to be sent in this way."))

    # What the bus and the clock bring

    def _signalled(self, message: Message) -> None:
        room = self.hub.room(message["topic"])
        if room is not None:
            own = [seat.sid for seat in self.seats.of_person(message["person"])]
            words = {name: message[name] for name in ("topic", "signal", "by", "payload") if name in message}
            self.send(room, "signal", words, but=own)

    def _ended(self, topic: str) -> None:
        """A session or a right of a person is over: sessions are looked at again, and what they follow is asked for anew."""
        if not topic.startswith(PERSON):
            return
        person_id = int(topic.removeprefix(PERSON))
        self.sessions.suspect(person_id)
        for seat in self.seats.of_person(person_id):
            for name in list(seat.rooms):
                self._leave(seat, name)
                self.server.emit("moved", {"topic": name, "crowd": 1}, room=seat.sid, namespace=NAMESPACE)
            for looked_at in seat.looks_at:
                self.server.leave_room(seat.sid, room_of_looking(looked_at), namespace=NAMESPACE)
            seat.looks_at = set()
        if self.seats.of_person(person_id):
            with self.app.app_context(), without_wall(), unit("read"):
                self.hub.follow(topic, position(topic))

    def _end(self, sid: str) -> None:
        """The session behind a socket is over: it is told so, and receives nothing later."""
        seat = self.seats.leave(sid)
        if seat is not None:
            self.presence.note(seat.person_id)
        self.server.emit("end", {}, room=sid, namespace=NAMESPACE)
        self.server.disconnect(sid, namespace=NAMESPACE)

    def _tell_state(self, person_id: int, state: State) -> None:
        self.send(room_of_looking(person_id), "presence", {"person": person_id, "state": state.value})

    def _publish(self, message: Message) -> None:
        with self.app.app_context():
            bus().publish([message])


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO sets it


def _wanted(value: Any) -> dict[str, int | None]:
    """Topics and the numbers of their last events that somebody knows."""
    if not isinstance(value, dict) or len(value) > TOPICS:
        raise Malformed(gettext("The message could not be understood."))
    for name, since in value.items():
        if not isinstance(name, str) or not (since is None or (type(since) is int and 0 <= since < 2**53)):
            raise Malformed(gettext("The message could not be understood."))
    return value


__all__ = ["AsyncMode", "Realtime"]
