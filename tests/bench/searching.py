"""Full-text search over a million messages in 6,500 rooms of which somebody sees 100, and what indexing adds to a write."""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from unittest import mock

from flask import Flask
from sqlalchemy import select, text

from groupware import clock
from groupware.actor import Actor
from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db, session, unit
from groupware.migrations import runner
from groupware.plugin import CONTRACT, Plugin, SearchHit, SearchKind, SearchText
from groupware.search.services import Wanted, indexing, search
from groupware.text.folding import fold
from plugins.bulletin.models import Posting
from plugins.bulletin.services import listing
from tests.bench.instances import Instance
from tests.bench.report import Figure, Report, median, p95
from tests.bench.visits import at_the_database, listening

TEXTS = 1_000_000
ROOMS, SEEN = 6_500, 100
QUERIES = 200
CHUNK = 10_000
WRITES = 60
LIMITS = {"sqlite": 5.0, "postgresql": 80.0}
KIND = "talk.message"
SECONDS_APART = 90
"""A million messages are three years of a city."""

KANJI = (
    "総務課会議室資料予算決庁舎工事入札契約職員研修防災訓練避難所福祉保健医療学校教育委道路河川公園下水税収納付申請受窓口案内広報"
    "文化財観光産業振興農林環境清掃計画策定調整告連絡相談確認依頼回答期限提出書類様式変更追加登録管理運用守点検査評価監議問条例規則"
)
FILLING = (
    "の",
    "を",
    "に",
    "は",
    "が",
    "で",
    "と",
    "について",
    "から",
    "まで",
    "です。",
    "ます。",
    "お願いします。",
    "しました。",
    "ください。",
    "、",
    "メール",
    "システム",
    "パソコン",
    "スケジュール",
    "ありがとうございます。",
    "明日",
    "本日",
    "10時",
)


class Talk:
    """People's messages: words as frequent as words are, rooms as busy as rooms are. The same in every run."""

    def __init__(self) -> None:
        self.chance = random.Random(20261122)
        lengths = self.chance.choices((2, 2, 2, 3, 4), k=6000)
        self.words = ["".join(self.chance.choices(KANJI, k=length)) for length in lengths]
        self.frequent = list(accumulate(1 / (place + 1) ** 0.9 for place in range(len(self.words))))
        self.busy = list(accumulate(1 / (place + 1) ** 0.7 for place in range(ROOMS)))
        self.kept: list[str] = []
        self.rooms: list[int] = []

    def plugin(self) -> Plugin:
        """The function whose messages they are."""
        kind = SearchKind(
            id=KIND,
            title="Messages",
            icon="inbox",
            model=None,
            texts=lambda _keys: (),
            describe=lambda _actor, keys: {key: SearchHit(title="", url="") for key in keys},
            containers=lambda _actor: self.rooms,
        )
        return Plugin(
            id="talk",
            contract=CONTRACT,
            title="Talk",
            summary="For measuring.",
            icon="inbox",
            order=1,
            in_menu=False,
            search=(kind,),
        )

    def message(self) -> str:
        """Some words and what stands between them."""
        number = self.chance.choice((3, 4, 6, 8, 10, 14))
        words = self.chance.choices(self.words, cum_weights=self.frequent, k=number)
        return "".join(word + self.chance.choice(FILLING) for word in words)

    def said(self, number: int) -> Iterator[list[SearchText]]:
        """That many messages, the newest last; some of them are kept to be asked for."""
        begin = clock.now().replace(microsecond=0) - timedelta(seconds=number * SECONDS_APART)
        for start in range(0, number, CHUNK):
            rooms = self.chance.choices(range(ROOMS), cum_weights=self.busy, k=min(CHUNK, number - start))
            piece = []
            for key, room in enumerate(rooms, start + 1):
                words = self.message()
                if key % 500 == 0:
                    self.kept.append(fold(words, "remove"))
                at = begin + timedelta(seconds=key * SECONDS_APART)
                piece.append(
                    SearchText(
                        key=key, title="", text=words, at=at, person_id=key % 20_000 + 1, container_id=room
                    )
                )
            yield piece

    def asked(self, length: int) -> Iterator[str]:
        """What people type: so many characters out of a message, beginning with a kanji."""
        found = 0
        while found < QUERIES:
            words = self.chance.choice(self.kept)
            place = self.chance.randrange(max(len(words) - length, 1))
            if len(words) >= place + length and words[place] in KANJI:
                found += 1
                yield words[place : place + length]


