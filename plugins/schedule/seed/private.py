"""Private calendars of the sample municipality: somebody in each section keeps a list of tasks on the phone."""

import uuid
from datetime import date, timedelta
from typing import Any

from groupware.demo.context import DemoContext
from plugins.schedule.icalendar.stored import stored
from plugins.schedule.models import CalendarProperty, PrivateCalendar, PrivateEntry
from plugins.schedule.services.private import tag_of

MOST = 40
TASKS = ("決裁の回覧を確認する", "研修の報告書を出す", "名刺を発注する")


def seed_private(context: DemoContext) -> None:
    """A list of tasks for one person of each section, in the unit of work of the demo."""
    rng = context.rng("schedule.private")
    people = [unit.people[0] for unit in context.units if unit.people and not unit.is_affiliated][:MOST]
    rows: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (PrivateCalendar, CalendarProperty, PrivateEntry)
    }
    made_at = context.at(context.today - timedelta(days=3), 9)
    for person, calendar in zip(people, context.take_ids(PrivateCalendar, len(people)), strict=True):
        entries = []
        for number, title in enumerate(TASKS, start=1):
            uid = context.uid(rng, made_at)
            text = _task(uid, title, context.today + timedelta(days=number * 2))
            found = stored(text.encode())
            entries.append(
                {
                    "calendar_id": calendar,
                    "name": f"{uid}.ics",
                    "uid": found.uid,
                    "component": found.component,
                    "tag": tag_of(found.text),
                    "size": len(found.text.encode()),
                    "seq": number + 1,
                    "first_at": found.first_at,
                    "last_at": found.last_at,
                    "changed_at": made_at,
                    "text": found.text,
                }
            )
        rows[PrivateEntry] += entries
        rows[CalendarProperty].append(
            {"person_id": person.id, "slug": "tasks", "name": "{DAV:}displayname", "value": "やること"}
        )
        rows[PrivateCalendar].append(
            {
                "id": calendar,
                "uid": context.uid(rng, made_at),
                "person_id": person.id,
                "slug": "tasks",
                "components": "VTODO",
                "seq": len(entries) + 1,
                "entries": len(entries),
                "size": sum(one["size"] for one in entries),
                "created_at": made_at,
                "changed_at": made_at,
            }
        )
    for model, found_rows in rows.items():
        context.insert(model, found_rows)


def _task(uid: uuid.UUID, title: str, due: date) -> str:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//demo//JA", "BEGIN:VTODO", f"UID:{uid}")
    says = (f"DTSTAMP:{due:%Y%m%d}T000000Z", f"SUMMARY:{title}", f"DUE;VALUE=DATE:{due:%Y%m%d}")
    return "\r\n".join([*head, *says, "END:VTODO", "END:VCALENDAR", ""])
