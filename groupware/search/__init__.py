"""One search over everything that functions register: an index kept in the transaction of the row, limited to what one may see.

A service that writes calls `search.index(kind, keys)`, or `search.add(kind, texts)` for what is new; `search.drop(kind, keys)` is
for what is erased.
"""

from groupware.search.services.indexing import add, drop, index

__all__ = ["add", "drop", "index"]
