"""The zone that the current request comes from, as the site's settings say."""

from flask import current_app, g, request

from groupware.config import Settings
from groupware.zones import Connection, Zone, networks, sources, zone_of


def request_zone() -> Zone:
    """Asked once per request. What the settings do not place is the least trusted zone."""
    if "zone" not in g:
        settings: Settings = current_app.extensions["groupware_settings"]
        # Before the proxies' word was taken for it: who really holds the connection, and to which port.
        bare = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
        g.zone = zone_of(
            Connection(
                peer=bare.get("REMOTE_ADDR") or "",
                address=request.remote_addr or "",
                port=str(bare.get("SERVER_PORT") or ""),
                named=request.headers.get(settings.zone_header, "") if settings.zone_header else "",
            ),
            sources(settings.zone_sources),
            networks(settings.zone_proxies),
            has_header=bool(settings.zone_header),
        )
    found: Zone = g.zone
    return found


__all__ = ["request_zone"]
