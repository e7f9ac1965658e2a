"""Secrets that prove something: random, and stored only as SHA-256."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """256 random bits, fit for a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_digest(key: str, text: str) -> str:
    """What is stored of a typed name. Keyed, because people also type a password into the wrong field."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
