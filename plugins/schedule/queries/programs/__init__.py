"""What calendar programs are given and ask for: `entries` of calendars, what families say, changes, names and addresses."""

from plugins.schedule.queries.programs.changes import moved_since, seqs
from plugins.schedule.queries.programs.entries import Entry, entries, entries_between, hidden_name, tag_of
from plugins.schedule.queries.programs.families import attendees, guests, members
from plugins.schedule.queries.programs.naming import (
    organiser_of,
    root_of_name,
    roots_of_names,
    roots_of_uid,
)
from plugins.schedule.queries.programs.people import people, people_of_addresses, uid_of_address
from plugins.schedule.queries.programs.times import busy_between, spans_between

__all__ = [
    "Entry",
    "attendees",
    "busy_between",
    "entries",
    "entries_between",
    "guests",
    "hidden_name",
    "members",
    "moved_since",
    "organiser_of",
    "people",
    "people_of_addresses",
    "root_of_name",
    "roots_of_names",
    "roots_of_uid",
    "seqs",
    "spans_between",
    "tag_of",
    "uid_of_address",
]
