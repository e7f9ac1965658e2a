"""The search index of people: its text, its pieces, and what brings it in line."""

import pytest
from sqlalchemy import select

from groupware.directory.models import Person, PersonGram, StaffNumber
from groupware.directory.people_index import beginning, grams, pieces, reindex, search_text
from groupware.testing.factories import LONG_AGO


def test_text_has_names_apart_and_together_and_numbers_with_and_without_zeros():
    text = search_text("髙橋　直樹", "タカハシ　ナオキ", ["012345"], "2001")
    assert text == " 高橋 直樹 高橋直樹 たかはし なおき たかはしなおき 012345 12345 2001 "


def test_text_of_nothing_is_empty():
    assert search_text("", "", [""], "") == ""


def test_grams_are_pairs_and_beginnings_for_names_and_beginnings_alone_for_numbers():
    assert set(grams(" 佐藤 01 ")) == {" 佐", "佐藤", " 佐藤", " 0", " 01"}


def test_grams_of_a_long_number_end_at_seven_characters():
    assert max(len(gram) for gram in grams(" 0123456789 ")) == 8


@pytest.mark.parametrize("word", ["林", "さ", "さと", "0", "0123456"])
def test_beginning_is_one_piece_for_words_that_are_sought_from_the_front(word):
    assert beginning(word) == f" {word}"


@pytest.mark.parametrize("word", ["佐藤", "さとう", "01234567"])
def test_beginning_is_none_where_the_text_must_be_compared(word):
    assert beginning(word) is None


def test_pieces_of_a_word_are_in_the_grams_of_every_text_that_contains_it():
    text = search_text("長谷川 さくら", "はせがわ さくら", ["000777"], "")
    for word in ("谷川", "せがわ", "長谷川さくら"):
        assert set(pieces(word)) <= set(grams(text))


def test_reindex_writes_the_same_pieces_as_python_cuts(city, read):
    city.person(
        "佐々木 Ann", "福祉総務課", "主事", kana="ささき アン", staff_number="A00120", extension="45678901"
    )
    with read() as session:
        rows = session.execute(select(Person.id, Person.search_text)).all()
        for person_id, text in rows:
            stored = session.scalars(select(PersonGram.gram).where(PersonGram.person_id == person_id)).all()
            assert sorted(stored) == sorted(grams(text))
        assert len(rows) == 2


def test_reindex_never_takes_the_legal_name(city, read):
    city.person("旧姓 花子", "福祉総務課", "主事", legal_name="戸籍 花子")
    with read() as session:
        assert "戸籍" not in session.scalar(select(Person.search_text).order_by(Person.id.desc()))


def test_reindex_takes_the_numbers_somebody_carried_before(city, write, read):
    with write() as session:
        session.add(StaffNumber(person_id=city.people["海野 市長"], number="900001", valid_from=LONG_AGO))
    city.settle()
    with read() as session:
        assert " 900001 " in session.scalar(select(Person.search_text))


def test_reindex_leaves_people_alone_whose_text_is_right(city, write):
    with write():
        assert reindex() == 0


def test_reindex_replaces_the_pieces_of_somebody_renamed(city, read):
    city.change("海野 市長", display_name="山野 市長")
    with read() as session:
        found = session.scalars(select(PersonGram.gram)).all()
    assert "山野" in found
    assert "海野" not in found
