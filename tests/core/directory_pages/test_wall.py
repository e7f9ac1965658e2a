"""The wall around affiliated bodies: on every path of the directory their people see their own body only."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select

from groupware import clock, search
from groupware.access.enums import PrincipalKind
from groupware.access.models import PersonPrincipal, Principal
from groupware.access.principals import everyone, rebuild
from groupware.access.queries import count_of
from groupware.caches import bump
from groupware.db import holds_on, session, unit
from groupware.directory.enums import GroupKind
from groupware.directory.models import Group, GroupMember
from groupware.directory.picking import choosable, parse, people_of
from groupware.directory.wall import AFFILIATED, looking_from, within, without_wall
from groupware.errors import Invalid
from groupware.portal.enums import CACHE
from groupware.portal.models import SectionPage
from groupware.portal.services.pages import SEARCHED
from groupware.web.gate import declaration

CITY, BODY = "市野 太郎", "港湾 花子"
"""Who works for the municipality, and who for the affiliated body."""


@pytest.fixture
def body(city):
    """An affiliated body with a person, beside a section of the municipality with one."""
    city.units["港湾公社"] = city.factory.unit("港湾公社", kind=AFFILIATED, official_order=900)
    city.units["港湾係"] = city.factory.unit("港湾係", city.units["港湾公社"], kind="係")
    city.person(CITY, "保護課", "課長", kana="いちの たろう", staff_number="111111", extension="5111")
    city.person(BODY, "港湾係", "課長", kana="こうわん はなこ", staff_number="222222", extension="5222")
    return city


@pytest.fixture
def inside(body, sign_in):
    """The browser of the person of the affiliated body."""
    return sign_in(body.people[BODY])


def addresses(body):
    """Every page of the directory that lists or shows units or people, aside from those of administration."""
    city, own = body.units["保護課"], body.units["港湾係"]
    return [
        "/directory/",
        "/directory/?open=all",
        "/directory/?open=all&on=2020-04-01",
        "/directory/chart.csv",
        f"/directory/units/{own}",
        f"/directory/units/{city}",
        f"/directory/units/{city}?on=2001-04-01",
        f"/directory/units/{city}/below",
        f"/directory/units/{city}/members.csv",
        "/directory/people",
        "/directory/people?q=市野",
        "/directory/people?q=111111",
        "/directory/people?q=保護",
        f"/directory/people?unit={city}",
        "/directory/people.csv",
        f"/directory/people/{body.uid(CITY)}",
        f"/directory/people/{body.uid(CITY)}/photo",
        "/directory/phones",
        f"/directory/phones?unit={city}",
        f"/directory/phones?unit={city}&order=kana",
        f"/directory/phones.csv?unit={city}",
        "/directory/pick/search?q=市野",
        "/directory/pick/search?q=保護&mode=principals",
        "/directory/pick/units",
        f"/directory/pick/units?unit={city}",
        f"/directory/pick/units?unit={city}&mode=principals",
        "/directory/pick/groups",
        "/directory/pick/standing?mode=principals",
        "/directory/pick/recent",
        "/directory/groups",
        "/api/v1/directory/people",
        "/api/v1/directory/units",
        f"/api/v1/directory/units/{city}",
        f"/api/v1/directory/people/{body.uid(CITY)}",
        "/search?q=市野",
        "/",
    ]


HIDDEN = ("市野", "海野", "保護課", "福祉局", "5111")


def test_nothing_of_the_municipality_is_on_any_page_of_an_affiliated_body(body, inside):
    for address in addresses(body):
        answer = inside.get(address)
        assert answer.status_code in (200, 404), address
        page = answer.text.split("<main")[-1].replace('value="市野"', "").replace('value="保護"', "")
        seen = [word for word in HIDDEN if word in page and f"q={word}" not in address]
        assert not seen, (address, seen)


def test_every_page_that_is_open_to_all_is_among_them(body):
    """Whoever adds a page of the directory adds it to `addresses`, or says below why it shows nobody else."""
    adapter = body.app.url_map.bind("localhost")
    tried = {adapter.match(path.split("?")[0])[0] for path in addresses(body)}
    views = body.app.view_functions
    open_to_all = {
        rule.endpoint
        for rule in body.app.url_map.iter_rules()
        if rule.endpoint.startswith("directory.")
        and "GET" in (rule.methods or ())
        and declaration(views[rule.endpoint]).permission in (None, "directory:person:read")
    }
    assert open_to_all - tried <= OF_ONES_OWN_GROUPS


OF_ONES_OWN_GROUPS = {
    "directory.group",
    "directory.group_export",
    "directory.groups_export",
    "directory.new_group",
    "directory.edit_group",
}
"""Their members come from the roll; see the test of groups."""


def test_own_body_is_there_on_every_path(body, inside):
    own = body.units["港湾係"]
    uid = body.uid(BODY)
    for address in (
        "/directory/people",
        "/directory/people.csv",
        "/directory/people?q=港湾",
        f"/directory/people/{uid}",
        f"/directory/units/{own}",
        "/directory/phones",
        f"/directory/pick/units?unit={own}",
        "/directory/pick/search?q=こうわん",
    ):
        assert "港湾 花子" in inside.get(address).text, address
    assert "港湾公社" in inside.get("/directory/").text


def test_pasted_lines_and_crafted_values_find_nobody_behind_the_wall(body, inside):
    body.app.config["WTF_CSRF_ENABLED"] = False
    page = inside.post(
        "/directory/pick/paste", data={"field": "lines", "lines": "市野 太郎\n111111\n港湾 花子"}
    )
    assert f'"person:{body.people[BODY]}"' in page.text
    assert f"person:{body.people[CITY]}" not in page.text
    with body.app.app_context(), unit("read"), without_wall():
        looking_from(body.units["港湾係"])
        with pytest.raises(Invalid):
            people_of([f"person:{body.people[CITY]}"])
        refs = [
            parse(value)
            for value in (
                "everyone:0",
                f"person:{body.people[CITY]}",
                f"unit_tree:{body.units['保護課']}",
                f"post:{body.posts['課長']}",
                "rank:20",
            )
        ]
        assert choosable(refs) == {}
        assert (
            len(choosable([parse(f"person:{body.people[BODY]}"), parse(f"unit:{body.units['港湾係']}")])) == 2
        )


def test_groups_of_the_municipality_are_not_offered(body, inside):
    with body.app.app_context(), unit("write"):
        shared = Group(kind=GroupKind.SHARED, name="福祉連絡会", unit_id=body.units["福祉局"])
        mine = Group(kind=GroupKind.PERSONAL, name="私の仲間", owner_id=body.people[BODY])
        session.add_all([shared, mine])
        session.flush()
        session.add_all(GroupMember(group_id=mine.id, person_id=body.people[name]) for name in (CITY, BODY))
        uid = str(mine.uid)
    listed = inside.get("/directory/groups").text
    assert "私の仲間" in listed
    assert "福祉連絡会" not in listed
    page = inside.get(f"/directory/groups/{uid}").text
    assert "港湾 花子" in page
    assert "市野" not in page


def test_people_of_the_municipality_see_the_body(body, sign_in):
    client = sign_in(body.people[CITY])
    for address in ("/directory/people?q=港湾", f"/directory/units/{body.units['港湾係']}"):
        assert "港湾 花子" in client.get(address).text
    assert "港湾公社" in client.get("/directory/").text


def test_one_look_does_not_stay_for_the_next(body, inside):
    inside.get("/directory/")
    assert within.get() is None


def principals_of(person_id, day):
    """(kind, ref) of a person."""
    return set(
        session.execute(
            select(Principal.kind, Principal.ref)
            .join(PersonPrincipal, PersonPrincipal.principal_id == Principal.id)
            .where(PersonPrincipal.person_id == person_id, holds_on(PersonPrincipal, day))
        ).all()
    )


def test_all_staff_posts_and_ranks_mean_the_municipality(body):
    with body.app.app_context(), unit("read"):
        mine = principals_of(body.people[BODY], clock.today())
        assert {kind for kind, _ in mine} == {"person", "unit", "unit_tree"}
        assert ("unit_tree", body.units["港湾公社"]) in mine
        theirs = principals_of(body.people[CITY], clock.today())
        assert {"everyone", "post", "rank"} <= {kind for kind, _ in theirs}
        assert count_of([everyone().id], clock.today()) == 2


def test_whoever_also_holds_a_post_of_the_municipality_is_of_its_staff_meanwhile(body):
    begin, end = date(2026, 4, 1), date(2026, 10, 1)
    body.appoint(BODY, "保護課", "主事", "concurrent", valid_from=begin, valid_to=end)
    with body.app.app_context(), unit("write"):
        rebuild([body.people[BODY]])
    with body.app.app_context(), unit("read"):
        for day, is_staff in ((date(2026, 3, 31), False), (begin, True), (end, False)):
            found = principals_of(body.people[BODY], day)
            assert ((PrincipalKind.EVERYONE.value, 0) in found) is is_staff, day
            assert (("rank", 50) in found) is is_staff, day


def test_pages_of_the_sections_of_the_municipality_are_behind_the_wall_too(body, inside, sign_in):
    uid = uuid.UUID(int=7)
    with body.app.app_context(), unit("write"):
        session.add(
            SectionPage(
                uid=uid,
                unit_id=body.units["保護課"],
                title="保護課の様式集",
                html="<p>様式</p>",
                created_at=clock.now(),
                changed_at=clock.now(),
            )
        )
        session.flush()
        search.index(SEARCHED, [session.query(SectionPage.id).filter_by(uid=uid).scalar()])
        bump(CACHE)
    everybody = sign_in(body.people[CITY])
    for address in (
        f"/portal/pages/{uid}",
        f"/portal/pages/{uid}/history",
        f"/portal/pages/unit/{body.units['保護課']}",
    ):
        assert inside.get(address).status_code == 404, address
        assert everybody.get(address).status_code == 200, address
    shown = {"/portal/pages": str(uid), "/portal/pages.csv": "保護課の様式集", "/search?q=様式集": str(uid)}
    for address, sign in shown.items():
        assert sign not in inside.get(address).get_data(as_text=True), address
        assert sign in everybody.get(address).get_data(as_text=True), address
