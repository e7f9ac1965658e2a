"""Commands of administration on the machine: functions, rights, audit, retention."""

import uuid
from datetime import timedelta

import pytest
from alembic import command as alembic
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, text

from groupware import audit, clock, rules
from groupware.access import held, revoke
from groupware.access.models import Grant
from groupware.access.standard import AUDITORS, SYSTEM_ADMINISTRATORS
from groupware.actor import Actor, system
from groupware.app import create_app
from groupware.commands import cli
from groupware.config import Settings
from groupware.db import db, session, unit
from groupware.directory.enums import GroupKind
from groupware.directory.models import DutyKind, Group
from groupware.migrations import runner
from groupware.portal.models import SectionPage
from groupware.records.models import Disposal
from groupware.records.services import decide
from groupware.setup import DUTY_KINDS

LONG_AGO = clock.now() - timedelta(days=365 * 12)
HOUR_AGO = clock.now() - timedelta(hours=1)


@pytest.fixture
def run(tmp_path, fresh_database_url):
    """Run a command against the test's database; returns its exit code and what it printed."""

    def command(*words):
        environment = {"GROUPWARE_DATABASE_URL": fresh_database_url, "GROUPWARE_SECRET_KEY": "for this test"}
        result = CliRunner().invoke(cli, ["--instance", str(tmp_path), *words], env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return command


@pytest.fixture
def make_app(make_app):
    """The shipped functions: a command loads no other."""
    return lambda chosen=None, **changes: make_app(**changes)


# ---- upgrade ----------------------------------------------------------------------------------------------------------


def test_upgrade_of_an_empty_database_ends_in_a_complete_instance(tmp_path, empty_database_url):
    environment = {"GROUPWARE_DATABASE_URL": empty_database_url, "GROUPWARE_SECRET_KEY": "for this test"}

    def command(*words):
        return CliRunner().invoke(cli, ["--instance", str(tmp_path), *words], env=environment)

    assert "Standard rights given: " in command("upgrade").output
    again = command("upgrade")
    assert (again.exit_code, again.output) == (0, "The database is up to date.\n")
    app = create_app(Settings(instance=tmp_path, database_url=empty_database_url, secret_key="for this test"))
    with app.app_context(), unit("read"):
        roles = session.scalars(select(Group.name).where(Group.kind == GroupKind.ROLE)).all()
        assert sorted(roles) == sorted([SYSTEM_ADMINISTRATORS, AUDITORS])
        assert len(session.scalars(select(DutyKind.code)).all()) == len(DUTY_KINDS)
        given = set(session.scalars(select(Grant.permission)))
    with app.app_context():
        db.engine.dispose()
    assert any(name.startswith("bulletin:") for name in given)


@pytest.mark.parametrize("is_own", [False, True])
def test_upgrade_brings_the_duties_that_an_older_instance_lacks(tmp_path, empty_database_url, is_own):
    """As one that began before requests for disclosure and incidents; where the city had such a duty it keeps its own."""
    settings = Settings(instance=tmp_path, database_url=empty_database_url, secret_key="for this test")
    app = create_app(settings)
    older = [(code, name) for code, name, _ in DUTY_KINDS[:6]]
    if is_own:
        older.append(("security_officer", "情報管理責任者"))
    with app.app_context():
        core = next(runner.histories(app.extensions["groupware_registry"]))
        with db.engine.connect() as connection, connection.begin():
            alembic.upgrade(runner._config(core, connection), "core_0018")
            rows = [{"code": code, "name": name, "official_order": 7} for code, name in older]
            connection.execute(insert(DutyKind), rows)
        db.engine.dispose()
    environment = {"GROUPWARE_DATABASE_URL": empty_database_url, "GROUPWARE_SECRET_KEY": "for this test"}
    for said in ("Standard rights given: ", "The database is up to date."):
        done = CliRunner().invoke(cli, ["--instance", str(tmp_path), "upgrade"], env=environment)
        assert done.exit_code == 0
        assert said in done.output
    with app.app_context(), unit("read"):
        kinds = {row.code: row for row in session.scalars(select(DutyKind))}
        assert sorted(kinds) == sorted(code for code, _, _ in DUTY_KINDS)
        assert kinds["disclosure_officer"].official_order == 8
        assert kinds["security_officer"].name == ("情報管理責任者" if is_own else "情報セキュリティ担当")
        given = set(session.scalars(select(Grant.permission)))
    with app.app_context():
        db.engine.dispose()
    assert {"disclosure:case:manage", "incidents:incident:manage", "attachments:file:release"} <= given


def test_upgrade_gives_the_rights_of_a_later_plugin_and_nothing_that_was_taken_back(city, run, write, read):
    with write() as current:
        current.execute(delete(Grant).where(Grant.permission.startswith("bulletin:")))
        taken = current.scalars(select(Grant.id).where(Grant.permission == "portal:page:write")).one()
        revoke(system(), taken)
    code, output = run("upgrade")
    assert code == 0
    assert "Standard rights given: " in output
    assert run("upgrade") == (0, "The database is up to date.\n")
    with read():
        names = session.scalars(select(Grant.permission)).all()
        assert any(name.startswith("bulletin:") for name in names)
        assert names.count("portal:page:write") == 1


# ---- plugins ----------------------------------------------------------------------------------------------------------


def test_functions_are_listed_with_their_state(city, run, write):
    with write():
        rules.services.set_rule(system(), "bulletin.enabled", city.welfare, False)
    code, output = run("plugins")
    assert code == 0
    assert "portal" in output
    assert "part of the house" in output
    assert "on, 1 organisations differ" in output


def test_function_is_switched_off_and_on_again(city, run, read):
    assert run("plugins", "disable", "bulletin") == (0, "bulletin is off.\n")
    assert run("plugins", "disable", "bulletin") == (0, "bulletin is off already.\n")
    with read():
        assert rules.value("bulletin.enabled", city.care) is False
    assert run("plugins", "enable", "bulletin", "--unit", "welfare") == (0, "bulletin is on for welfare.\n")
    with read():
        assert rules.value("bulletin.enabled", city.care) is True
        assert rules.value("bulletin.enabled", city.waste) is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "There is no plugin 'nothing'"),
        (["portal"], "part of the house"),
        (["bulletin", "--unit", "nowhere"], "no organisation with the code 'nowhere'"),
    ],
)
def test_switch_that_cannot_be_is_explained(city, run, words, said):
    code, output = run("plugins", "disable", *words)
    assert code == 1
    assert said in output


