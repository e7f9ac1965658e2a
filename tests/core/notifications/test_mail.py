"""Mail about what is new, handed to a real mail server on this machine."""

import re
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from groupware import clock
from groupware.actor import system
from groupware.auth.models import Preference
from groupware.commands import cli
from groupware.config import Settings
from groupware.db import session, unit
from groupware.directory.models import Person
from groupware.jobs.models import QueuedJob
from groupware.notifications.choosing import Delivery, choose, save_delivery
from groupware.notifications.mail import sending
from groupware.notifications.mail.server import NoMailServer, connected
from groupware.notifications.models import MailItem, MailRefusal
from groupware.notifications.queries import timeline
from groupware.notifications.services import read
from groupware.rules.services import set_rule
from groupware.testing.signing_in import csrf_token
from tests.core.notifications.conftest import CONFIDENTIAL, HIDDEN
from tests.support.post_office import PostOffice
from tests.support.server import free_port

TUESDAY = datetime.fromisoformat("2026-11-24T10:07+09:00")
ELEVEN = datetime.fromisoformat("2026-11-24T11:00+09:00")
BUYER, OTHER = "itsuki@city.example", "rin@city.example"


@pytest.fixture
def office():
    """The mail server."""
    made = PostOffice(free_port())
    made.open()
    yield made
    made.close()


@pytest.fixture
def mail_settings(office):
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": office.port,
        "smtp_security": "none",
        "smtp_sender": "groupware@city.example",
        "smtp_timeout": 5,
        "public_url": "https://gw.city.example/portal",
    }


@pytest.fixture
def at(app, shop):
    """`at(instant)` lets the worker do what is due then; buyer and other have addresses."""
    with app.app_context(), unit("write"):
        session.get(Person, shop.buyer).email = BUYER
        session.get(Person, shop.other).email = OTHER

    def work(instant):
        with clock.frozen(instant):
            shop.work()

    return work


@pytest.fixture
def happens(at, shop):
    """`happens(item, …)` breaks something on Tuesday morning, which is told by mail."""

    def break_it(*items, instant=TUESDAY, **options):
        with clock.frozen(instant):
            for item in items:
                shop.smash(item, **options)
            shop.work()

    return break_it


@pytest.fixture
def waiting(app):
    def rows():
        with app.app_context(), unit("read"):
            return session.scalars(select(MailItem).order_by(MailItem.person_id, MailItem.id)).all()

    return rows


def test_news_of_an_hour_are_one_mail_without_content(office, happens, at, waiting):
    happens(1, 2, 3)
    at(ELEVEN - timedelta(seconds=11))
    assert office.mails == []
    at(ELEVEN)
    assert waiting() == []
    assert sorted(str(mail["To"]) for mail in office.mails) == [BUYER, OTHER]
    mail = office.mails[0]
    assert mail["Subject"] == "みなと市グループウェア: 売店 3件"
    text = mail.get_content()
    assert "売店 3件" in text
    assert "https://gw.city.example/portal/notifications/?unread=1" in text
    assert "品物" not in text
    at(ELEVEN + timedelta(hours=1))
    assert len(office.mails) == 2


def test_mail_is_plain_and_says_that_a_machine_wrote_it(office, happens, at):
    happens(1)
    at(ELEVEN)
    mail = office.mails[0]
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    assert mail["From"] == "groupware@city.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@city\.example>", mail["Message-ID"])
    assert mail["Date"].datetime == ELEVEN
    assert not [name for name in mail if name.startswith("List-")]
    assert office.envelopes[0][0] == "groupware@city.example"


def test_many_mails_go_over_one_connection(office, happens, at):
    happens(1)
    at(ELEVEN)
    assert (len(office.mails), office.connections) == (2, 1)


def test_mail_speaks_the_language_of_the_person(app, shop, office, happens, at):
    with app.app_context(), unit("write"):
        session.add(Preference(person_id=shop.buyer, locale="en"))
    happens(1)
    at(ELEVEN)
    mail = next(mail for mail in office.mails if mail["To"] == BUYER)
    assert mail["Subject"] == "みなと市 groupware: 売店: 1"
    assert "This is new for you:" in mail.get_content()


def test_titles_are_in_the_mail_where_the_bureau_allows_it_and_nothing_confidential(
    app, shop, office, happens, at
):
    with app.app_context(), unit("write"):
        set_rule(system(), "notifications.mail_content", shop.section, True)
    happens(1, CONFIDENTIAL)
    at(ELEVEN)
    text = office.mails[0].get_content()
    assert "売店 2件" in text
    assert "・品物 1" in text
    assert f"品物 {CONFIDENTIAL}" not in text


