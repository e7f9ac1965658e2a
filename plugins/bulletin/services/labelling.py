"""The information label of a posting, and the retention that goes with it."""

from groupware import rules
from groupware.actor import Actor
from groupware.guards import labels
from plugins.bulletin.models import Posting
from plugins.bulletin.rules import RETENTION_YEARS
from plugins.bulletin.services.content import Content


def years_of(content: Content, unit_id: int | None) -> int:
    """How long a new posting is kept."""
    return labels.retention(int(rules.value(RETENTION_YEARS, unit_id)), content.classification, unit_id)


def put_label(actor: Actor, posting: Posting, content: Content) -> None:
    """Give the posting the label of its content; another one than before is recorded with its reason."""
    labels.change(actor, posting, content.classification or posting.classification, content.label_reason)
    posting.retention_years = labels.retention(
        posting.retention_years, posting.classification, posting.unit_id
    )
