"""Files in forms: the field that carries their uids, and what a form without scripts sends along."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from flask import g, request
from wtforms import Field

from groupware.attachments import taking
from groupware.errors import DomainError
from groupware.i18n import gettext
from groupware.web.boundary import actor
from groupware.web.gate import first

View = TypeVar("View", bound=Callable[..., Any])
SUFFIX = "_new"
"""What the name of a file field has behind the name of its `FilesField`."""


class FilesField(Field):
    """The uids of the files that are chosen; what cannot be one is left out.

    Files that came with the form itself were taken in before (`receives_files`); what was refused of them is said here.
    """

    def process_data(self, value: Any) -> None:
        """Without a form that was sent: the files that are there already."""
        self.data = [str(one) for one in value or ()]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was chosen, and what came just now."""
        self.data = [*valuelist, *came_with_form(self.name)]
        _, refused = _of_form(self.name)
        self.process_errors = [*self.process_errors, *refused]

    @property
    def uids(self) -> tuple[uuid.UUID, ...]:
        """The uids, each once."""
        found: dict[uuid.UUID, None] = {}
        for text in self.data or ():
            try:
                found[uuid.UUID(text)] = None
            except ValueError:
                continue
        return tuple(found)


def came_with_form(name: str) -> list[str]:
    """The uids of the files that came with the form itself, for the field of that name."""
    return list(_of_form(name)[0])


def _of_form(name: str) -> tuple[list[str], list[str]]:
    """What was taken and why the rest was refused."""
    found: tuple[list[str], list[str]] = g.get("taken_files", {}).get(name, ([], []))
    return found


def receives_files(view: View) -> View:
    """The view's form has a `FilesField`: files that come with it are taken in before its unit of work begins.

    So a form that is refused for another reason keeps them. Goes above the declaration.
    """
    return first(_take)(view)


def _take() -> None:
    taken: dict[str, tuple[list[str], list[str]]] = {}
    for name in request.files:
        if not name.endswith(SUFFIX):
            continue
        uids, refused = taken.setdefault(name.removesuffix(SUFFIX), ([], []))
        for sent in request.files.getlist(name):
            if not sent.filename:
                continue
            if actor().is_guest:
                refused.append(gettext("Guests cannot send files."))
                continue
            try:
                uids.append(str(taking.take_file(actor(), sent).uid))
            except DomainError as error:
                refused.append(str(error.message))
    g.taken_files = taken


__all__ = ["FilesField", "came_with_form", "receives_files"]
