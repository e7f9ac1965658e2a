"""Rows as one value: what is written, and that PostgreSQL needs one statement of one text however many there are."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Integer, Text, select, update
from sqlalchemy.exc import StatementError

from groupware.db import BIGINT, fetch, for_each_database
from groupware.events.models import Event, Topic
from groupware.given import insertion, row_of
from groupware.given import write as rows
from tests.support.databases import KIND

AT = datetime(2026, 4, 1, 8, 30, 0, 123456, tzinfo=UTC)
NAME = '"髙"\\ \n{,}\u200b🗾'


@for_each_database
def _begin():
    statement = insertion(Topic, "name", "seq", "epoch", "changed_at")
    return statement.on_conflict_do_update(
        index_elements=["name"], set_={"seq": Topic.seq + statement.excluded.seq}
    ).returning(Topic.name, Topic.id, Topic.seq)


@for_each_database
def _happen():
    return insertion(Event, "topic_id", "seq", "kind", "at", "person_id", "payload")


@for_each_database
def _go_on():
    given = row_of(("topic", BIGINT), ("by", Integer()), ("called", Text()))
    return (
        update(Topic)
        .where(Topic.id == given["topic"], Topic.name == given["called"])
        .values(seq=Topic.seq + given["by"])
    )


def topic(name, seq):
    return {"name": name, "seq": seq, "epoch": 1, "changed_at": AT}


def test_rows_are_inserted_joined_and_changed(write):
    with write():
        begun = rows(_begin(), [topic("a", 1), topic(NAME, 2)]).all()
        ids = {row.name: row.id for row in begun}
        assert {row.name: row.seq for row in begun} == {"a": 1, NAME: 2}
        assert {row.name: row.seq for row in rows(_begin(), [topic("a", 4), topic("b", 0)])} == {
            "a": 5,
            "b": 0,
        }
        rows(_go_on(), [
            {"topic": ids["a"], "by": 10, "called": "a"},
            {"topic": ids[NAME], "by": 20, "called": NAME},
            {"topic": ids["a"], "by": 100, "called": "another"},
        ])  # fmt: skip
        named = select(Topic.name, Topic.seq).where(Topic.name.in_(["a", "b", NAME]))
        assert {row.name: row.seq for row in fetch(named)} == {"a": 15, "b": 0, NAME: 22}


def test_values_of_all_kinds_come_back_as_they_were(write):
    payload = {"text": NAME, "number": 2**53 + 1, "nothing": None, "list": [1, {"い": True}]}
    with write():
        (begun,) = rows(_begin(), [topic("kinds", 0)])
        row = {
            "topic_id": begun.id,
            "seq": 2**40,
            "kind": "test",
            "at": AT,
            "person_id": None,
            "payload": payload,
        }
        rows(_happen(), [row])
        found = fetch(select(*Event.__table__.c).where(Event.topic_id == begun.id)).one()
    assert dict(found._mapping) == row


def test_one_statement_of_one_text_however_many_there_are(write, count_queries):
    with write(), count_queries() as asked:
        for number in (1, 3, 80):
            rows(_begin(), [topic(f"{number} {one}", 0) for one in range(number)])
    assert len(asked) == 3
    # SQLite reads what is returned from several rows anew for each number of them.
    assert len(set(asked.texts)) == (1 if KIND == "postgresql" else 3)


def test_what_json_has_no_form_for_is_refused(write):
    with write(), pytest.raises((TypeError, StatementError)):
        rows(_begin(), [topic("a", object())])
