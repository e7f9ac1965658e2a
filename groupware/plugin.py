"""The contract between the house and a function: frozen data without behaviour.

A function is one `Plugin(...)` named `plugin`. It is data so that portal, rule editor, permission matrix and the tests of
the documentation can list what it contributes. `docs/plugin-contract.md` describes every field with an example.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from flask import Blueprint

CONTRACT = 1
"""Version of this contract; a plugin names the one it was written for."""

Text = Any
"""A translatable string: the result of `lazy_gettext`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One view in the section bar of a plugin. `permission` hides it from those who do not hold it.

    `is_shown(actor)` hides it from others, where not a grant but the things themselves say for whom it is. Every page of the
    plugin asks, so it issues no query. Views with the same `group` stand in a menu of that name behind the others: what is needed now
    and then, or for administration.
    """

    endpoint: str
    label: Text
    icon: str = ""
    permission: str | None = None
    is_shown: Callable[[Any], bool] | None = None
    is_primary: bool = False
    badge: Callable[[Any], int] | None = None
    group: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portlet:
    """A block of the portal. `load(actor)` returns the template's variables; it may issue at most two queries.

    `column` is where it stands in the default common layout, `order` where within the column; a `column` of None means
    that it is only offered.
    """

    id: str
    title: Text
    icon: str
    template: str
    load: Callable[[Any], Mapping[str, Any]]
    column: Literal["top", "main", "side"] | None = "main"
    order: int = 50
    endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """What a function keeps at hand on every page: a number at its menu item, and a panel that is opened beside the page.

    Scripts ask for both after the page has loaded, so that no page pays a query. `count` is the endpoint that answers
    `{"count": n}`, `panel` that of the part which the panel begins with, `module` the script that works in it, `sheet` its
    stylesheet. `letter` opens it together with Alt.
    """

    count: str
    panel: str
    module: str
    sheet: str
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Something that can be allowed: `<plugin>:<resource>:<action>`.

    `given_to_all` is held by everybody who is signed in. `implies` are held with it. `is_elevated` acts ask for the
    password again; `is_audited` acts are written to the audit by the service that requires them.
    """

    id: str
    title: Text
    implies: tuple[str, ...] = ()
    given_to_all: bool = False
    is_elevated: bool = False
    is_audited: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A setting that a bureau may decide: typed, bounded, inherited down the organisation tree.

    Whoever asks for the value says whose organisation counts: `rules.value` takes that of the object, `rules.value_for`
    that of the acting appointment.
    """

    id: str
    title: Text
    help: Text
    default: bool | int | str | tuple[str, ...]
    choices: tuple[tuple[str, Text], ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int = 500

    @property
    def kind(self) -> Literal["bool", "int", "choice", "choices", "text"]:
        """What the editor offers for it."""
        if isinstance(self.default, bool):
            return "bool"
        if isinstance(self.default, int):
            return "int"
        if isinstance(self.default, tuple):
            return "choices"
        return "choice" if self.choices else "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """A durable event: `<plugin>.<thing>_<past tense>` and the fields its payload has, all of them ids or field names."""

    id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicKind:
    """Topics that open pages may follow: `<id>.<key>`, the key being that of a room, a posting, a facility.

    `may_follow(actor, key)` is asked when a page begins to follow and again whenever rights have changed. `signals` name
    what followers may tell each other that is never kept (somebody is writing); `may_signal(actor, key)` allows it.
    A topic has no more followers than people who may see the thing: never one for everybody.
    """

    id: str
    may_follow: Callable[[Any, int], bool]
    signals: tuple[str, ...] = ()
    may_signal: Callable[[Any, int], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketMessage:
    """Something that clients may say over their socket, to be kept: `<plugin>.<verb>`.

    `run(actor, body)` is called outside of a unit of work, for somebody who may send from where they are, with a body that fits the
    model `takes`. What it returns, a `gives`, is the answer, and what it raises is the refusal; so an answer follows the commit.
    """

    id: str
    title: Text
    run: Callable[[Any, Any], Any]
    takes: Any
    gives: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a line of the timeline is about, in words. `may_be_mailed`: its title may stand in a mail, if the bureau allows titles."""

    title: str
    url: str
    detail: str = ""
    may_be_mailed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationKind:
    """Something that people are told in their timeline (新着) because an event happened.

    `subject` names the field of the event's payload that holds the key of what it is about. `audience(payload)` is a select
    of the ids of those who are told, or None for nobody; it runs in a job, `due(payload)` says from when on if not at
    once. `describe(actor, keys)` says in words, by one query, what of these things the actor may see. Kinds with the same
    `thing` and key stand as one in the timeline. `urgent(payload)` says whether it may disturb people outside of their
    working time. `channels` are the ways on which people are told unless their bureau or they themselves choose otherwise.
    `concerns(payload, caused_by)` says, in the unit of work of the event and by one query at most, whether there is anybody to be
    told beside who caused it: for what is mostly one person's own affair, so that no job is left for nobody.
    """

    id: str
    title: Text
    icon: str
    event: str
    subject: str
    audience: Callable[[Mapping[str, Any]], Any]
    describe: Callable[[Any, Sequence[int]], Mapping[int, About]]
    due: Callable[[Mapping[str, Any]], Any] | None = None
    thing: str = ""
    urgent: Callable[[Mapping[str, Any]], bool] | None = None
    channels: tuple[str, ...] = ("timeline", "desktop")
    concerns: Callable[[Mapping[str, Any], int | None], bool] | None = None

    @property
    def about(self) -> str:
        """What sort of thing it is about: `thing`, or the kind alone."""
        return self.thing or self.id

    @property
    def channels_rule(self) -> str:
        """The id of the built-in rule by which bureaus choose the ways."""
        return f"{self.id}_channels"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One answer of the search box. `text` is what the words are shown in, as plain text."""

    title: str
    url: str
    detail: str = ""
    at: Any = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """What a thing is found by, as plain text. `at` is its place among the newest, in whole seconds.

    `unit_id` and `person_id` are what people narrow a search down by: whose it is, and who wrote it.
    """

    key: int
    title: str
    text: str
    at: Any
    unit_id: int | None = None
    person_id: int | None = None
    container_id: int | None = None


@dataclass(frozen=True, slots=True)
class Containers:
    """Where the things lie that an actor finds: `ids`. Of those in `partly` they find only what meets the criterion `seen` over the model."""

    ids: Sequence[int]
    partly: Sequence[int] = ()
    seen: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKind:
    """A kind of thing whose texts are indexed. A service that writes one calls `search.index` in the same unit of work.

    `texts(keys)` says what those of the things are found by that may be found at all. Found is what the actor may read:
    the rows of `model` by its access declaration, or, with `containers(actor)`, what lies in one of these containers (ids, or
    `Containers` where of some of them not everything is theirs). Where
    less is seen of some rows than their whole text, `seen` is the criterion over `model` for those of which all is seen,
    and `titled` the one for those of which at least the title is: these are found by words of their title alone.
    `describe(actor, keys)` says in words, by one query, what was found.
    """

    id: str
    title: Text
    icon: str
    model: Any
    texts: Callable[[Sequence[int]], Iterable[SearchText]]
    describe: Callable[[Any, Sequence[int]], Mapping[int, SearchHit]]
    containers: Callable[[Any], Sequence[int] | Containers] | None = None
    seen: Any = None
    titled: Any = None


@dataclass(frozen=True, slots=True)
class Linked:
    """A page that an address leads to: the view's argument `uid`, and what stands behind the question mark."""

    uid: UUID
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewKind:
    """Pages of a function of which an address, where somebody has written one, shows what it leads to.

    `endpoint` is a view whose one argument is `uid`. `describe(actor, pages)` says what each of them is, in a number of
    queries that does not depend on theirs, and leaves out what the actor may not see: nothing tells that it is there.
    """

    endpoint: str
    icon: str
    describe: Callable[[Any, Sequence[Linked]], Mapping[Linked, "SearchHit"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProvider:
    """Answers the search box for one kind of thing that has an index of its own, limited to what the actor may see.

    `find(actor, text, limit)` returns at most `limit` hits, best first.
    """

    id: str
    title: Text
    icon: str
    find: Callable[[Any, str, int], Sequence[SearchHit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingItem:
    """Something that waits for the actor, shown in 確認が必要 of the portal, ordered by `due`."""

    title: str
    url: str
    kind: Text
    icon: str
    due: Any = None
    nudged_at: Any = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSource:
    """Where pending items come from. `load(actor, limit)` returns items and the whole number, capped at 100, by one query each."""

    id: str
    load: Callable[[Any, int], tuple[Sequence[PendingItem], int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A record as a request for disclosure copies it: everything that it says, in plain words.

    `facts` are pairs of a name and a value: sender, dates; `text` is the body with all that was said under it.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """A kind of content with a retention clock. `expired(day)` selects (id, uid, title, since) rows, `purge(ids)` erases them.

    For requests for disclosure, `find(words, since, until, units, limit)` returns (id, uid, title, at, unit_id) of the
    records of these organisations (None: of all) that hold every folded word, newest first, whoever may see them, and
    `exhibit(id)` says what one of them holds. `withdraw(actor, id)` takes one out of everybody's sight after an incident; who may
    has been decided. Where a record is too long to be copied as one, `part` is the model of what stands for a stretch of it:
    `find` and `exhibit` speak of its rows, and `whole(row)` is the record, which is what a hold protects.
    """

    id: str
    title: Text
    model: Any
    default_years: int
    expired: Callable[[Any], Any]
    purge: Callable[[Sequence[int]], None]
    find: Callable[[Sequence[str], Any, Any, Any, int], Any] | None = None
    exhibit: Callable[[int], Exhibit] | None = None
    part: Any = None
    whole: Callable[[Any], Any] | None = None
    withdraw: Callable[[Any, int], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A thing with attachments, as somebody sees it; `endpoint` with `arguments` shows it. `classification` decides whether
    downloads are recorded; they are in any case where it `is_recorded`.

    Who `is_manager` also has the files that are proposed for it, or were taken away from it.
    """

    title: str
    endpoint: str
    arguments: Mapping[str, Any]
    unit_id: int | None = None
    classification: str = "1"
    is_manager: bool = False
    is_recorded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentOwner:
    """A kind of thing that files can belong to; `id` is its type, `<plugin>.<thing>`.

    `visible(actor, ids)` says of those that the actor may read what they are, by one query; the files of all others do not
    exist for them. Files of what `is_provisional`, a draft, may move on to another owner.
    """

    id: str
    title: Text
    visible: Callable[[Any, Sequence[int]], Mapping[int, Owned]]
    is_provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that no page waits for, done by a worker in a write unit of its own.

    With `every` (seconds) it repeats by itself as `run(actor)`; without, it is done as `run(actor, **payload)` for every
    `jobs.enqueue`. One that fails is tried again after a growing pause; one that does not repeat at most `attempts` times.
    A worker that has not ended it after `lease` seconds is taken for dead: choose it well above the usual time, and cut
    long work into jobs, because on SQLite nobody else writes meanwhile. With `own_units` it runs outside of a unit and opens
    short ones itself, for work that waits for somebody outside.
    """

    id: str
    title: Text
    run: Callable[..., Any]
    every: int | None = None
    lease: int = 300
    attempts: int = 8
    own_units: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Something that a token may be limited to: `<plugin>:read` or `<plugin>:write`, or of a part `<plugin>.<part>:read`.

    A token does only what is in its scopes, and never more than its person may. `is_for_systems` scopes are given to
    tokens of foreign systems, the others to those of people.
    """

    id: str
    title: Text
    is_for_systems: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of a list. `next` is where the list goes on: numbers and texts of the last item's place, None at the end."""

    items: Sequence[Any]
    next: tuple[int | str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something that programs may ask for. `takes` and `gives` are models (`groupware.api.shapes`) of what goes in and out.

    `run` calls the same queries and services as the pages. Its arguments are said by the field of `Collection` it stands in.
    With `own_units`, for an act, it runs outside of a unit of work and has its own.
    """

    title: Text
    run: Callable[..., Any]
    takes: Any = None
    gives: Any = None
    own_units: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Things that programs reach at `/api/v1/<plugin>/<id>` (an empty `id` is the plugin itself), one by one by their `key`.

    - `find`: `run(actor, arguments, limit, after)` returns a `Slice`, `after` being the `next` of the slice before.
    - `read`: `run(actor, key)` returns one as it is; its bytes make the ETag.
    - `create`: `run(actor, body)` returns the key. `change`: `run(actor, key, body, seen)`, `seen` being what `read` says.
    - `remove`: `run(actor, key)`. `acts`: `run(actor, key)`, with the body as third argument if it takes one.
    - `parts`: `run(actor, key)`, with the arguments as third argument if it takes some.

    A token needs `<plugin>:read` for what reads and `<plugin>:write` for the rest; `permission` must be held besides.
    """

    id: str
    title: Text
    key: Literal["uuid", "int"] = "uuid"
    permission: str | None = None
    most: int = 50
    find: Operation | None = None
    read: Operation | None = None
    create: Operation | None = None
    change: Operation | None = None
    remove: Operation | None = None
    acts: Mapping[str, Operation] = field(default_factory=dict)
    parts: Mapping[str, Operation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An address for programs that is no collection, as the description of the API shows it; a view of the plugin answers it.

    `path` is the whole one, with `{name}` for a part that varies. `answers` says by status which model is given, or None.
    `address_part` names the part that is the token itself, where none is sent in the header.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    title: Text
    scope: str
    takes: Any = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    address_part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandPlace:
    """Where somebody types a command: what the place is called, its address, and the organisation that answers for it.

    `people()` are those who are there, as refs of the directory (`person:77`, `unit_tree:12`); only commands that need them ask.
    """

    uid: UUID
    title: str
    url: str
    unit_id: int | None
    people: Callable[[], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Says:
    """A command ends in a message of whoever typed it."""

    text: str


@dataclass(frozen=True, slots=True)
class Opens:
    """A command ends on a page of the house, mostly a form that is filled in. Nothing is done in anybody's name."""

    url: str


@dataclass(frozen=True, slots=True)
class Answers:
    """A command ends in an answer that only who typed it sees, and that nothing keeps: pairs of words and what they mean."""

    title: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something that people do by typing `/` and one of its `names` where they write: `<plugin>.<name>`.

    `names` are in Latin letters and Japanese, each of them once in the house; width, case and kana make no difference. `takes` says what may
    follow the name, empty for nothing. Who does not hold the `permission` in some scope has no such command. `run(actor, place,
    arguments)` looks and answers, in a unit that reads: a `Says`, an `Opens` or an `Answers`; its refusals are shown, and what was typed
    stays. Only what is `for_all_places` is offered where not everybody may know who is there.
    """

    id: str
    names: tuple[str, ...]
    title: Text
    run: Callable[[Any, CommandPlace, str], Says | Opens | Answers]
    takes: Text = ""
    permission: str | None = None
    for_all_places: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RootUrl:
    """An address outside of `/<id>`, where a standard says that programs look for it: below `/dav/` or `/.well-known/`.

    `view` answers the `methods`, as the endpoint `<id>.<name>`; it declares its access as every view does.
    """

    path: str
    name: str
    view: Callable[..., Any]
    methods: tuple[str, ...] = ("GET",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A function of the groupware. Validated when the application starts; see `registry.py`."""

    id: str
    contract: int
    title: Text
    summary: Text
    icon: str
    order: int
    short_title: Text | None = None
    in_menu: bool = True
    endpoint: str | None = None
    mount: str | None = None
    blueprint: Blueprint | None = None
    nav: tuple[NavItem, ...] = ()
    badge: Callable[[Any], int] | None = None
    companion: Companion | None = None
    portlets: tuple[Portlet, ...] = ()
    pending: tuple[PendingSource, ...] = ()
    permissions: tuple[Permission, ...] = ()
    rules: tuple[Rule, ...] = ()
    events: tuple[EventKind, ...] = ()
    topics: tuple[TopicKind, ...] = ()
    sockets: tuple[SocketMessage, ...] = ()
    notifications: tuple[NotificationKind, ...] = ()
    search: tuple[SearchKind | SearchProvider, ...] = ()
    previews: tuple[PreviewKind, ...] = ()
    records: tuple[RecordKind, ...] = ()
    attachments: tuple[AttachmentOwner, ...] = ()
    jobs: tuple[Job, ...] = ()
    scopes: tuple[Scope, ...] = ()
    api: tuple[Collection, ...] = ()
    calls: tuple[Call, ...] = ()
    commands: tuple[Command, ...] = ()
    root_urls: tuple[RootUrl, ...] = ()
    provides: Mapping[type, Any] = field(default_factory=dict)
    seed: Callable[[Any], None] | None = None
    package: str = field(default="", compare=False)

    @property
    def url_prefix(self) -> str:
        """Where its pages live: `/<id>` unless the house mounts it elsewhere."""
        return f"/{self.id}" if self.mount is None else self.mount
