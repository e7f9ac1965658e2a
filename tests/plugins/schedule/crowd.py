"""Clients of the schedule in processes of their own, that all do the same at the same moment."""

from groupware.app import create_app
from groupware.config import load
from groupware.db import db, unit
from groupware.errors import DomainError
from groupware.testing.factories import Factory
from plugins.facility.services import master
from plugins.schedule.services import importing, kinds, programs, secretaries, table_import


def _take_facilities(who, table):
    return master.take(who, table, only_all=True)


def _put(who, name, content):
    return programs.put(who, name, content, lambda _: None)


ACTS = {
    "kind": kinds.add,
    "secretary": secretaries.name,
    "table": table_import.take,
    "file": importing.take,
    "program": _put,
    "facilities": _take_facilities,
}


def act_at_once(barrier, url, folder, acts):
    """Do every act (name, person, arguments) when all processes have come to it; answers how each ended."""
    app = create_app(load(folder, {"GROUPWARE_DATABASE_URL": url, "GROUPWARE_SECRET_KEY": "x"}))
    factory = Factory(app)
    ended = []
    for name, person, arguments in acts:
        who = factory.actor(person)
        barrier.wait()
        with app.app_context():
            try:
                with unit("write"):
                    ACTS[name](who, *arguments)
            except DomainError as error:
                ended.append(error.code)
            else:
                ended.append("done")
            finally:
                db.session.remove()
    with app.app_context():
        db.engine.dispose()
    return ended
