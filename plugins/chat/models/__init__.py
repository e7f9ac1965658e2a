"""Tables of the chat, with the ties that `visible()` reads from them."""

from plugins.chat.models import ties
from plugins.chat.models.bookmarks import Bookmark
from plugins.chat.models.desks import Desk, Enquiry, KnownRules
from plugins.chat.models.extracts import Extract
from plugins.chat.models.logs import LogExport
from plugins.chat.models.mentions import Mention
from plugins.chat.models.notes import Note, NoteRevision, NoteTemplate
from plugins.chat.models.pins import Pin
from plugins.chat.models.reactions import Reaction
from plugins.chat.models.reviews import Review
from plugins.chat.models.room_templates import RoomTemplate
from plugins.chat.models.scheduled import Scheduled
from plugins.chat.models.tables import Member, Message, Place, Revision, Room
from plugins.chat.models.tasks import Task, TaskAssignee, TaskRevision
from plugins.chat.models.unit_rooms import UnitRoom
from plugins.chat.models.webhooks import Webhook

__all__ = [
    "Bookmark",
    "Desk",
    "Enquiry",
    "Extract",
    "KnownRules",
    "LogExport",
    "Member",
    "Mention",
    "Message",
    "Note",
    "NoteRevision",
    "NoteTemplate",
    "Pin",
    "Place",
    "Reaction",
    "Review",
    "Revision",
    "Room",
    "RoomTemplate",
    "Scheduled",
    "Task",
    "TaskAssignee",
    "TaskRevision",
    "UnitRoom",
    "Webhook",
    "ties",
]