def test_what_was_read_meanwhile_is_in_no_mail(app, shop, office, happens, at, waiting):
    happens(1, 2)
    with clock.frozen(TUESDAY + timedelta(minutes=1)):
        actor = shop.factory.actor(shop.buyer)
        with app.app_context(), unit("write"):
            for line in timeline(actor).lines[:1]:
                read(actor, line.id)
    at(ELEVEN)
    subjects = {mail["To"]: mail["Subject"] for mail in office.mails}
    assert subjects == {BUYER: "みなと市グループウェア: 売店 1件", OTHER: "みなと市グループウェア: 売店 2件"}
    assert waiting() == []


def test_what_may_not_be_seen_any_more_is_not_even_counted(office, happens, at, waiting):
    happens(HIDDEN)
    at(ELEVEN)
    assert (office.mails, waiting()) == ([], [])


def test_who_has_no_address_or_has_left_gets_no_mail(app, shop, office, happens, at, waiting):
    with app.app_context(), unit("write"):
        session.get(Person, shop.other).email = ""
    happens(1)
    assert {row.person_id for row in waiting()} == {shop.buyer}
    with app.app_context(), unit("write"):
        session.get(Person, shop.buyer).left_on = TUESDAY.date()
    at(ELEVEN)
    assert (office.mails, waiting()) == ([], [])


def test_what_is_urgent_goes_out_at_once_by_night_the_rest_in_the_morning(office, happens, at):
    night = datetime.fromisoformat("2026-11-21T02:00+09:00")
    happens(1, instant=night)
    happens(2, instant=night + timedelta(minutes=1), is_urgent=True)
    at(night + timedelta(minutes=2))
    assert {mail["Subject"] for mail in office.mails} == {"【至急】 みなと市グループウェア: 売店 1件"}
    at(TUESDAY.replace(hour=8, minute=29))
    assert len(office.mails) == 2
    at(TUESDAY.replace(hour=8, minute=30))
    assert len(office.mails) == 4


def test_mail_once_a_day_at_the_persons_time(app, shop, office, happens, at):
    with app.app_context(), unit("write"):
        save_delivery(shop.me, Delivery(mail_rhythm="daily", daily_at="16:00"))
        choose(shop.me, {"shop.sold": ["mail"]})
    with clock.frozen(TUESDAY):
        shop.sell(1)
        shop.work()
    at(TUESDAY.replace(hour=15, minute=59))
    assert office.mails == []
    at(TUESDAY.replace(hour=16, minute=1))
    assert [mail["To"] for mail in office.mails] == [BUYER]


def test_server_that_is_down_gets_everything_once_it_is_up(app, shop, office, happens, at, waiting):
    happens(1)
    office.close()
    at(ELEVEN)
    assert len(waiting()) == 2
    with app.app_context(), unit("read"):
        job = session.scalars(select(QueuedJob).where(QueuedJob.kind == sending.SEND)).one()
    assert "cannot be used" in job.last_error
    assert job.due_at == ELEVEN + timedelta(seconds=10)
    office.open()
    at(ELEVEN + timedelta(seconds=5))
    assert office.mails == []
    at(ELEVEN + timedelta(seconds=11))
    assert sorted(str(mail["To"]) for mail in office.mails) == [BUYER, OTHER]
    assert waiting() == []


