"""What the search does for others: `index` and `drop` keep it in step, `search` asks it, `providers` ask beside it."""

from groupware.search.services.finding import Found, Hit, Wanted, kinds, search
from groupware.search.services.indexing import drop, index
from groupware.search.services.providers import Group, ask, providers

__all__ = ["Found", "Group", "Hit", "Wanted", "ask", "drop", "index", "kinds", "providers", "search"]
