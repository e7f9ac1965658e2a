"""The audit: who did what, from where, to which object. Added to, never changed."""

from groupware.audit.services import record, record_refusal

__all__ = ["record", "record_refusal"]
