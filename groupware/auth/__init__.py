"""Sign-in: local accounts, sessions, lock-out, re-authentication."""
