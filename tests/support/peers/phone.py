"""A phone-like story told by the library caldav: find the calendar, see an event, move it, enter, search, delete.

`python phone.py URL TOKEN TITLE`: the calendar has one event with this title. Prints what it saw, a line each.
"""

import sys
from datetime import UTC, datetime, timedelta

import caldav  # type: ignore[import-not-found]  # it is in the environment of the peers


def main(url: str, token: str, title: str) -> None:
    """Tell it."""
    with caldav.DAVClient(url=url, username="x", password=token) as client:
        calendar = next(one for one in client.principal().calendars() if one.url.path.endswith("/personal/"))
        (event,) = [one for one in calendar.events() if str(one.icalendar_component["SUMMARY"]) == title]
        component = event.icalendar_component
        begins = component["DTSTART"].dt
        print("seen", begins.astimezone(UTC).isoformat())
        for name in ("DTSTART", "DTEND"):
            component[name].dt += timedelta(hours=3)
        event.save()
        print("moved", (begins + timedelta(hours=3)).astimezone(UTC).isoformat())
        at = datetime(2027, 3, 1, 1, tzinfo=UTC)
        made = calendar.save_event(
            dtstart=at, dtend=at + timedelta(hours=1), summary="週次", rrule={"FREQ": "WEEKLY", "COUNT": 5}
        )
        found = calendar.search(start=at, end=at + timedelta(days=15), event=True, expand=True)
        print("times", sum(str(one.icalendar_component["SUMMARY"]) == "週次" for one in found))
        objects = calendar.objects_by_sync_token()
        made.delete()
        objects.sync()
        print("left", sum(str(one.icalendar_component["SUMMARY"]) == "週次" for one in calendar.events()))


if __name__ == "__main__":
    main(*sys.argv[1:])