def test_mail_that_was_handed_over_before_a_kill_comes_with_the_same_id(
    app, office, happens, at, monkeypatch
):
    happens(1)

    def die(results, _now):
        if results:
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(sending, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            at(ELEVEN)
    at(ELEVEN + timedelta(seconds=sending.LEASE + 1))
    ids = [mail["Message-ID"] for mail in office.mails]
    assert len(ids) == 4
    assert len(set(ids)) == 2


def test_address_that_is_refused_for_good_stands_on_the_page_until_somebody_tries_again(
    app, shop, office, happens, at, sign_in, waiting
):
    office.refusals[BUYER] = "550 5.1.1 No such mailbox"
    happens(1)
    at(ELEVEN)
    assert [mail["To"] for mail in office.mails] == [OTHER]
    assert waiting() == []
    happens(2, instant=ELEVEN)
    assert {row.person_id for row in waiting()} == {shop.other}
    administrator = shop.administrator(sign_in)
    page = administrator.get("/notifications/mail").text
    assert "550 5.1.1 No such mailbox" in page
    assert BUYER in administrator.get("/notifications/mail.csv").text
    assert "受け付けない" in sign_in(shop.buyer).get("/notifications/settings").text
    values = {"csrf_token": csrf_token(administrator, "/notifications/mail")}
    resume = f"/notifications/mail/{shop.buyer}/resume"
    assert administrator.post(resume, data=values).status_code == 303
    assert administrator.post(resume, data=values).status_code == 404
    del office.refusals[BUYER]
    happens(3, instant=ELEVEN)
    at(ELEVEN + timedelta(hours=1))
    assert BUYER in [mail["To"] for mail in office.mails]


def test_new_address_is_not_the_refused_one(app, shop, happens, waiting):
    with app.app_context(), unit("write"):
        session.add(
            MailRefusal(person_id=shop.buyer, address="old@city.example", code=550, reply="", at=TUESDAY)
        )
    happens(1)
    assert {row.person_id for row in waiting()} == {shop.buyer, shop.other}


def test_mail_that_is_put_off_is_tried_again_after_growing_pauses_and_given_up(
    app, shop, office, happens, at, waiting
):
    office.refusals[BUYER] = "451 4.7.1 Greylisted, come back later"
    happens(1)
    at(ELEVEN)
    (row,) = waiting()
    assert (row.attempts, row.due_at) == (1, ELEVEN + sending.FIRST_PAUSE)
    for _ in range(sending.ATTEMPTS - 2):
        at(waiting()[0].due_at + timedelta(seconds=10))
    assert waiting()[0].attempts == sending.ATTEMPTS - 1
    at(waiting()[0].due_at + timedelta(seconds=10))
    assert waiting() == []
    with app.app_context(), unit("read"):
        assert session.get(MailRefusal, shop.buyer).code == 451


def test_server_that_refuses_everybody_is_at_fault_and_not_the_addresses(
    app, shop, office, happens, at, waiting, monkeypatch
):
    monkeypatch.setattr(sending, "SUSPICIOUS", 2)
    office.refusals["*"] = "554 5.7.1 Relay access denied"
    happens(1)
    at(ELEVEN)
    assert len(waiting()) == 2
    with app.app_context(), unit("read"):
        assert session.scalars(select(MailRefusal)).all() == []
        job = session.scalars(select(QueuedJob).where(QueuedJob.kind == sending.SEND)).one()
    assert "Relay access denied" in job.last_error


def test_what_happens_while_a_mail_is_handed_over_is_in_the_next_one(
    app, shop, office, happens, at, monkeypatch
):
    happens(1)
    settle = sending._settle

    def meanwhile(results, now):
        with monkeypatch.context() as once:
            once.setattr(sending, "_settle", settle)
            with unit("write"):
                for item in session.scalars(select(MailItem)):
                    item.letter = ""
        settle(results, now)

    with monkeypatch.context() as broken:
        broken.setattr(sending, "_settle", meanwhile)
        broken.setattr(sending, "LONGEST", 0.0)
        at(ELEVEN)
    at(ELEVEN + timedelta(seconds=11))
    assert len({mail["Message-ID"] for mail in office.mails}) >= 2


def test_command_sends_a_mail_and_says_what_the_server_answers(office, mail_settings, monkeypatch, tmp_path):
    for name, value in mail_settings.items():
        monkeypatch.setenv(f"GROUPWARE_{name.upper()}", str(value))
    arguments = ["--instance", str(tmp_path), "mail", "test", BUYER]
    assert CliRunner().invoke(cli, ["--instance", str(tmp_path), "init"]).exit_code == 0
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    assert office.mails[0]["To"] == BUYER
    office.refusals["*"] = "550 no"
    assert "550 no" in CliRunner().invoke(cli, arguments).output
    office.close()
    assert "cannot be used" in CliRunner().invoke(cli, arguments).output


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that nobody has signed but itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    file, key_file = tmp_path / "mail.crt", tmp_path / "mail.key"
    file.write_bytes(made.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    return file, key_file


def test_server_is_signed_in_to_over_tls_with_a_certificate_that_is_trusted(
    certificate, mail_settings, tmp_path, monkeypatch
):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*certificate)
    secret = tmp_path / "smtp.password"
    secret.write_text("hush\n", encoding="utf-8")
    secure = PostOffice(free_port(), tls, ("groupware", "hush"))
    secure.open()
    settings = Settings(
        instance=tmp_path,
        **mail_settings
        | {
            "smtp_port": secure.port,
            "smtp_security": "starttls",
            "smtp_user": "groupware",
            "smtp_password_file": str(secret),
        },
    )
    message = EmailMessage()
    message.set_content("Test")
    try:
        with pytest.raises(NoMailServer, match="certificate"), connected(settings):
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        with connected(settings) as server:
            assert server.send(message, BUYER) is None
        secret.write_text("wrong\n", encoding="utf-8")
        with pytest.raises(NoMailServer, match="535"), connected(settings):
            pass
    finally:
        secure.close()
    assert len(secure.mails) == 1
