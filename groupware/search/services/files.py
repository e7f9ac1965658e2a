"""Files in the search: read when their content is ready, found as parts of the thing that shows them.

A kind whose id is that of an `AttachmentOwner` has its files indexed without saying anything: each by its name and its words,
visible to whom the thing is visible.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, or_, select

from groupware import jobs
from groupware.actor import Actor
from groupware.among import among
from groupware.attachments import hooks, queries
from groupware.attachments.enums import ContentState
from groupware.attachments.models import Attachment, StoredFile
from groupware.attachments.services import numbers
from groupware.attachments.storage import as_path
from groupware.db import fetch, session, unit, upsert
from groupware.guards.enums import NumberRule
from groupware.guards.numbers import blanked
from groupware.registry import registry
from groupware.search.extraction import EXTRACTION_VERSION, extract
from groupware.search.models import FileText
from groupware.search.services.indexing import Part, index, parts_by

EXTRACT = "search.extract"
AT_ONCE = 500
"""Files that one look for unread ones has read."""

_words = select(FileText.stored_id, FileText.text).where(among(FileText.stored_id, "stored"))
_words_of_parts = (
    select(
        Attachment.id, Attachment.unit_id, Attachment.released_at, StoredFile.number_found_at, FileText.text
    )
    .join(StoredFile, StoredFile.id == Attachment.stored_id)
    .join(FileText, FileText.stored_id == Attachment.stored_id)
    .where(among(Attachment.id, "parts"))
)


@hooks.when_ready
def read_later(actor: Actor, stored: StoredFile) -> None:
    """A content may be handed out: have its words read."""
    _enqueue(actor, stored.id)


@hooks.when_shown
def index_again(owner_type: str, owner_id: int) -> None:
    """A thing shows other files: index it with them."""
    if owner_type in registry().search_kinds:
        index(owner_type, [owner_id])


@hooks.when_gone
def forget(stored_id: int) -> None:
    """A content is erased: its words go with it."""
    session.execute(delete(FileText).where(FileText.stored_id == stored_id))


@parts_by
def parts(kind_id: str, keys: Sequence[int]) -> Mapping[int, Sequence[Part]]:
    """What is found of the files of things, by thing: of one that is kept back its name alone."""
    if kind_id not in registry().attachment_owners:
        return {}
    shown = {
        key: [file for file in files if file.state is ContentState.READY]
        for key, files in queries.shown_files(kind_id, keys).items()
    }
    stored = sorted({file.stored_id for files in shown.values() for file in files})
    words = dict(fetch(_words, {"stored": stored}).all()) if stored else {}
    return {
        key: [
            Part(file.id, file.name, words.get(file.stored_id, "") if file.may_be_opened else "")
            for file in files
        ]
        for key, files in shown.items()
    }


def words_of(part_ids: Sequence[int]) -> dict[int, str]:
    """The words of attachments that were found and are not kept back."""
    if not part_ids:
        return {}
    rows = fetch(_words_of_parts, {"parts": list(part_ids)}).all()
    return {row.id: row.text for row in rows if queries.number_rule(row) is not NumberRule.REFUSE}


def read(actor: Actor, stored_id: int) -> None:
    """Read the words of a content, and index what shows it. A job that opens its own units: reading may take long.

    Individual numbers among the words are told of and not kept.
    """
    with unit("read"):
        stored = session.get(StoredFile, stored_id)
        named = queries.files_with(stored_id)
    if stored is None or stored.state != ContentState.READY or not named:
        return
    with as_path(stored) as path:
        found = extract(path, named[0].name, stored.size)
    words = blanked(found.text)
    with unit("write"):
        # Locked: a content that is erased meanwhile leaves no words behind.
        locked = session.get(StoredFile, stored_id, with_for_update=True)
        if locked is None:
            return
        if words != found.text:
            numbers.found(actor, locked)
        values = {
            "version": EXTRACTION_VERSION,
            "state": found.state.value,
            "extracted_at": actor.now,
            "text": words,
        }
        statement = upsert(FileText).values(stored_id=stored_id, **values)
        session.execute(statement.on_conflict_do_update(index_elements=["stored_id"], set_=values))
        showing: dict[str, list[int]] = defaultdict(list)
        for file in queries.files_with(stored_id):
            if file.is_shown and file.owner_id is not None and file.owner_type in registry().search_kinds:
                showing[file.owner_type].append(file.owner_id)
        for kind_id, keys in showing.items():
            index(kind_id, keys)


def read_missing(actor: Actor) -> None:
    """Have contents read that came before there was a reader for them."""
    statement = (
        select(StoredFile.id)
        .outerjoin(FileText, FileText.stored_id == StoredFile.id)
        .where(
            StoredFile.state == ContentState.READY.value,
            or_(FileText.stored_id.is_(None), FileText.version != EXTRACTION_VERSION),
        )
        .order_by(StoredFile.id)
        .limit(AT_ONCE)
    )
    for stored_id in session.scalars(statement).all():
        _enqueue(actor, stored_id)


def _enqueue(actor: Actor, stored_id: int) -> None:
    key = f"{EXTRACT}-{stored_id}-{EXTRACTION_VERSION}"
    jobs.enqueue(actor, EXTRACT, {"stored_id": stored_id}, key=key)


__all__ = ["forget", "index_again", "parts", "read", "read_later", "read_missing", "words_of"]
