"""Durable events: what happened, in small topics with commit-ordered numbers, written before anybody is told."""

from groupware.events.services import emit, end_epoch

__all__ = ["emit", "end_epoch"]
