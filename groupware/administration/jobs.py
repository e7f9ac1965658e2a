"""What the worker does for the audit: seal it, send it on."""

from flask import current_app

from groupware.actor import Actor
from groupware.audit import forwarding, sealing


def seal(actor: Actor) -> None:
    """Seal the audit records that have settled."""
    sealing.seal(actor)


def forward(actor: Actor) -> None:
    """Send to the receiver of the setting `syslog` what it has not received yet."""
    forwarding.forward_due(actor, current_app.extensions["groupware_settings"])
