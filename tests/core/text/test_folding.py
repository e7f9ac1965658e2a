"""Folding: which texts share a key, and which do not."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.text.folding import fold, fold_kana
from groupware.text.variants import VARIANTS

pure = settings(deadline=None, database=None, derandomize=True, max_examples=300)
kanji_and_kana = st.text(
    st.sampled_from("".join(VARIANTS) + "あぁがゔゐゝアァガヴヰヽヾヷヵヶーｱｶﾞﾊﾟｰ゛゜\u3099\u309a")
    | st.sampled_from(
        "-\u2010\u2015\u2212\uff0d~\u301c\uff5e \u3000\n\u200b\ufe00\U000e0100\u00a8\u0301Aａßİｅ"
    )
    | st.characters()
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("パソコン", "ぱそこん"),
        ("パソ\x00コン", "ぱそこん"),
        ("ﾊﾟｿｺﾝ", "ぱそこん"),
        ("か\u309b", "が"),
        ("ハ\u309c", "ぱ"),
        ("カ\u3099", "が"),
        ("ヴァイオリン", "ゔぁいおりん"),
        ("あ\u309bい\u309c", "あい"),
        ("Straße", "STRASSE"),
        ("ＡＢＣ１２３", "abc123"),
        ("①㈱", "1(株)"),
        ("サーバー", "サ－バ－"),
        ("サーバー", "ｻｰﾊﾞｰ"),
        ("078-000-0001", "０７８－０００\u22120001"),
        ("10時〜11時", "10時～11時"),
        ("茅ヶ崎", "茅ケ崎"),
        ("辻\U000e0101本", "辻本"),
        ("祇\ufe00園", "祇園"),
        ("神\u200b戸", "神戸"),
        ("\uf9dc", "隆"),
        ("\ufa19戸", "神戸"),
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邊", "渡邉"),
        ("渡邉", "渡辺"),
        ("齋藤", "斎藤"),
        ("齊藤", "斉藤"),
        ("齋藤", "斉藤"),
        ("澤田廣", "沢田広"),
        ("櫻井眞", "桜井真"),
        ("濵口", "濱口"),
        ("嶋村", "島村"),
        ("\U00020bb7田", "吉田"),
        ("國", "国"),
        ("蘆屋", "芦屋"),
        ("淡路嶌", "淡路島"),
        ("山田　 太郎\n", "山田 太郎"),
    ],
)
def test_texts_people_regard_as_the_same_share_a_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("びよういん", "びょういん"),
        ("かつた", "かった"),
        ("はら", "ばら"),
        ("は", "わ"),
        ("大阪", "大坂"),
        ("杉山", "椙山"),
        ("山田 太郎", "山田太郎"),
        ("一", "ー"),
    ],
)
def test_texts_people_tell_apart_differ(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_white_space_is_collapsed_or_removed() -> None:
    assert fold("\u3000山田　\t太郎\r\n") == "山田 太郎"
    assert fold("\u3000山田　\t太郎\r\n", spaces="remove") == "山田太郎"
    assert fold(" \u3000") == ""


@pure
@given(kanji_and_kana)
def test_folding_a_key_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    removed = fold(text, spaces="remove")
    assert fold(removed, spaces="remove") == fold(removed) == removed


@pure
@given(kanji_and_kana)
def test_key_holds_no_katakana_variant_or_wide_form(text: str) -> None:
    key = fold(text)
    assert not any("ァ" <= character <= "ヺ" for character in key)
    assert not set(key) & set(VARIANTS)
    assert unicodedata.is_normalized("NFKC", key)


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("エンドウ　ヒロシ", "えんどう　ひろし"),
        ("ｴﾝﾄﾞｳ ﾋﾛｼ", "えんどう ひろし"),
        ("ﾊﾟｰﾃｨｰ", "ぱーてぃー"),
        ("カ\u309bハ\u309cウ\u3099", "がぱゔ"),
        ("ミスヾ", "みすゞ"),
        ("髙橋ＡＢ－1", "髙橋ＡＢ－1"),
        ("茅ヶ崎", "茅ヶ崎"),
        ("あ\u309b", "あ\u309b"),
        ("｢ｱ｡｣", "｢あ｡｣"),
    ],
)
def test_kana_become_hiragana_and_the_rest_is_untouched(text: str, kana: str) -> None:
    assert fold_kana(text) == kana


@pure
@given(kanji_and_kana)
def test_text_with_its_kana_folded_keeps_its_key(text: str) -> None:
    assert fold(fold_kana(text)) == fold(text)
