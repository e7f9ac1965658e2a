"""What the chat does without anybody waiting for it."""

from groupware.i18n import lazy_gettext
from groupware.plugin import Job
from plugins.chat.services import logs, proposing, records, reminding, scheduling, unit_rooms

JOBS = (
    Job(
        id=records.SEAL,
        title=lazy_gettext("Seal records made of chat rooms"),
        run=records.seal,
        lease=600,
    ),
    Job(id=logs.SEAL, title=lazy_gettext("Make approved log exports"), run=logs.seal, lease=600),
    Job(
        id=reminding.REMIND,
        title=lazy_gettext("Remind people of tasks that are due on the next working day"),
        run=reminding.remind,
        every=900,
    ),
    Job(
        id=scheduling.DELIVER,
        title=lazy_gettext("Send messages at their time"),
        run=scheduling.deliver,
        lease=30,
        attempts=20,
    ),
    Job(
        id="chat.end_returned",
        title=lazy_gettext("Erase scheduled messages that came back long ago"),
        run=scheduling.tidy,
        every=86400,
    ),
    Job(
        id=unit_rooms.OPEN_BELOW,
        title=lazy_gettext("Open the rooms of organisations"),
        run=unit_rooms.open_below,
    ),
    Job(
        id="chat.follow_chart",
        title=lazy_gettext("Let the rooms of organisations follow the chart"),
        run=unit_rooms.follow_chart,
        every=6 * 3600,
    ),
    Job(
        id=unit_rooms.FOLLOW,
        title=lazy_gettext("Rename the rooms of organisations and hand them over"),
        run=unit_rooms.follow,
    ),
    Job(
        id=proposing.REVIEW,
        title=lazy_gettext("Ask owners, at the end of the fiscal year, what becomes of their rooms"),
        run=proposing.review,
        every=3600,
    ),
    Job(
        id="chat.end_logs",
        title=lazy_gettext("Erase log exports whose time is over"),
        run=logs.end,
        every=3600,
    ),
)
