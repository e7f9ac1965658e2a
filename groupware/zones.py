"""Zones: which of the municipality's separated networks somebody comes from (administration.md 24).

The site says where each zone is; what nothing names is the least trusted. Pure: the web tells what it knows of a connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from groupware.i18n import lazy_pgettext

ANYWHERE = "*"


class Zone(StrEnum):
    """The three networks of a hardened municipality, the least trusted first."""

    INTERNET = "internet"
    LGWAN = "lgwan"
    NUMBER = "number"

    @property
    def label(self) -> Any:
        """What it is called on screen."""
        return _LABELS[self]


_LABELS = {
    Zone.INTERNET: lazy_pgettext("zone", "Internet side"),
    Zone.LGWAN: lazy_pgettext("zone", "LGWAN side"),
    Zone.NUMBER: lazy_pgettext("zone", "Individual number side"),
}
LEAST_TRUSTED = Zone.INTERNET
EVERY_ZONE = tuple(zone.value for zone in Zone)


@dataclass(frozen=True, slots=True)
class Connection:
    """What the web knows of a request.

    `peer` holds the connection, `address` is who asks as proxies say, `port` is the one the process listens on, `named` is
    what the zone header says.
    """

    peer: str
    address: str
    port: str = ""
    named: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a zone is: a network, a port of ours, or anywhere."""

    zone: Zone
    network: IPv4Network | IPv6Network | None = None
    port: str = ""

    def holds(self, address: str, port: str) -> bool:
        """Whether a connection from there is of this source."""
        if self.network is not None:
            return _is_in(address, (self.network,))
        return not self.port or self.port == port


@cache
def sources(texts: tuple[str, ...]) -> tuple[Source, ...]:
    """What `zone_sources` says: `lgwan=10.0.0.0/8`, `internet=port:8443`, `lgwan=*`. ValueError for anything else."""
    found = []
    for text in texts:
        name, equals, place = (part.strip() for part in text.partition("="))
        if not equals or not place:
            raise ValueError(f"{text!r} is not ZONE=NETWORK, ZONE=port:NUMBER or ZONE=*")
        zone = Zone(name)
        if place == ANYWHERE:
            found.append(Source(zone))
        elif place.startswith("port:"):
            number = place.removeprefix("port:")
            if not (number.isascii() and number.isdecimal() and 0 < int(number) < 65536):
                raise ValueError(f"{text!r} names no port")
            found.append(Source(zone, port=number))
        else:
            found.append(Source(zone, ip_network(place)))
    return tuple(found)


@cache
def networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks as settings name them. ValueError for what is none."""
    return tuple(ip_network(text) for text in texts)


def zone_of(
    connection: Connection,
    known: Sequence[Source],
    proxies: Sequence[IPv4Network | IPv6Network],
    *,
    has_header: bool = False,
) -> Zone:
    """The zone of a connection.

    The header counts only from a trusted proxy, and then alone: one that names no zone of ours is the least trusted. What
    somebody else says about the address behind them is not believed either. The first source that fits counts.
    """
    is_proxy = _is_in(connection.peer, proxies)
    if has_header and is_proxy:
        return Zone(connection.named) if connection.named in EVERY_ZONE else LEAST_TRUSTED
    address = connection.address if is_proxy else connection.peer
    return next(
        (source.zone for source in known if source.holds(address, connection.port)),
        LEAST_TRUSTED,
    )


def _is_in(text: str, found: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    # A socket that listens on both families reports IPv4 as ::ffff:10.0.0.1.
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in found)


__all__ = [
    "EVERY_ZONE",
    "LEAST_TRUSTED",
    "Connection",
    "Source",
    "Zone",
    "networks",
    "sources",
    "zone_of",
]
