"""Folding: what people regard as the same text becomes the same search key.

A key is for comparing and never for showing. Text and query are folded by the same function, so that ﾊﾟｿｺﾝ,
パソコン and ぱそこん, ＡＢＣ and abc, 髙橋 and 高橋, サーバ－ and サーバー find each other. Kept apart: small and
large kana (びよういん, びょういん), voiced and unvoiced kana, は and わ, ゐ and い.
"""

import re
import unicodedata
from typing import Final, Literal

from groupware.text.variants import VARIANTS

FOLDING_VERSION: Final = 1
"""To be raised with every change that alters a key, in this module or in the table of variants."""

Spaces = Literal["collapse", "remove"]

_KATAKANA: Final = range(ord("ァ"), ord("ヴ") + 1)
_HIRAGANA: Final = {code: code - 0x60 for code in (*_KATAKANA, ord("ヽ"), ord("ヾ"))}

# Free-standing marks (か゛) are made combining, so that normalisation joins them to their kana.
_FREE_MARKS: Final = {0x309B: 0x3099, 0x309C: 0x309A}
_HALF_WIDTH_KANA: Final = re.compile(r"[\uFF66-\uFF9F]+")
_MARKED_KANA: Final = re.compile(r"([\u3041-\u30FF])([\u3099-\u309C])")

# Nothing a reader sees: NUL, which PostgreSQL keeps in no text, variation selectors, soft hyphen, zero-width and direction marks, byte order mark.
_INVISIBLE: Final = dict.fromkeys(
    [
        0x0000,
        0x00AD,
        *range(0x180B, 0x180F),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0xFE00, 0xFE10),
        0xFEFF,
        *range(0xE0100, 0xE01F0),
    ]
)

_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u30fc"
_WAVES: Final = "\u301c\u223c\u223e"
_FOLDED: Final = {
    **_HIRAGANA,
    **str.maketrans("ヷヸヹヺ", "わゐゑを"),
    # 茅ヶ崎, 茅ケ崎: a place keeps one spelling, its visitors do not.
    **str.maketrans("ヵヶゕゖ", "かけかけ"),
    **str.maketrans(dict.fromkeys(_DASHES, "-")),
    # Shift JIS has one wave dash, which Windows and the others decode to different characters.
    **str.maketrans(dict.fromkeys(_WAVES, "~")),
    **str.maketrans(dict(VARIANTS)),
    # What could not be joined to a kana is no letter (あ゛).
    0x3099: None,
    0x309A: None,
}


def fold(text: str, spaces: Spaces = "collapse") -> str:
    """The search key of `text`.

    Compatibility forms and case are folded (NFKC, casefold), katakana becomes hiragana, variant kanji become the
    common ones, all hyphens, dashes and long-vowel marks become "-", invisible characters vanish. Runs of white
    space, line breaks and the ideographic space included, become one space and are cut off at both ends; with
    "remove" they vanish, since Japanese writes 山田　太郎 and 議　　題 for the look only.

    Guaranteed: `fold(fold(text)) == fold(text)`.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_INVISIBLE).translate(_FREE_MARKS))
    caseless = unicodedata.normalize("NFKC", plain.casefold())
    words = caseless.translate(_FOLDED).split()
    # What was taken out may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", (" " if spaces == "collapse" else "").join(words))


def fold_kana(text: str) -> str:
    """`text` with its katakana, half or full width, as hiragana with voiced marks composed; the rest is untouched.

    Fit for showing: ｴﾝﾄﾞｳ and エンドウ become えんどう, the furigana of the screen. ー stays, and so do ヵ and ヶ,
    which stand in place names and have no hiragana in use.
    """
    wide = _HALF_WIDTH_KANA.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    return _MARKED_KANA.sub(_joined, wide).translate(_HIRAGANA)


def _joined(pair: re.Match[str]) -> str:
    one = unicodedata.normalize("NFC", pair[1] + pair[2].translate(_FREE_MARKS))
    return one if len(one) == 1 else pair[0]
