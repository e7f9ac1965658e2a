"""Verbs of business systems: issue and revoke their tokens, post and withdraw notices, set counters."""

from groupware.systems.services.counters import Count, set_counters
from groupware.systems.services.notices import Draft, post, tidy, withdraw
from groupware.systems.services.receivers import Receiver
from groupware.systems.services.tokens import MANAGE, issue_token, revoke_token

__all__ = [
    "MANAGE",
    "Count",
    "Draft",
    "Receiver",
    "issue_token",
    "post",
    "revoke_token",
    "set_counters",
    "tidy",
    "withdraw",
]
