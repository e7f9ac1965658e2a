"""Durable events: what happened, in small topics with commit-ordered numbers, written before anybody is told."""

from groupware.events.services import emit, emit_once, end_epoch

__all__ = ["emit", "emit_once", "end_epoch"]
