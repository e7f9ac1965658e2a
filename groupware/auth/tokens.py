"""Secrets that prove something: random, and stored only as SHA-256."""

import hashlib


def digest(token: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()