# ---- grants -----------------------------------------------------------------------------------------------------------


def test_machine_gives_and_takes_rights_that_nobody_can_pass_on(factory, city, run, read):
    person = factory.person("山本 咲", city.care, factory.post("係長", 40), login="yamamoto")
    code, output = run(
        "grants", "give", "directory:legal_name:read", "--login", "YAMAMOTO", "--unit", "welfare"
    )
    assert code == 0
    actor = factory.actor(person)
    with read():
        assert city.care in held(actor, "directory:legal_name:read").units
    assert (
        "directory:legal_name:read" in run("grants", "list", "--permission", "directory:legal_name:read")[1]
    )
    number = output.split()[-1].strip(".")
    assert run("grants", "revoke", number)[0] == 0
    with read():
        assert not held(actor, "directory:legal_name:read")


def test_machine_appoints_the_first_auditor(factory, city, run, read):
    person = factory.person("山本 咲", city.care, factory.post("係長", 40), login="yamamoto")
    assert run("grants", "add-to-role", "監査担当者", "yamamoto") == (0, "yamamoto is in 監査担当者.\n")
    assert run("grants", "add-to-role", "監査担当者", "yamamoto") == (
        0,
        "yamamoto is in 監査担当者 already.\n",
    )
    actor = factory.actor(person)
    with read():
        assert held(actor, "administration:audit:read").everywhere


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["give", "portal:page:write"], 2, "either --login or --role"),
        (["give", "portal:page:write", "--login", "nobody"], 1, "no account 'nobody'"),
        (["give", "portal:page:write", "--role", "報道"], 1, "no role '報道'"),
        (["give", "portal:nothing:do", "--role", "監査担当者"], 1, "There is no such permission."),
        (["give", "portal:page:write", "--role", "監査担当者", "--unit", "x"], 1, "no organisation"),
        (["give", "portal:page:write", "--role", "監査担当者", "--until", "2020-04-01"], 1, "future"),
        (["revoke", "999999"], 1, "not found"),
        (["add-to-role", "監査担当者", "nobody"], 1, "no account"),
    ],
)
def test_right_that_cannot_be_given_is_explained(city, run, words, code, said):
    result, output = run("grants", *words)
    assert result == code
    assert said in output


# ---- audit ------------------------------------------------------------------------------------------------------------


def test_audit_is_sealed_and_verified(app, run, write):
    with write():
        for number in range(3):
            audit.record(Actor(person_id=None, now=HOUR_AGO), "thing.changed", object_id=number)
    assert run("audit", "seal") == (0, "Sealed: 3\n")
    code, output = run("audit", "verify")
    assert code == 0
    assert "1 seals over 3 records; not yet sealed: 0" in output
    assert "unchanged" in output


def test_verification_fails_with_the_place_of_a_change(app, run, write):
    with write():
        audit.record(Actor(person_id=None, now=HOUR_AGO), "thing.changed")
    run("audit", "seal")
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER core_audit_records_no_update"))
        else:
            connection.execute(text("ALTER TABLE core_audit_records DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE core_audit_records SET action = 'thing.untouched'"))
        connection.commit()
    code, output = run("audit", "verify")
    assert code == 1
    assert "Seal 1 (records 1 to 1) does not match its records." in output


def test_forwarding_without_a_receiver_says_so(app, run):
    code, output = run("audit", "forward")
    assert code == 1
    assert "syslog" in output


# ---- retention --------------------------------------------------------------------------------------------------------


@pytest.fixture
def old_page(city, write):
    with write() as current:
        current.add(
            SectionPage(
                uid=uuid.UUID(int=1),
                unit_id=city.care,
                title="旧様式",
                html="",
                retention_years=3,
                created_at=LONG_AGO,
                changed_at=LONG_AGO,
                deleted_at=LONG_AGO,
            )
        )


def test_dry_run_shows_and_changes_nothing(old_page, run, read):
    code, output = run("retention", "run", "--dry-run")
    assert code == 0
    assert "旧様式" in output
    assert "Would be proposed: 1" in output
    with read():
        assert session.scalars(select(Disposal)).all() == []


def test_run_proposes_and_erases_what_was_decided(old_page, run, write, read):
    assert "Proposed: 1, proposed again after an extension: 0, erased: 0" in run("retention", "run")[1]
    with write():
        decide(system(), [1], "dispose")
    assert "Proposed: 0, proposed again after an extension: 0, erased: 1" in run("retention", "run")[1]
    with read():
        assert session.scalars(select(SectionPage)).all() == []
    assert "purged: 1" in run("retention", "list")[1]


def test_kinds_are_listed_with_their_periods(app, run):
    code, output = run("retention", "list")
    assert code == 0
    assert "portal.section_page" in output
    assert "3 years" in output
