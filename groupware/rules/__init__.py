"""Bureau rules: typed settings that plugins declare and organisations decide."""

from groupware.rules.queries import derived, enabled, in_force, is_enabled, value, value_for

__all__ = ["derived", "enabled", "in_force", "is_enabled", "value", "value_for"]
