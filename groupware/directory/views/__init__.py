"""Pages of the directory."""

from groupware.directory.views import accounts, cards, chart, duties, groups, people, phones, picker
from groupware.directory.views.frame import blueprint

__all__ = ["accounts", "blueprint", "cards", "chart", "duties", "groups", "people", "phones", "picker"]
