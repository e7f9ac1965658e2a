"""A person's card, the photo, the legal name."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.audit.models import AuditRecord
from groupware.directory.models import Appointment, DutyHolder, OrgUnitVersion, Person
from groupware.directory.services.photos import MAX_BYTES, remove_photo, set_photo
from groupware.errors import Invalid
from tests.core.directory_pages.conftest import own

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


@pytest.fixture
def client(city, sign_in):
    """The mayor's browser."""
    return sign_in(city.people["海野 市長"])


@pytest.fixture
def card(city, client):
    """`card("東 主事")` is the page of their card."""
    return lambda name: client.get(f"/directory/people/{city.uid(name)}").text


def begin(city, write, name, day):
    """Let the main appointment of somebody begin on a day."""
    with write() as session:
        found = session.scalars(select(Appointment).where(Appointment.person_id == city.people[name])).one()
        found.valid_from = day


def test_card_shows_names_posts_and_how_to_reach_the_person(city, card):
    city.person("東 主事", "保護課", "主事", kana="ひがし しゅじ", extension="4567", email="a@example.jp")
    city.appoint("東 主事", "道路課", "係長", "concurrent")
    page = card("東 主事")
    for text in ("ひがし しゅじ", "4567", "mailto:a@example.jp", "福祉局 保護課", "建設局 道路課", "兼務"):
        assert text in page


def test_card_without_photo_shows_the_first_letter(city, card):
    city.person("東 主事", "保護課", "主事")
    page = card("東 主事").split('class="person-card-face"')[1].split("</div>")[0]
    assert ">東</span>" in page
    assert "<img" not in page


def test_card_shows_former_units_under_the_names_of_their_time(city, card, write):
    city.person("東 主事", "保護課", "主事")
    begin(city, write, "東 主事", date(2024, 4, 1))
    with write() as session:
        version = session.scalars(
            select(OrgUnitVersion).where(OrgUnitVersion.unit_id == city.units["道路課"])
        ).one()
        values = {"unit_id": version.unit_id, "parent_id": version.parent_id, "kind": version.kind}
        session.add(
            OrgUnitVersion(**values, name="土木課", valid_from=version.valid_from, valid_to=date(2024, 4, 1))
        )
        version.valid_from = date(2024, 4, 1)
    city.appoint("東 主事", "道路課", "主事", "main", valid_from=date(2020, 4, 1), valid_to=date(2024, 4, 1))
    former = card("東 主事").split('id="former"')[1]
    assert "建設局 土木課" in former
    assert "2020年4月1日" in former
    assert "2024年3月31日" in former


def test_card_joins_appointments_that_only_renew_one_another(city, card, write):
    city.person("東 主事", "保護課", "主事")
    begin(city, write, "東 主事", date(2024, 4, 1))
    for year in (2021, 2022, 2023):
        span = {"valid_from": date(year, 4, 1), "valid_to": date(year + 1, 4, 1)}
        city.appoint("東 主事", "道路課", "主事", "main", **span)
    former = card("東 主事").split('id="former"')[1].split("</table>")[0]
    assert former.count("道路課") == 1
    assert "2021年4月1日" in former


def test_card_shows_appointments_to_come(city, card):
    city.person("東 主事", "保護課", "主事")
    begins = clock.today() + timedelta(days=30)
    city.appoint("東 主事", "道路課", "係長", "concurrent", valid_from=begins)
    assert "道路課" in card("東 主事").split('id="coming"')[1]


def test_card_of_somebody_on_leave_shows_no_reason(city, card):
    city.person("東 主事", "保護課", "主事")
    city.appoint("東 主事", "保護課", "主事", "leave")
    page = card("東 主事")
    assert "長期不在" in page
    assert "休職" not in page


def test_card_names_the_head_and_for_a_head_the_next_one_above(city, card):
    city.person("東 局長", "福祉局", "局長")
    city.person("西 課長", "保護課", "課長")
    city.person("南 主事", "保護課", "主事")
    assert "西 課長" in card("南 主事").split('id="about"')[1]
    assert "東 局長" in card("西 課長").split('id="about"')[1]
    assert "海野 市長" in card("東 局長").split('id="about"')[1]


def test_card_tells_a_deputy_for_whom_and_a_holder_by_whom(city, card, factory, write):
    for name in ("東 主事", "西 主事"):
        factory.duty(city.person(name, "保護課", "主事"), city.units["保護課"])
    with write() as session:
        deputy = select(DutyHolder).where(DutyHolder.person_id == city.people["西 主事"])
        session.scalars(deputy).one().deputy_order = 1
    for name, other, words in (("西 主事", "東 主事", "代理する相手"), ("東 主事", "西 主事", "代理者")):
        duties = card(name).split('id="duties"')[1]
        assert "機能管理者" in duties
        assert words in duties
        assert other in duties


