"""What the worker does for the house: seal the audit and send it on, propose and erase records."""

from itertools import islice

from flask import current_app

from groupware.actor import Actor
from groupware.audit import forwarding, sealing
from groupware.records.queries import CHUNK, candidates, kinds
from groupware.records.services import propose, propose_again, purge

MOST = 2000
"""Records that one run proposes, and that it erases: the unit stays short, the rest comes with the next run."""


def seal(actor: Actor) -> None:
    """Seal the audit records that have settled."""
    sealing.seal(actor)


def forward(actor: Actor) -> None:
    """Send to the receiver of the setting `syslog` what it has not received yet."""
    forwarding.forward_due(actor, current_app.extensions["groupware_settings"])


def run_retention(actor: Actor) -> None:
    """Propose records whose retention has ended, and erase those whose disposal was decided."""
    propose_again(actor)
    expired = (one for kind in kinds().values() for one in candidates(kind, actor.today))
    fresh = list(islice(expired, MOST))
    for start in range(0, len(fresh), CHUNK):
        propose(actor, fresh[start : start + CHUNK])
    purge(actor, MOST)
