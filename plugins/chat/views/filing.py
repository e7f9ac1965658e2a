"""What pages say about the files of a message that is being sent."""

import uuid
from collections.abc import Sequence

from flask import request

from groupware.errors import Invalid
from plugins.chat.forms import FilesForm


def sent_files() -> tuple[tuple[uuid.UUID, ...], list[str]]:
    """The files that the form of a message names or brought along, and in words what was refused of the latter."""
    form = FilesForm(request.form)
    form.files.validate(form)
    return form.files.uids, [str(one) for one in form.files.errors]


def require_taken(refused: Sequence[str]) -> None:
    """Raise Invalid where some of the files were not let in, with the reasons."""
    if refused:
        raise Invalid(refused[0], code="files", fields={"files": " ".join(refused)})


__all__ = ["require_taken", "sent_files"]
