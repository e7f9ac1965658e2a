"""What the search does for others: `index`, `add` and `drop` keep it in step, `search` asks it, `providers` ask beside it."""

from groupware.search.services.finding import Found, Hit, Wanted, kinds, search
from groupware.search.services.indexing import add, drop, index
from groupware.search.services.providers import Group, ask, providers

__all__ = ["Found", "Group", "Hit", "Wanted", "add", "ask", "drop", "index", "kinds", "providers", "search"]
