"""From an event to a line in the timeline of everybody whom it concerns."""

from sqlalchemy import func, select

from groupware.db import session, unit
from groupware.jobs.models import QueuedJob
from groupware.notifications import services
from groupware.notifications.choosing import choose
from groupware.notifications.models import Notice
from groupware.notifications.services import DELIVER
from groupware.worker import Worker


def lines(app, person):
    with app.app_context(), unit("read"):
        return session.scalars(select(Notice).where(Notice.person_id == person)).all()


def test_event_reaches_everybody_but_who_caused_it(app, shop):
    shop.sell()
    shop.work()
    assert [line.kind for line in lines(app, shop.buyer)] == ["shop.sold"]
    assert len(lines(app, shop.other)) == 1
    assert lines(app, shop.seller) == []


def test_nothing_is_written_before_the_worker_comes(app, shop):
    shop.sell()
    assert lines(app, shop.buyer) == []


def test_event_without_audience_reaches_nobody(app, shop):
    shop.sell(is_silent=True)
    shop.work()
    assert lines(app, shop.buyer) == []


def test_second_event_about_the_same_thing_brings_its_line_up_again(app, shop):
    shop.sell()
    shop.work()
    with app.app_context(), unit("write"):
        line = session.scalars(select(Notice).where(Notice.person_id == shop.buyer)).one()
        services.read(shop.me, line.id)
    shop.sell()
    shop.sell()
    shop.work()
    (line,) = lines(app, shop.buyer)
    assert (line.count, line.read_at) == (2, None)


def test_line_is_not_written_for_who_does_not_want_the_kind(app, shop):
    with app.app_context(), unit("write"):
        choose(shop.me, {})
    shop.sell()
    shop.work()
    assert lines(app, shop.buyer) == []
    assert len(lines(app, shop.other)) == 1


def test_wish_can_be_taken_back(app, shop):
    with app.app_context(), unit("write"):
        choose(shop.me, {})
        choose(shop.me, {"shop.sold": ["timeline"]})
    shop.sell()
    shop.work()
    assert len(lines(app, shop.buyer)) == 1


def test_many_receivers_are_written_in_chunks_each_once(app, shop, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 3)
    people = {shop.factory.person(f"山田 {number}", shop.section, shop.post) for number in range(8)}
    shop.sell()
    shop.work()
    with app.app_context(), unit("read"):
        told = session.scalars(select(Notice.person_id)).all()
        jobs = session.scalar(select(func.count()).select_from(QueuedJob).where(QueuedJob.kind == DELIVER))
    assert sorted(told) == sorted(people | {shop.buyer, shop.other})
    assert jobs == 4


def test_kind_of_a_function_that_is_gone_writes_nothing_and_fails_nothing(app, shop, make_app):
    shop.sell()
    Worker(make_app(chosen=[])).run_due()
    assert lines(app, shop.buyer) == []
