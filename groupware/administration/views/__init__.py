"""Pages of administration, one module a subject; all hang on one blueprint."""

from groupware.administration.views import (
    audit,
    explain,
    exports,
    grants,
    index,
    jobs,
    plugins,
    records,
    roles,
    rules,
    webhooks,
)
from groupware.administration.views.base import blueprint

__all__ = [
    "audit",
    "blueprint",
    "explain",
    "exports",
    "grants",
    "index",
    "jobs",
    "plugins",
    "records",
    "roles",
    "rules",
    "webhooks",
]
