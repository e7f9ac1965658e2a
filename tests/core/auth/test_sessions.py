"""Where one is signed in, and what one acts as."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from groupware import clock
from groupware.actor import system
from groupware.auth.browsers import browser_text
from groupware.auth.models import KnownDevice, SignInFailure, UserSession
from groupware.auth.services import tidy
from groupware.db import session, unit
from groupware.directory.models import Appointment, SectionAccount
from groupware.testing.signing_in import csrf_token
from groupware.web.boundary import signed_in_person

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0"


def _id_of_first(app):
    with app.app_context(), unit("read"):
        return session.scalars(select(UserSession.id).order_by(UserSession.id)).first()


def test_list_marks_this_device_and_names_browser_and_place(app, client, sato, enter):
    enter(app.test_client(), headers={"User-Agent": EDGE})
    enter(client)
    page = client.get("/session/").text
    assert page.count("この端末</span>") == 1
    assert "WindowsのEdge" in page
    assert "LGWAN接続系" in page
    assert "127.0.0.1" in page


def test_one_other_device_can_be_signed_out(app, client, sato, enter, open_sessions):
    other = app.test_client()
    enter(other)
    enter(client)
    answer = client.post(
        f"/session/{_id_of_first(app)}/end", data={"csrf_token": csrf_token(client, "/session/")}
    )
    assert answer.status_code == 303
    assert open_sessions(sato) == 1
    assert other.get("/profile/").status_code == 302


def test_all_other_devices_can_be_signed_out_at_once(app, client, sato, enter, open_sessions):
    for _ in range(3):
        enter(app.test_client())
    enter(client)
    client.post("/session/end-others", data={"csrf_token": csrf_token(client, "/session/")})
    assert open_sessions(sato) == 1
    assert "3台の端末をログアウトしました。" in client.get("/session/").text


def test_session_of_somebody_else_does_not_exist(app, client, sato, enter, factory, town, give_password):
    other = factory.person("田中 葵", town["section"], town["clerk"], login="tanaka")
    give_password(other)
    enter(app.test_client(), "tanaka")
    enter(client)
    token = csrf_token(client, "/session/")
    answers = [
        client.post(f"/session/{number}/end", data={"csrf_token": token})
        for number in (_id_of_first(app), 9999)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(answers[0].text) == len(answers[1].text)


def test_session_ends_after_its_hours_however_much_it_is_used(app, client, sato, enter):
    enter(client)
    start = clock.now()
    for minutes in range(60, 720, 60):
        with clock.frozen(start + timedelta(minutes=minutes)):
            assert client.get("/profile/", buffered=True).status_code == 200
    with clock.frozen(start + timedelta(hours=12, seconds=1)):
        assert client.get("/profile/").status_code == 302


def test_session_ends_without_use(client, sato, enter):
    enter(client)
    with clock.frozen(clock.now() + timedelta(minutes=119)):
        assert client.get("/session/alive").status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=240)):
        assert client.get("/session/alive").status_code == 401


def test_use_is_noted_at_most_once_a_minute(app, client, sato, enter):
    enter(client)

    def last_seen():
        with app.app_context(), unit("read"):
            return session.scalar(select(UserSession.last_seen_at))

    first = last_seen()
    for seconds, is_noted in ((30, False), (61, True)):
        with clock.frozen(first + timedelta(seconds=seconds)):
            client.get("/profile/", buffered=True)
        assert (last_seen() > first) is is_noted


def test_expired_session_is_explained_on_the_sign_in_page(client, sato, enter):
    enter(client)
    with clock.frozen(clock.now() + timedelta(hours=13)):
        assert "一定時間操作がなかったためログアウトしました。" in client.get("/login").text
    assert "一定時間操作がなかった" not in client.application.test_client().get("/login").text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "WindowsのEdge"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15",
            "MacのSafari",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) CriOS/120 Mobile Safari/604.1",
            "iPhoneのChrome",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "LinuxのFirefox"),
        ("curl/8.5.0", "不明なブラウザ"),
        ("", "不明なブラウザ"),
    ],
)
def test_browser_is_named_in_words(app, agent, words):
    with app.test_request_context():
        assert browser_text(agent) == words


def test_job_removes_what_is_past_its_time(app, client, sato, enter):
    enter(client)
    enter(app.test_client(), password="wrong")
    with clock.frozen(clock.now() + timedelta(days=500)), app.app_context(), unit("write"):
        tidy(system("job"))
        assert [session.scalars(select(t)).all() for t in (UserSession, KnownDevice, SignInFailure)] == [
            [],
            [],
            [],
        ]


@pytest.fixture
def posts(app, town, sato):
    """`sato` also has a concurrent post in 保護課; 総務課 and 保護課 have section accounts."""
    with app.app_context(), unit("write"):
        session.add(
            Appointment(
                person_id=sato,
                unit_id=town["far"],
                post_id=town["chief"],
                kind="concurrent",
                valid_from=date(2020, 4, 1),
            )
        )
        session.add_all(
            [SectionAccount(unit_id=town[name], name=f"{name}の窓口") for name in ("section", "far")]
        )
        session.flush()
        return {
            "main": session.scalar(select(Appointment.id).where(Appointment.kind == "main")),
            "concurrent": session.scalar(select(Appointment.id).where(Appointment.kind == "concurrent")),
            "section": session.scalar(
                select(SectionAccount.id).where(SectionAccount.unit_id == town["section"])
            ),
            "far": session.scalar(select(SectionAccount.id).where(SectionAccount.unit_id == town["far"])),
        }


@pytest.fixture
def act_as(client):
    """`act_as(choice)` sends the form."""

    def choose(choice):
        return client.post(
            "/session/acting", data={"choice": choice, "csrf_token": csrf_token(client, "/session/acting")}
        )

    return choose


def _actor(client):
    with client:
        client.get("/profile/")
        return signed_in_person()


def test_choices_are_the_own_posts_and_the_section_accounts_of_their_units(client, sato, enter, posts):
    enter(client)
    page = client.get("/session/acting").text
    for words in ("行財政局 総務課 主事", "福祉局 保護課 課長", "sectionの窓口", "farの窓口"):
        assert words in page


def test_concurrent_post_decides_unit_and_rank_until_signed_out(client, sato, enter, posts, act_as, town):
    enter(client)
    assert act_as(f"{posts['concurrent']}/").status_code == 303
    person = _actor(client)
    assert (person.actor.unit_id, person.actor.post_rank) == (town["far"], 30)
    assert person.acting_as == "保護課 課長"
    act_as(f"{posts['main']}/")
    assert _actor(client).acting_as == ""


def test_section_account_is_acted_for_and_the_person_stays(client, sato, enter, posts, act_as):
    enter(client)
    act_as(f"{posts['main']}/{posts['section']}")
    person = _actor(client)
    assert (person.actor.person_id, person.actor.on_behalf_of) == (sato, posts["section"])
    assert person.acting_as == "sectionの窓口"


@pytest.mark.parametrize("choice", ["999999/", "x/", "/", "1/x", "{main}/{far}", "{main}/999"])
def test_what_one_is_not_cannot_be_chosen(client, sato, enter, posts, act_as, choice):
    enter(client)
    answer = act_as(choice.format(**posts))
    if choice == "/":
        assert answer.status_code == 303
    else:
        assert answer.status_code == 422
    assert _actor(client).actor.on_behalf_of is None


def test_choice_falls_back_to_the_main_post_when_it_ends(app, client, sato, enter, posts, act_as, town):
    enter(client)
    act_as(f"{posts['concurrent']}/{posts['far']}")
    assert _actor(client).actor.on_behalf_of == posts["far"]
    with app.app_context(), unit("write"):
        session.execute(
            update(Appointment).where(Appointment.kind == "concurrent").values(valid_to=clock.today())
        )
    actor = _actor(client).actor
    assert (actor.unit_id, actor.on_behalf_of) == (town["section"], None)


def test_section_account_that_is_closed_is_no_longer_acted_for(app, client, sato, enter, posts, act_as):
    enter(client)
    act_as(f"{posts['main']}/{posts['section']}")
    with app.app_context(), unit("write"):
        session.execute(update(SectionAccount).values(is_active=False))
    assert _actor(client).actor.on_behalf_of is None