def measure(instance: Instance, report: Report) -> None:
    """What a write costs, then the search."""
    _writing(instance, report)
    talk = Talk()
    with _filled(instance, talk, report) as app:
        for length in (2, 3, 5):
            _ask(instance, app, talk, length, report)


@contextmanager
def _filled(instance: Instance, talk: Talk, report: Report) -> Iterator[Flask]:
    """An application whose index holds the messages: a file of its own on SQLite, the run's database on PostgreSQL."""
    with tempfile.TemporaryDirectory(dir=instance.folder) as folder:
        file = Path(folder) / "search.sqlite3"
        url = instance.url if instance.database == "postgresql" else f"sqlite:///{file}"
        app = create_app(Settings(instance=Path(folder), database_url=url), [talk.plugin()])
        with app.app_context():
            runner.upgrade(db.engine, app.extensions["groupware_registry"])
        kind = app.extensions["groupware_registry"].search_kinds[KIND]
        started = time.perf_counter()
        for piece in talk.said(TEXTS):
            with app.app_context(), unit("write"):
                for start in range(0, len(piece), indexing.CHUNK):
                    some = piece[start : start + indexing.CHUNK]
                    indexing.write(kind, [one.key for one in some], some)
        seconds = time.perf_counter() - started
        with (
            app.app_context(),
            db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            if instance.database == "postgresql":
                connection.execute(text("VACUUM ANALYZE core_search_documents"))
                size = connection.scalar(text("SELECT pg_total_relation_size('core_search_documents')")) or 0
            else:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
                size = file.stat().st_size
        report.add(
            Figure(
                "a text indexed, in chunks",
                seconds / TEXTS * 1000,
                "ms",
                note=f"{TEXTS:,} texts in {seconds:.0f} s; {size / 1e9:.2f} GB with the texts",
            )
        )
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _ask(instance: Instance, app: Flask, talk: Talk, length: int, report: Report) -> None:
    times, hits = [], []
    actor = Actor(person_id=1)
    for words in talk.asked(length):
        talk.rooms = talk.chance.sample(range(ROOMS), SEEN)
        wanted = Wanted(text=words, kinds=(KIND,))
        with app.app_context(), unit("read"):
            search(actor, wanted)
            with listening(app) as found:
                hits.append(len(search(actor, wanted).hits))
        asked = [one for one in found.asked if "core_search_documents" in one[0]]
        times.append(min(at_the_database(app, asked) for _ in range(3)) * 1000)
    report.add(
        Figure(
            f"search for {length} characters in {TEXTS:,} texts, p95",
            p95(times),
            "ms",
            limit=LIMITS[instance.database],
            note=f"median {median(times):.2f}, slowest {max(times):.1f} ms; {SEEN} of {ROOMS:,} rooms, median {median(hits):.0f} hits",
        )
    )


def _writing(instance: Instance, report: Report) -> None:
    """A posting is changed and listed anew, with the index and without."""
    with instance.app.app_context(), unit("read"):
        newest = select(Posting.id).where(Posting.deleted_at.is_(None)).order_by(Posting.id.desc())
        postings = session.scalars(newest.limit(WRITES)).all()
    indexed = [_change(instance, one) for one in postings]
    with mock.patch.object(listing.search, "index"):
        plain = [_change(instance, one) for one in postings]
    report.add(
        Figure(
            "a posting listed and indexed anew",
            median(indexed) * 1000,
            "ms",
            note=f"{median(plain) * 1000:.2f} ms without the index; before the commit",
        )
    )


def _change(instance: Instance, posting_id: int) -> float:
    with instance.app.app_context(), unit("write"):
        posting = session.get(Posting, posting_id)
        assert posting is not None
        started = time.perf_counter()
        posting.title += "(訂正)"
        listing.enlist(posting, [1, 2, 3])
        seconds = time.perf_counter() - started
        session.rollback()
    return seconds
