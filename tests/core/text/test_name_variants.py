"""The table of variant kanji is sound: no dead, chained or doubled entry."""

import unicodedata

from groupware.text.folding import fold
from groupware.text.variants import _GROUPS, VARIANTS


def test_every_variant_is_folded_to_its_common_form() -> None:
    assert {variant: fold(variant) for variant in VARIANTS} == dict(VARIANTS)


def test_common_form_is_never_itself_a_variant() -> None:
    assert not set(VARIANTS) & set(VARIANTS.values())


def test_no_character_is_listed_twice() -> None:
    listed = "".join(_GROUPS.split())
    assert len(set(listed)) == len(listed)


def test_common_form_is_part_of_jis_x_0208() -> None:
    assert all(common.encode("shift_jis") for common in VARIANTS.values())


def test_no_variant_is_already_folded_by_unicode() -> None:
    assert all(unicodedata.is_normalized("NFKC", variant) for variant in VARIANTS)


def test_table_covers_the_names_cities_ask_for() -> None:
    pairs = (
        "髙高 﨑崎 邊辺 邉辺 齋斉 齊斉 斎斉 澤沢 廣広 櫻桜 濱浜 濵浜 嶋島 嶌島 眞真 國国 瀨瀬 德徳 靑青 龍竜"
    )
    assert {pair[0]: pair[1] for pair in pairs.split()}.items() <= VARIANTS.items()
