"""Zones: placed by the site's settings, believed from proxies only, kept by sessions, decided by the bureau's rules."""

import pytest
from sqlalchemy import select

from groupware.actor import Actor, system
from groupware.audit.models import AuditRecord
from groupware.config import load
from groupware.db import session, unit
from groupware.errors import ConfigurationError, Denied
from groupware.guards import zoning
from groupware.guards.enums import Act
from groupware.guards.rules import FILE_TYPES, ZONE_RULES
from groupware.rules.services import set_rule
from groupware.setup import initialise
from groupware.testing.factories import Factory
from groupware.testing.signing_in import csrf_token, sign_in_as
from groupware.zones import Connection, Zone, networks, sources, zone_of
from tests.core.administration.sample import build

PROXIES = networks(("127.0.0.1", "10.1.1.0/24"))
PLACES = sources(("number=10.9.0.0/16", "internet=port:8443", "lgwan=10.0.0.0/8", "lgwan=fd00::/8"))


@pytest.mark.parametrize(
    ("connection", "zone"),
    [
        (Connection("10.2.3.4", "10.2.3.4", "8000"), Zone.LGWAN),
        (Connection("10.9.3.4", "10.9.3.4", "8000"), Zone.NUMBER),
        (Connection("10.2.3.4", "10.2.3.4", "8443"), Zone.INTERNET),
        (Connection("::ffff:10.9.3.4", "::ffff:10.9.3.4", "8000"), Zone.NUMBER),
        (Connection("fd00::7", "fd00::7", "8000"), Zone.LGWAN),
        (Connection("203.0.113.9", "203.0.113.9", "8000"), Zone.INTERNET),
        (Connection("", "", "8000"), Zone.INTERNET),
        # A proxy's word on who is behind it counts, anybody else's does not.
        (Connection("10.1.1.5", "10.9.3.4", "8000"), Zone.NUMBER),
        (Connection("203.0.113.9", "10.9.3.4", "8000"), Zone.INTERNET),
    ],
)
def test_first_source_that_fits_places_a_connection(connection, zone):
    assert zone_of(connection, PLACES, PROXIES) is zone


@pytest.mark.parametrize(
    ("peer", "named", "zone"),
    [
        ("10.1.1.5", "number", Zone.NUMBER),
        ("10.1.1.5", "lgwan", Zone.LGWAN),
        ("10.1.1.5", "", Zone.INTERNET),
        ("10.1.1.5", "LGWAN, internet", Zone.INTERNET),
        ("10.9.3.4", "internet", Zone.NUMBER),
        ("203.0.113.9", "number", Zone.INTERNET),
    ],
)
def test_header_counts_from_a_proxy_only_and_then_alone(peer, named, zone):
    assert zone_of(Connection(peer, peer, "8000", named), PLACES, PROXIES, has_header=True) is zone


@pytest.mark.parametrize("text", ["lgwan", "lgwan=", "office=10.0.0.0/8", "lgwan=10.0.0.1/8", "lgwan=port:x"])
def test_setting_that_places_nothing_stops_the_start(tmp_path, text):
    with pytest.raises(ConfigurationError, match="zone_sources"):
        load(tmp_path, {"GROUPWARE_ZONE_SOURCES": text})


@pytest.fixture
def two_zones(make_app):
    """An application whose proxy on this machine names the zone."""
    app = make_app(zone_header="X-Groupware-Zone", trusted_proxies=1)
    with app.app_context(), unit("write"):
        initialise()
    return app


def test_session_holds_in_its_own_zone_only(two_zones):
    city = build(Factory(two_zones))
    for began in Zone:
        client = sign_in_as(two_zones, city.clerk, zone=began)
        seen = [client.get("/", headers={"X-Groupware-Zone": zone.value}).status_code for zone in Zone]
        assert seen == [200 if zone is began else 302 for zone in Zone]
        assert client.get("/").status_code == (200 if began is Zone.INTERNET else 302)


def test_audit_says_the_zone_of_a_failed_sign_in(two_zones):
    client = two_zones.test_client()
    token = csrf_token(client, "/login")
    values = {"username": "nobody", "password": "wrong", "csrf_token": token}
    client.post("/login", data=values, headers={"X-Groupware-Zone": "number"})
    client.post("/login", data=values)
    with two_zones.app_context(), unit("read"):
        found = session.scalars(
            select(AuditRecord.zone)
            .where(AuditRecord.action == "auth.sign_in_failed")
            .order_by(AuditRecord.id)
        ).all()
    assert found == ["number", "internet"]


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("zone", list(Zone))
def test_rule_closes_exactly_the_zones_it_leaves_out(app, city, factory, act, zone):
    open_zones = tuple(one.value for one in Zone if one is not zone)
    with app.app_context(), unit("write"):
        set_rule(system(), ZONE_RULES[act], city.welfare, open_zones)
    with app.app_context(), unit("read"):
        for unit_id in (city.protection, city.waste):
            for other in Zone:
                actor = Actor(person_id=city.clerk, unit_id=unit_id, zone=other.value)
                is_closed = unit_id == city.protection and other is zone
                default = act is not Act.DOWNLOAD or other is not Zone.INTERNET
                wanted = not is_closed if unit_id == city.protection else default
                assert zoning.allows(actor, act) is wanted, (unit_id, other)
        assert zoning.allows(system(), act)


def test_unknown_zone_is_the_least_trusted(app, city):
    with app.app_context(), unit("read"):
        actor = Actor(person_id=city.clerk, unit_id=city.protection, zone="somewhere")
        assert zoning.zone_of(actor) is Zone.INTERNET
        assert not zoning.allows(actor, Act.DOWNLOAD)


@pytest.mark.parametrize(
    ("name", "may"), [("計画.PDF", True), ("図.png", True), ("台帳.xlsx", False), ("LICENSE", False)]
)
def test_file_types_of_a_zone(app, city, name, may):
    with app.app_context(), unit("write"):
        set_rule(system(), FILE_TYPES[Zone.LGWAN], None, "*.pdf、 png")
    actor = Actor(person_id=city.clerk, unit_id=city.protection, zone="lgwan")
    with app.app_context(), unit("read"):
        if may:
            zoning.require_file(actor, name)
        else:
            with pytest.raises(Denied, match="png"):
                zoning.require_file(actor, name)


def test_closed_zone_is_refused_at_the_boundary_and_recorded(two_zones):
    city = build(Factory(two_zones))
    with two_zones.app_context(), unit("write"):
        set_rule(system(), ZONE_RULES[Act.SEND], None, ("lgwan",))
    client = sign_in_as(two_zones, city.clerk, zone=Zone.INTERNET)
    assert client.get("/bulletin/").status_code == 200
    token = csrf_token(client, "/session/")
    refused = client.post("/bulletin/new", data={"title": "x", "csrf_token": token})
    assert refused.status_code == 403
    assert "インターネット接続系からは登録や送信ができません。" in refused.text
    assert client.get("/directory/phones.csv").status_code == 403
    assert client.post("/logout", data={"csrf_token": token}).status_code == 303
    with two_zones.app_context(), unit("read"):
        found = session.execute(
            select(AuditRecord.person_id, AuditRecord.zone).where(AuditRecord.action == zoning.REFUSED)
        ).all()
    assert [tuple(row) for row in found] == [(city.clerk, "internet")] * 2
