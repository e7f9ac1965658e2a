"""The commands for deliveries and accounts, as somebody at the machine uses them."""

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from groupware.auth.models import Account
from groupware.auth.passwords import matches
from groupware.commands import cli
from groupware.db import db, session
from groupware.directory.models import Batch, Group, GroupMember, Person
from tests.core.directory_delivery.conftest import DATA
from tests.core.directory_delivery.edits import edited
from tests.core.directory_delivery.generation import write_folder


@pytest.fixture
def run(app, tmp_path, fresh_database_url, monkeypatch):
    """`run("import-directory", …)` is the command on the test's own database."""
    monkeypatch.setenv("GROUPWARE_DATABASE_URL", fresh_database_url)

    def invoke(*words, answers=""):
        with app.app_context():
            db.session.remove()
        return CliRunner().invoke(cli, ["--instance", str(tmp_path / "x"), *map(str, words)], input=answers)

    return invoke


def people(read):
    with read():
        return set(session.scalars(select(Person.staff_number)))


def test_import_takes_a_delivery_and_says_what_changed(run, read):
    result = run("import-directory", DATA / "sound", "--effective-on", "R7.11.20")
    assert result.exit_code == 0, result.output
    assert "The delivery was taken." in result.output
    assert re.search(r"^ +8 ", result.output, re.MULTILINE)
    assert "people.csv:5 採用日" in result.output
    assert "000001" in people(read)


def test_dry_run_changes_nothing(run, read):
    result = run("import-directory", DATA / "sound", "--dry-run")
    assert result.exit_code == 0, result.output
    assert people(read) == set()
    with read():
        assert session.scalars(select(Batch)).all() == []


def test_faulty_delivery_is_refused_with_every_fault_and_a_report(run, read, tmp_path):
    report = tmp_path / "faults.csv"
    result = run("import-directory", DATA / "faulty", "--report", report)
    assert result.exit_code == 1
    assert "18 faults. Nothing was changed." in result.output
    assert "people.csv:4 メールアドレス:" in result.output
    assert people(read) == set()
    rows = report.read_bytes().decode("utf-8-sig").splitlines()
    assert len([row for row in rows if row.endswith("wrong_email")]) == 1


def test_delivery_with_a_time_waits_for_it(run, read):
    run("user", "create-administrator", "--number", "A-1", "--name", "管理 者")
    result = run(
        "import-directory", DATA / "sound", "--publish-at", "2099-03-24 09:00", "--effective-on", "2099-04-01", "--title", "春",
        "--loader", "A-1",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert people(read) == {"A-1"}
    with read():
        batch = session.scalars(select(Batch)).one()
        assert (batch.state, batch.title, len(batch.co_loaders)) == ("staged", "春", 1)
        assert batch.publication_time.isoformat() == "2099-03-24T00:00:00+00:00"


def test_unknown_loader_keeps_nothing(run, read):
    result = run("import-directory", DATA / "sound", "--publish-at", "2099-03-24 09:00", "--loader", "nobody")
    assert result.exit_code == 1
    with read():
        assert session.scalars(select(Batch)).all() == []


def test_unreadable_day_and_encoding_are_told(run):
    assert "is not a date" in run("import-directory", DATA / "sound", "--effective-on", "R8.13.1").output
    result = run("import-directory", DATA / "sound", "--encoding", "utf-8")
    assert result.exit_code == 1
    assert "[undecodable_as]" in result.output


def test_export_writes_what_import_reads(run, tmp_path):
    run("import-directory", DATA / "sound", "--effective-on", "2025-11-20")
    result = run("export-directory", tmp_path / "out", "--as-of", "2025-11-20")
    assert result.exit_code == 0, result.output
    assert "people.csv: 8 rows" in result.output
    again = run("import-directory", tmp_path / "out", "--effective-on", "2025-11-20")
    assert re.search(r"^ +8 変更なし|^ +8 Unchanged", again.output, re.MULTILINE), again.output


def test_export_to_cp932_reports_what_was_replaced(run, tmp_path, sound):
    folder = write_folder(tmp_path / "in", edited(sound, ("people.csv", "清水　誠", "𠮷水　誠")))
    run("import-directory", folder, "--effective-on", "2025-11-20")
    result = run("export-directory", tmp_path / "out", "--encoding", "cp932", "--as-of", "2025-11-20")
    assert "3 characters were replaced" in result.output


def test_first_administrator_gets_a_password_that_must_be_changed(run, read):
    result = run("user", "create-administrator", answers="A-0001\n管理 花子\n")
    assert result.exit_code == 0, result.output
    password = re.search(r"password +(\S+)", result.output)[1]
    with read():
        person = session.scalars(select(Person)).one()
        account = session.scalars(select(Account)).one()
        assert (person.display_name, person.is_kept_by_hand) == ("管理 花子", True)
        assert (account.login, account.must_change) == ("a-0001", True)
        assert matches(account.password_hash, password)
        members = select(GroupMember.person_id).join(Group, Group.id == GroupMember.group_id)
        assert list(session.scalars(members.where(Group.name == "システム管理者"))) == [person.id]


def test_administrator_is_not_ended_by_a_delivery(run, read):
    run("user", "create-administrator", "--number", "A-1", "--name", "管理 花子")
    run("import-directory", DATA / "sound")
    with read():
        person = session.scalars(select(Person).where(Person.staff_number == "A-1")).one()
        assert person.left_on.year == 9999


def test_administrator_who_exists_keeps_the_password(run, read):
    first = run("user", "create-administrator", "--number", "A-1", "--name", "管理 花子")
    again = run("user", "create-administrator", "--number", "A-1")
    assert "keeps the present password" in again.output
    password = re.search(r"password +(\S+)", first.output)[1]
    with read():
        assert matches(session.scalars(select(Account.password_hash)).one(), password)


def test_password_is_reset_and_account_suspended_and_resumed(run, read):
    first = run("user", "create-administrator", "--number", "A-1", "--name", "管理 花子")
    second = run("user", "reset-password", "A-1")
    assert second.exit_code == 0, second.output
    assert re.search(r"password +(\S+)", second.output)[1] not in first.output
    assert run("user", "suspend", "a-1").exit_code == 0
    assert "suspended" in run("user", "list").output
    assert run("user", "resume", "a-1").exit_code == 0
    assert "a-1                  open" in run("user", "list", "--administrators").output


def test_unknown_login_is_told(run):
    result = run("user", "reset-password", "nobody")
    assert result.exit_code == 1
    assert "Nobody has the login or staff number 'nobody'." in result.output


def test_city_adds_a_kind_of_duty_of_its_own(run, read):
    result = run("duty-kind", "add", "cash_officer", "会計担当者", "--name-en", "Cash officer")
    assert result.exit_code == 0, result.output
    assert run("duty-kind", "list").output.splitlines()[-1].split() == [
        "cash_officer",
        "会計担当者",
        "Cash",
        "officer",
    ]


@pytest.mark.parametrize(
    ("code", "name"),
    [("secretary", "秘書"), ("Cash Officer", "会計担当者"), ("cash", " "), ("cash", "長" * 101)],
)
def test_kind_of_duty_that_does_not_fit_is_refused(run, code, name):
    before = run("duty-kind", "list").output
    result = run("duty-kind", "add", code, name)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert run("duty-kind", "list").output == before
