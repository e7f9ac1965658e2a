"""Kinds of tokens."""

from enum import StrEnum


class TokenKind(StrEnum):
    """Whose a token is."""

    PERSONAL = "personal"
    SYSTEM = "system"