def test_card_of_somebody_who_left_shows_no_way_to_reach_them(city, card):
    city.person("東 主事", "保護課", "主事", extension="4567", email="a@example.jp")
    city.change("東 主事", left_on=clock.today())
    page = card("東 主事")
    assert "現在は在籍していません" in page
    assert "4567" not in page
    assert "a@example.jp" not in page


def test_card_of_nobody_is_not_found(client):
    assert client.get("/directory/people/018f0000-0000-7000-8000-000000000000").status_code == 404


def test_card_never_holds_the_legal_name(city, card):
    city.person("通称 桜", "保護課", "主事", legal_name="戸籍 桜子")
    assert "戸籍" not in card("通称 桜")


@pytest.mark.parametrize("number", [1, 3])
def test_card_takes_the_same_queries_however_many_posts(city, client, factory, count_queries, number):
    city.person("東 主事", "保護課", "主事")
    for unit_name in ("道路課", "道路係", "福祉総務課")[:number]:
        city.appoint("東 主事", unit_name, "主事", "concurrent")
        factory.duty(city.people["東 主事"], city.units[unit_name])
    address = f"/directory/people/{city.uid('東 主事')}"
    client.get(address)
    with count_queries() as statements:
        client.get(address)
    assert own(statements) == 4


def test_legal_name_is_shown_to_those_who_may_and_leaves_a_record(city, factory, sign_in, read):
    city.person("通称 桜", "保護課", "主事", legal_name="戸籍 桜子")
    personnel = city.person("人事 係", "福祉総務課", "係長")
    factory.grant(PrincipalKind.PERSON, personnel, "directory:legal_name:read")
    client = sign_in(personnel, elevated=True)
    address = f"/directory/people/{city.uid('通称 桜')}/legal-name"
    assert address in client.get(f"/directory/people/{city.uid('通称 桜')}").text
    assert "戸籍 桜子" in client.get(address).text
    with read() as session:
        record = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "directory.legal_name_seen")
        ).one()
        assert (record.person_id, record.object_id) == (personnel, city.people["通称 桜"])
        assert "戸籍" not in str(record.details)


def test_legal_name_asks_for_the_password_again(city, factory, sign_in):
    personnel = city.person("人事 係", "福祉総務課", "係長")
    factory.grant(PrincipalKind.PERSON, personnel, "directory:legal_name:read")
    response = sign_in(personnel).get(f"/directory/people/{city.uid('人事 係')}/legal-name")
    assert response.status_code == 302
    assert "elevate" in response.headers["Location"]


def test_legal_name_outside_ones_units_is_refused(city, factory, sign_in):
    personnel = city.person("人事 係", "福祉総務課", "係長")
    city.person("東 主事", "道路課", "主事", legal_name="戸籍 東")
    factory.grant(
        PrincipalKind.PERSON,
        personnel,
        "directory:legal_name:read",
        scope="subtree",
        unit_id=city.units["福祉局"],
    )
    response = sign_in(personnel, elevated=True).get(f"/directory/people/{city.uid('東 主事')}/legal-name")
    assert response.status_code == 403
    assert "戸籍" not in response.text


def test_legal_name_is_refused_to_everybody_else(city, client):
    assert client.get(f"/directory/people/{city.uid('海野 市長')}/legal-name").status_code == 403


@pytest.mark.parametrize(("content", "media_type"), [(PNG, "image/png"), (JPEG, "image/jpeg")])
def test_photo_given_by_the_person_is_shown_with_its_type(
    city, client, factory, write, card, content, media_type
):
    actor = factory.actor(city.people["海野 市長"])
    with write():
        set_photo(actor, content)
    address = f"/directory/people/{city.uid('海野 市長')}/photo"
    response = client.get(address)
    assert response.data == content
    assert response.content_type == media_type
    assert f'src="{address}"' in card("海野 市長")
    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_photo_without_consent_is_not_there(city, client, factory, write, card):
    actor = factory.actor(city.people["海野 市長"])
    with write():
        set_photo(actor, PNG)
    city.change("海野 市長", has_photo_consent=False)
    assert client.get(f"/directory/people/{city.uid('海野 市長')}/photo").status_code == 404
    assert "/photo" not in card("海野 市長")


def test_photo_taken_away_is_gone_with_the_consent(city, client, factory, write, read):
    actor = factory.actor(city.people["海野 市長"])
    with write():
        set_photo(actor, PNG)
    with write():
        remove_photo(actor)
    assert client.get(f"/directory/people/{city.uid('海野 市長')}/photo").status_code == 404
    with read() as session:
        person = session.get(Person, city.people["海野 市長"])
        assert person.photo is None
        assert not person.has_photo_consent


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"GIF89a", "photo_type"), (b"", "photo_type"), (PNG + b"\0" * MAX_BYTES, "photo_too_large")],
)
def test_photo_that_is_no_picture_or_too_large_is_refused(city, factory, write, content, code):
    actor = factory.actor(city.people["海野 市長"])
    with write(), pytest.raises(Invalid) as refusal:
        set_photo(actor, content)
    assert refusal.value.code == code
