"""The tables of the schedule as its migrations make them."""

from sqlalchemy import inspect

from groupware.db import Base, db
from groupware.migrations import runner

PREFIX = "schedule_"


def test_migrations_make_exactly_the_tables_of_the_models(app):
    with app.app_context():
        registry = app.extensions["groupware_registry"]
        found = [one for one in runner.differences(db.engine, registry) if PREFIX in str(one)]
        tables = {name for name in inspect(db.engine).get_table_names() if name.startswith(PREFIX)}
        db.engine.dispose()
    assert found == []
    declared = {name for name in Base.metadata.tables if name.startswith(PREFIX)}
    assert tables - {"schedule_schema_version"} == declared
