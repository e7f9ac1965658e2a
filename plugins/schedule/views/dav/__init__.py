"""CalDAV (RFC 4791, 6578, 6638): phones and calendar programs read and write the schedule below `/dav/`.

They come with the token of a person as the password of Basic authentication, and do what the person may do: the same
services, permissions, rules, history and audit as the pages. One calendar is the person's own; those of colleagues can be read.
"""

from groupware.plugin import RootUrl
from plugins.schedule.views.dav.methods import ask, change, well_known

ASKING = ("GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT")
CHANGING = ("PUT", "DELETE", "POST", "PROPPATCH", "MKCALENDAR", "MKCOL", "COPY", "MOVE")

ROOT_URLS = (
    RootUrl(path="/dav/", name="dav_root", view=ask, methods=ASKING),
    RootUrl(path="/dav/<path:path>", name="dav", view=ask, methods=ASKING),
    RootUrl(path="/dav/<path:path>", name="dav_change", view=change, methods=CHANGING),
    RootUrl(
        path="/.well-known/caldav",
        name="dav_well_known",
        view=well_known,
        methods=("GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"),
    ),
)

__all__ = ["ROOT_URLS"]
