"""Where business systems are let in by administrators, and where they call."""

from groupware.systems.views import access, calls
from groupware.systems.views.blueprint import blueprint

__all__ = ["access", "blueprint", "calls"]
