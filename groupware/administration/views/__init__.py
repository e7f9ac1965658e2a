"""Pages of administration, one module a subject; all hang on one blueprint."""

from groupware.administration.views import audit, explain, grants, index, plugins, records, roles, rules
from groupware.administration.views.base import blueprint

__all__ = ["audit", "blueprint", "explain", "grants", "index", "plugins", "records", "roles", "rules"]
