"""保存期間: the periods by which rules on documents sort what is kept, and how two of them compare."""

from typing import Final

from groupware.i18n import lazy_gettext, ngettext
from groupware.plugin import Text

UNDER_ONE_YEAR: Final = -1
"""1年未満: what may be disposed of as soon as it is done with, without waiting for 1 April."""
FOR_EVER: Final = 0
PERIODS: Final = (UNDER_ONE_YEAR, 1, 3, 5, 10, 30, FOR_EVER)
"""The usual ones, the shortest first; a number is full fiscal years."""
PERIOD_LABELS: Final[dict[int, Text]] = {
    UNDER_ONE_YEAR: lazy_gettext("Less than one year"),
    1: lazy_gettext("1 year"),
    3: lazy_gettext("3 years"),
    5: lazy_gettext("5 years"),
    10: lazy_gettext("10 years"),
    30: lazy_gettext("30 years"),
    FOR_EVER: lazy_gettext("For ever"),
}


def period_words(years: int) -> str:
    """How long something is kept."""
    if years in PERIOD_LABELS:
        return str(PERIOD_LABELS[years])
    return str(ngettext("%(num)d year", "%(num)d years", years))


def is_longer(years: int, than: int) -> bool:
    """Whether the first period is longer than the second one."""
    return _length(years) > _length(than)


def longer(one: int, other: int) -> int:
    """The longer one of two periods."""
    return one if is_longer(one, other) else other


def _length(years: int) -> float:
    return float("inf") if years == FOR_EVER else years


__all__ = ["FOR_EVER", "PERIODS", "PERIOD_LABELS", "UNDER_ONE_YEAR", "is_longer", "longer", "period_words"]
