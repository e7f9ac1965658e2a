"""Deliveries as tables: the list of them, and of each its difference, its faults and remarks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from groupware.directory.delivery.findings import Finding
from groupware.directory.delivery.labels import FIELD_LABELS, KIND_LABELS, place_text
from groupware.directory.delivery.plan import Change
from groupware.directory.queries.batches import BatchView
from groupware.i18n import gettext, pgettext

Table = tuple[list[str], Iterable[Sequence[Any]]]


def changes_table(changes: Iterable[Change]) -> Table:
    """One line a change; several places stand below one another in their cell."""
    columns = [
        pgettext("delivery", "What happens"), gettext("Number or code"), gettext("Name"), gettext("Effective from"),
        gettext("Before"), gettext("After"), gettext("Former number"), gettext("Former name"), gettext("What changes"),
    ]  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        for change in changes:
            yield [
                "、".join(str(KIND_LABELS[kind]) for kind in change.kinds),
                change.code,
                change.name,
                change.on,
                "\n".join(place_text(place) for place in change.before),
                "\n".join(place_text(place) for place in change.after),
                change.old_code,
                change.old_name,
                "、".join(str(FIELD_LABELS.get(name, name)) for name in change.fields),
            ]

    return columns, rows()


def deliveries_table(batches: Iterable[tuple[BatchView, str]]) -> Table:
    """Deliveries with the words of their state."""
    columns = [
        gettext("Title"), gettext("State"), gettext("Effective day"), gettext("Publication time"), gettext("Loaded by"),
        gettext("Loaded at"), gettext("Changes"), gettext("Faults"),
    ]  # fmt: skip
    rows = (
        [
            batch.title,
            words,
            batch.effective_on,
            batch.published_at or batch.publication_time,
            batch.loader_name or gettext("Command on the machine"),
            batch.loaded_at,
            batch.summary.get("changes") or 0,
            batch.summary.get("faults") or 0,
        ]
        for batch, words in batches
    )
    return columns, rows


def findings_table(findings: Iterable[Finding]) -> Table:
    """One line a fault or remark."""
    columns = [
        pgettext("delivery", "Kind"), gettext("File"), gettext("Line"), gettext("Column"), gettext("Reason"), gettext("Code"),
    ]  # fmt: skip
    rows = (
        [
            gettext("Fault") if one.is_fault else gettext("Remark"),
            one.file,
            one.line or None,
            one.column,
            one.text,
            one.code,
        ]
        for one in findings
    )
    return columns, rows


__all__ = ["changes_table", "deliveries_table", "findings_table"]
