"""Rules of the portal: the menu's order and words, the help desk, pictures on section pages."""

import re
from typing import Final

from groupware.i18n import lazy_gettext
from groupware.plugin import Rule

RULES: Final = (
    Rule(
        id="portal.menu_order",
        title=lazy_gettext("Order of the menu"),
        help=lazy_gettext(
            "Ids of functions in the wanted order, separated by spaces, for example: portal bulletin directory. "
            "Functions that are not named follow in the usual order; words that are no id are passed over."
        ),
        default="",
    ),
    Rule(
        id="portal.menu_labels",
        title=lazy_gettext("Words of the menu"),
        help=lazy_gettext(
            "Other names for functions, separated by commas, for example: bulletin=City news, directory=Phone book. "
            "Functions that are not named keep their names."
        ),
        default="",
    ),
    Rule(
        id="portal.help_desk",
        title=lazy_gettext("Help desk"),
        help=lazy_gettext(
            "Shown on the portal and at the foot of every help page below the function administrators, for example: "
            "Information systems division, extension 2345."
        ),
        default="",
        max_length=200,
    ),
    Rule(
        id="portal.image_kilobytes",
        title=lazy_gettext("Largest picture on a section page (KB)"),
        help=lazy_gettext("Larger pictures are refused when they are added; those that stand already stay."),
        default=2048,
        minimum=100,
        maximum=8192,
    ),
)

_SEPARATORS: Final = re.compile(r"[\s,、，]+")
_LABEL: Final = re.compile(r"\s*([a-z][a-z0-9_]*)\s*[=＝]\s*(.+?)\s*")


def menu_order(text: str) -> list[str]:
    """The ids that the rule `portal.menu_order` names, each once."""
    return list(dict.fromkeys(word for word in _SEPARATORS.split(text.strip()) if word))


def menu_labels(text: str) -> dict[str, str]:
    """Id → name as the rule `portal.menu_labels` has it."""
    found = (_LABEL.fullmatch(part) for part in re.split(r"[,、，]", text))
    return {match[1]: match[2] for match in found if match is not None}
