"""Pages of the board."""

from plugins.bulletin.views import approvals, board, categories, drafts, editor, exports, posting, receipts
from plugins.bulletin.views.blueprint import blueprint

__all__ = [
    "approvals",
    "blueprint",
    "board",
    "categories",
    "drafts",
    "editor",
    "exports",
    "posting",
    "receipts",
]
