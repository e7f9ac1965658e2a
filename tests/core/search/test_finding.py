"""The index finds exactly what looking through everything would find, newest and best first, and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groupware import search as searching
from groupware.actor import Actor
from groupware.errors import Invalid
from groupware.plugin import CONTRACT, Plugin, SearchHit, SearchKind, SearchText
from groupware.search.entry import folded_lines
from groupware.search.query import parsed
from groupware.search.services import Wanted, search

BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
KIND = "talk.message"


class Talk:
    """A function whose messages lie in rooms."""

    def __init__(self):
        self.texts = {}
        self.rooms = [1]

    def plugin(self):
        kind = SearchKind(
            id=KIND,
            title="Messages",
            icon="inbox",
            model=None,
            texts=lambda keys: [self.texts[key] for key in keys if key in self.texts],
            describe=lambda actor, keys: {key: SearchHit(title=str(key), url=f"/m/{key}") for key in keys},
            containers=lambda actor: self.rooms,
        )
        return Plugin(
            id="talk",
            contract=CONTRACT,
            title="Talk",
            summary="For tests.",
            icon="inbox",
            order=1,
            in_menu=False,
            search=(kind,),
        )

    def say(self, key, text, title="", room=1, **values):
        at = values.pop("at", BEGIN + timedelta(minutes=key))
        self.texts[key] = SearchText(key=key, title=title, text=text, at=at, container_id=room, **values)


@pytest.fixture
def talk():
    return Talk()


@pytest.fixture
def app(make_app, talk):
    return make_app(chosen=[talk.plugin()])


@pytest.fixture
def found(read):
    """`found(text, …)` is the keys that a search finds, in their order."""

    def ask(text, **narrowing):
        with read():
            return [
                hit.key for hit in search(Actor(person_id=1), Wanted(text=text, **narrowing), limit=100).hits
            ]

    return ask


@pytest.fixture
def keep(write, talk):
    """`keep()` indexes what the talk says now."""

    def index(*keys):
        with write():
            searching.index(KIND, keys or talk.texts)

    return index


def looked_through(talk, text):
    """What holds the words, by looking at everything: the reference."""
    query = parsed(text)

    def holds(line, terms, every=True):
        return (all if every else any)(any(s in line for s in term.spellings) for term in terms)

    hits = []
    for key, one in talk.texts.items():
        lines = folded_lines(one.title, one.text)
        if one.container_id not in talk.rooms or not holds(lines, query.wanted):
            continue
        if holds(lines, query.unwanted, every=False):
            continue
        title = lines.split("\n")[0]
        is_title = all(term.spellings[0] in title for term in query.wanted)
        hits.append((is_title, one.at, key))
    return [key for _, _, key in sorted(hits, reverse=True)]


pieces = st.sampled_from(
    ["会議", "会議室", "議", "室", "総務課", "サーバー", "ｻｰﾊﾞｰ", "さーば", "髙橋", "高橋", "山﨑", "山崎", "Ａ", "a", "b", " ", "\u3000", "\n", "、",
     "令和8年11月22日", "2026-11-22", "R8.11.22", "2026/11/23", "ー", "-", "\U0001f600", "\U00020bb7", "100%", "_", "'", "\\"]
)  # fmt: skip
texts = st.lists(pieces, max_size=8).map("".join)
queries = st.lists(st.tuples(st.sampled_from(["", "", "-", '"']), texts), min_size=1, max_size=3).map(
    lambda words: " ".join(f"{sign}{word}" + ('"' if sign == '"' else "") for sign, word in words)
)


def test_index_finds_what_looking_through_everything_finds(app, talk, write, keep, found):
    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(texts, texts, st.integers(1, 3)), max_size=8), st.lists(queries, max_size=6))
    def compare(said, asked):
        before = list(talk.texts)
        talk.texts.clear()
        talk.rooms = [1, 3]
        for key, (title, text, room) in enumerate(said, 1):
            talk.say(key, text, title, room)
        keep(*{*before, *talk.texts})
        for query in asked:
            expected = [] if parsed(query).is_too_short else looked_through(talk, query)
            assert found(query) == expected, query

    compare()


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("505会議室を使います", "会議"),
        ("ｻｰﾊﾞｰを停止します", "サーバー"),
        ("サーバーを停止します", "さーば"),
        ("髙橋さんと山﨑さん", "高橋 山崎"),
        ("高橋さんと山崎さん", "髙橋 山﨑"),
        ("締切は令和8年11月22日です", "2026-11-22"),
        ("締切は2026/11/22です", "令和８年１１月２２日"),
        ("締切は2026年11月22日です", "R8.11.22"),
        ("議事録20261122.docx", "R8.11.22"),
        ("議　　題\nその他", "議題"),
        ("505 2026-11-22 2026-11-23", "R8.11.22"),
        ("令和 ８年 11月　22日", "2026-11-22"),
        ("林", "林"),
        ("ＬＧＷＡＮの接続", "lgwan"),
        ("1行目の会\n議", "会議"),
    ],
)
def test_text_is_found_as_people_type(talk, keep, found, text, query):
    talk.say(1, text)
    keep()
    assert found(query) == [1]


def test_words_apart_must_all_occur_and_a_phrase_stands_together(talk, keep, found):
    talk.say(1, "総務課の研修と会議")
    talk.say(2, "総務課研修のご案内")
    keep()
    assert found("総務課 研修") == found("研修\u3000総務課") == [2, 1]
    assert found('"総務課 研修"') == found("“総務課研修”") == [2]


@pytest.mark.parametrize("minus", ["-", "－", "ー", "−"])
def test_word_after_a_minus_must_not_occur(talk, keep, found, minus):
    talk.say(1, "研修のご案内")
    talk.say(2, "研修の中止")
    keep()
    assert found(f"研修 {minus}中止") == [1]


def test_only_what_must_not_occur_finds_nothing(talk, keep, found):
    talk.say(1, "研修のご案内")
    keep()
    assert found("-中止") == []


def test_titles_come_first_and_then_the_newest(talk, keep, found):
    talk.say(1, "本文", title="研修の案内")
    talk.say(2, "研修の資料", title="配布")
    talk.say(3, "研修", title="次の研修")
    talk.say(4, "研修の報告", title="報告")
    keep()
    assert found("研修") == [3, 1, 4, 2]
    assert found("研修 案内") == [1]


def test_word_never_reaches_from_the_title_into_the_text(talk, keep, found):
    talk.say(1, "室", title="会議")
    keep()
    assert found("会議室") == []


def test_other_containers_are_never_found_nor_counted(talk, keep, found, read):
    talk.say(1, "研修", room=1)
    talk.say(2, "研修", room=2)
    keep()
    assert found("研修") == [1]
    with read():
        assert search(Actor(person_id=1), Wanted(text="研修"), has_counts=True).counts[KIND] == 1
    talk.rooms = []
    assert found("研修") == []


def test_filters_narrow_down(talk, keep, found):
    talk.say(1, "研修", person_id=7, unit_id=70)
    talk.say(2, "研修", person_id=8, unit_id=71, at=datetime(2026, 5, 1, 14, 59, 59, tzinfo=UTC))
    talk.say(3, "研修", person_id=8, unit_id=72, at=datetime(2026, 5, 1, 15, tzinfo=UTC))
    keep()
    assert found("研修", person_id=8) == [3, 2]
    assert found("研修", unit_ids=(70, 72)) == [3, 1]
    # Days are those of the municipality: 15:00 UTC is midnight in Tokyo.
    assert found("研修", since=date(2026, 5, 2)) == [3]
    assert found("研修", until=date(2026, 5, 1)) == [2, 1]
    assert found("研修", since=date(2026, 5, 1), until=date(2026, 5, 1)) == [2]
    assert found("研修", kinds=()) == []


def test_pages_follow_without_gap_while_new_things_arrive(talk, keep, read):
    for key in range(1, 8):
        talk.say(key, "研修", title="研修" if key in (2, 5) else "")
    keep()
    seen, cursor = [], ""
    while cursor is not None:
        with read():
            page = search(Actor(person_id=1), Wanted(text="研修"), cursor=cursor, limit=2)
        seen += [hit.key for hit in page.hits]
        cursor = page.cursor
        if len(seen) == 4:
            talk.say(90, "研修")
            keep()
    assert seen == [5, 2, 7, 6, 4, 3, 1]


@pytest.mark.parametrize("cursor", ["x", "2-5", "1-", "1--5", "0-9999999999999999999", "1-１"])
def test_cursor_that_is_none_is_refused(read, cursor):
    with read(), pytest.raises(Invalid):
        search(Actor(person_id=1), Wanted(text="研修"), cursor=cursor)


def test_changed_text_is_found_by_its_new_words_only(talk, keep, found):
    talk.say(1, "研修", title="案内")
    keep()
    talk.say(1, "訓練", title="中止", at=BEGIN + timedelta(days=3))
    keep()
    assert found("研修") == found("案内") == []
    assert found("訓練") == found("中止") == [1]


def test_dropped_and_vanished_things_are_found_no_more(talk, keep, found, write):
    talk.say(1, "研修")
    talk.say(2, "研修")
    keep()
    with write():
        searching.drop(KIND, [1])
    assert found("研修") == [2]
    talk.texts.clear()
    keep(2)
    assert found("研修") == []


def test_what_was_rolled_back_is_not_found(talk, write, found):
    talk.say(1, "研修")
    with write() as session:
        searching.index(KIND, [1])
        session.rollback()
    assert found("研修") == []


def test_things_of_one_second_all_have_their_place(talk, keep, found):
    for key in range(1, 400):
        talk.say(key, "研修", at=BEGIN)
    keep()
    assert len(found("研修")) == 100
    for key in range(1, 400):
        talk.texts[key] = replace(talk.texts[key], text="訓練")
    keep()
    assert found("研修") == []


def test_long_text_is_found_to_its_end_and_across_what_repeats(talk, keep, found):
    talk.say(1, "…" * 20_000 + "－" * 600 + "結びの言葉")
    keep()
    assert found("結びの言葉") == found('"-----結び"') == [1]


def test_control_characters_break_neither_database(talk, keep, found):
    talk.say(1, "会\x00議\x1b室\x7f", title="研\x01修")
    keep()
    assert found("会議室") == found("研修") == [1]


def test_a_search_asks_once_for_each_kind_and_once_for_its_hits(talk, keep, read, count_queries):
    for key in range(1, 4):
        talk.say(key, "研修")
    keep()
    with read():
        search(Actor(person_id=1), Wanted(text="研修"))
        with count_queries() as statements:
            search(Actor(person_id=1), Wanted(text="研修", kinds=(KIND,)))
    assert len([one for one in statements.texts if "core_cache_versions" not in one]) == 1
