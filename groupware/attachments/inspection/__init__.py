"""What a file is and whether it may come in: told by its content, held against its name, looked into before anybody opens it.

Pure: no database, no app, no language. It runs off the loop, and raises `Refusal` with a code that `services/uploads.py` puts
into words.
"""

from dataclasses import dataclass
from typing import BinaryIO

from groupware.attachments.inspection import kinds
from groupware.attachments.inspection.archives import Bomb, Broken, Contents, looked_into
from groupware.attachments.inspection.kinds import BY_ENDING, Group, Kind
from groupware.attachments.inspection.recognition import encoding_of, recognised
from groupware.attachments.names import ending

_PACKED = frozenset({"zip", "docx", "xlsx", "pptx", "vsdx", "macro", "odf"})
_MANIFOLD = (kinds.MEDIA, kinds.CLOSED, kinds.DOCUWORKS, kinds.PROGRAM, kinds.HEIF)
"""Of these there are more variants than signatures: what nobody recognises may be one."""


class Refusal(Exception):
    """The file may not come in. `code` says why: lying_type, type, program_inside, password, bomb or broken."""

    def __init__(self, code: str, *, group: Group | None = None, inside: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.group = group
        self.inside = inside


@dataclass(frozen=True, slots=True)
class Policy:
    """What the bureau lets in: groups of kinds, and files with a password (`none`, `documents`, `all`)."""

    groups: frozenset[str]
    locked: str


def inspect(content: BinaryIO, size: int, name: str, policy: Policy) -> Kind:
    """The kind of a content. Raises Refusal for what lies about itself, is not allowed, or would unfold to too much."""
    last = ending(name)
    kind = recognised(content, last)
    _require_truth(kind, last)
    _require_allowed(kind.group, policy)
    if last in kinds.PROGRAM.endings:
        _require_allowed(Group.PROGRAMS, policy)
    if kind.id in _PACKED:
        _require_harmless(_contents(content, size), kind, policy)
    elif kind is kinds.PROTECTED_OFFICE or (kind is kinds.PDF and _is_locked(content, size)):
        _require_password_allowed(policy, is_document=True)
    return kind


def _require_truth(kind: Kind, last: str) -> None:
    """An ending that belongs to a kind promises that kind: whoever opens the file goes by it."""
    promised = BY_ENDING.get(last)
    if promised is None or last in kind.endings or (kind is kinds.OTHER and promised in _MANIFOLD):
        return
    raise Refusal("lying_type")


def _require_allowed(group: Group, policy: Policy) -> None:
    if group.value not in policy.groups:
        raise Refusal("type", group=group)


def _contents(content: BinaryIO, size: int) -> Contents:
    try:
        return looked_into(content, size)
    except Bomb as error:
        raise Refusal("bomb") from error
    except Broken as error:
        raise Refusal("broken") from error


def _require_harmless(found: Contents, kind: Kind, policy: Policy) -> None:
    if found.programs and Group.PROGRAMS.value not in policy.groups:
        raise Refusal("program_inside", inside=found.programs[0])
    if found.has_password:
        _require_password_allowed(policy, is_document=kind is not kinds.ZIP)


def _require_password_allowed(policy: Policy, *, is_document: bool) -> None:
    if policy.locked != "all" and not (is_document and policy.locked == "documents"):
        raise Refusal("password")


def _is_locked(content: BinaryIO, size: int) -> bool:
    """Whether a PDF is encrypted: its trailer says so at the end, or near the beginning where it was made for the web."""
    for start in (max(0, size - 64 * 1024), 0):
        content.seek(start)
        if b"/Encrypt" in content.read(64 * 1024):
            return True
    return False


__all__ = ["Policy", "Refusal", "encoding_of", "inspect"]
