"""`python -m tests.bench.chat_clients`: people of one process who talk without pause, green as those of `groupware web`.

A line of JSON on standard input says who and where (`Talk`); the process answers `ready`, and begins at the next line. What it prints then
is `[began, ended, processor seconds, [seconds of each message until it was durable]]`.
"""

# The server module patches the standard library, so it comes before all others.
import groupware.server  # isort: skip  # noqa: F401

import gc
import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from groupware.app import create_app
from groupware.config import Settings
from groupware.db import db
from groupware.testing.factories import Factory
from plugins.chat.posting import post
from tests.bench.chat_talk import WARMED, Talk

WORDS = (
    "本日の",
    "避難所",
    "会議資料",
    "を共有します",
    "確認を",
    "お願いします",
    "住民からの",
    "問い合わせ",
    "については",
    "道路維持課",
    "に引き継ぎました",
)


def main() -> None:
    """Warm up, wait, talk, tell."""
    talk = Talk(**json.loads(sys.stdin.readline()))
    app = create_app(
        Settings(
            instance=Path(talk.folder),
            database_url=talk.url,
            redis_url=talk.redis_url,
            secret_key=talk.secret_key,
        )
    )
    gc.freeze()  # as every process that stays does
    factory = Factory(app)
    # Imported words are not counted per person: how fast they are written is what is asked, not how fast one may speak.
    people = [replace(factory.actor(person), via="import") for person in talk.people]
    rooms = [UUID(room) for room in talk.rooms]

    def say(number: int, turn: str) -> float:
        chance = random.Random(f"{number} {turn}")
        text = "".join(chance.choices(WORDS, k=7))
        began = time.monotonic()
        with app.app_context():
            try:
                post(
                    people[number % len(people)],
                    rooms[chance.randrange(len(rooms))],
                    text,
                    key=f"{talk.key}-{talk.part}-{number}-{turn}",
                )
            finally:
                db.session.remove()
        return time.monotonic() - began

    def client(number: int) -> list[float]:
        return [say(number, str(turn)) for turn in range(talk.turns)]

    with ThreadPoolExecutor(talk.clients) as pool:
        if talk.is_warm:
            list(
                pool.map(
                    lambda number: [say(number, f"warm {turn}") for turn in range(WARMED)],
                    range(talk.clients),
                )
            )
        print("ready", flush=True)
        sys.stdin.readline()
        before, began = time.process_time(), time.monotonic()
        waits = [wait for found in pool.map(client, range(talk.clients)) for wait in found]
        ended = time.monotonic()
        used = time.process_time() - before
    with app.app_context():
        db.engine.dispose()
    print(json.dumps([began, ended, used, waits]), flush=True)


if __name__ == "__main__":
    main()
