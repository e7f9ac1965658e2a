"""What the actions of the audit are called on its pages."""

from groupware.i18n import gettext, lazy_pgettext
from groupware.registry import registry

ACTIONS = {
    "access.granted": lazy_pgettext("audit", "Granted a right"),
    "access.revoked": lazy_pgettext("audit", "Revoked a right"),
    "access.role_created": lazy_pgettext("audit", "Made a role"),
    "access.role_enrolled": lazy_pgettext("audit", "Added people to a role"),
    "access.role_expelled": lazy_pgettext("audit", "Took a person out of a role"),
    "account.first_password_issued": lazy_pgettext("audit", "Issued a first password"),
    "account.password_reset": lazy_pgettext("audit", "Reset a password"),
    "account.resumed": lazy_pgettext("audit", "Resumed an account"),
    "account.suspended": lazy_pgettext("audit", "Suspended an account"),
    "account.unlocked": lazy_pgettext("audit", "Unlocked an account"),
    "api.token_issued": lazy_pgettext("audit", "Issued an access token"),
    "api.token_revoked": lazy_pgettext("audit", "Revoked an access token"),
    "attachment.downloaded": lazy_pgettext("audit", "Downloaded a file"),
    "attachment.not_sanitised": lazy_pgettext("audit", "A file could not be sanitised"),
    "attachment.number_found": lazy_pgettext("audit", "An individual number was suspected in a file"),
    "attachment.number_released": lazy_pgettext(
        "audit", "Released a file in which an individual number was suspected"
    ),
    "attachment.refused": lazy_pgettext("audit", "Something harmful was found in a file"),
    "audit.read": lazy_pgettext("audit", "Read the audit log"),
    "auth.acting_chosen": lazy_pgettext("audit", "Chose the post to act in"),
    "auth.elevated": lazy_pgettext("audit", "Began administration"),
    "auth.elevation_ended": lazy_pgettext("audit", "Ended administration"),
    "auth.locked": lazy_pgettext("audit", "Account locked after failed attempts"),
    "auth.password_changed": lazy_pgettext("audit", "Changed the own password"),
    "auth.proof_failed": lazy_pgettext("audit", "Password for administration was wrong"),
    "auth.session_ended": lazy_pgettext("audit", "Ended a session"),
    "auth.sessions_ended": lazy_pgettext("audit", "Ended all other sessions"),
    "auth.sign_in_failed": lazy_pgettext("audit", "Sign-in failed"),
    "auth.signed_in": lazy_pgettext("audit", "Signed in"),
    "auth.signed_out": lazy_pgettext("audit", "Signed out"),
    "chat.desk_changed": lazy_pgettext("audit", "Changed an enquiry desk"),
    "chat.desk_closed": lazy_pgettext("audit", "Closed an enquiry desk"),
    "chat.desk_opened": lazy_pgettext("audit", "Opened an enquiry desk"),
    "chat.desk_reopened": lazy_pgettext("audit", "Reopened an enquiry desk"),
    "chat.enquiry_closed": lazy_pgettext("audit", "Closed an enquiry"),
    "chat.enquiry_reopened": lazy_pgettext("audit", "Opened an enquiry again"),
    "chat.log_approved": lazy_pgettext("audit", "Approved a log export of the chat"),
    "chat.log_asked": lazy_pgettext("audit", "Asked for a log export of the chat"),
    "chat.log_ended": lazy_pgettext("audit", "Erased a log export of the chat"),
    "chat.log_refused": lazy_pgettext("audit", "Refused a log export of the chat"),
    "chat.open_unit_rooms": lazy_pgettext("audit", "Had the rooms of organisations opened"),
    "chat.member_joined": lazy_pgettext("audit", "Joined an open chat room"),
    "chat.member_left": lazy_pgettext("audit", "Left a chat room"),
    "chat.member_removed": lazy_pgettext("audit", "Took somebody out of a chat room"),
    "chat.members_added": lazy_pgettext("audit", "Added members to a chat room"),
    "chat.message_deleted": lazy_pgettext("audit", "Deleted a chat message of somebody else"),
    "chat.note_deleted": lazy_pgettext("audit", "Deleted a note of a chat room that somebody else began"),
    "chat.record_asked": lazy_pgettext("audit", "Had messages of a chat room kept as a record"),
    "chat.retention_changed": lazy_pgettext("audit", "Changed for how long a chat room is kept"),
    "chat.role_changed": lazy_pgettext("audit", "Changed a role in a chat room"),
    "chat.room_adopted": lazy_pgettext("audit", "Took over a chat room without an owner"),
    "chat.room_archived": lazy_pgettext("audit", "Archived a chat room"),
    "chat.room_changed": lazy_pgettext("audit", "Changed a chat room"),
    "chat.room_handed_over": lazy_pgettext("audit", "Handed a chat room over"),
    "chat.room_kept": lazy_pgettext("audit", "Decided to use a chat room next year as well"),
    "chat.room_opened": lazy_pgettext("audit", "Opened a chat room"),
    "chat.room_reopened": lazy_pgettext("audit", "Reopened a chat room"),
    "chat.room_withdrawn": lazy_pgettext("audit", "Took a chat room out of sight"),
    "chat.task_deleted": lazy_pgettext("audit", "Deleted a task of a chat room that somebody else had set"),
    "chat.template_changed": lazy_pgettext("audit", "Changed a template of chat rooms"),
    "chat.template_made": lazy_pgettext("audit", "Added a template of chat rooms"),
    "chat.template_removed": lazy_pgettext("audit", "Removed a template of chat rooms"),
    "chat.unpinned": lazy_pgettext("audit", "Took away what somebody else had pinned in a chat room"),
    "chat.year_end_reminded": lazy_pgettext(
        "audit", "Had owners of chat rooms reminded of the year-end review"
    ),
    "chat.year_end_undone": lazy_pgettext("audit", "Took back a decision of the year-end review"),
    "chat.webhook_made": lazy_pgettext("audit", "Made an incoming webhook of a chat room"),
    "chat.webhook_refused": lazy_pgettext("audit", "Refused what a program posted in a chat room"),
    "chat.webhook_revoked": lazy_pgettext("audit", "Revoked an incoming webhook of a chat room"),
    "directory.appointed": lazy_pgettext("audit", "Added an appointment"),
    "directory.appointment_ended": lazy_pgettext("audit", "Ended an appointment"),
    "directory.batch_compared": lazy_pgettext("audit", "Looked at the changes of a delivery"),
    "directory.batch_declined": lazy_pgettext("audit", "Declined a delivery"),
    "directory.batch_failed": lazy_pgettext("audit", "A delivery failed"),
    "directory.batch_published": lazy_pgettext("audit", "Published a delivery"),
    "directory.batch_refused": lazy_pgettext("audit", "A delivery was refused"),
    "directory.batch_scheduled": lazy_pgettext("audit", "Scheduled a delivery"),
    "directory.batch_shared": lazy_pgettext("audit", "Let others see a delivery"),
    "directory.batch_staged": lazy_pgettext("audit", "Loaded a delivery"),
    "directory.batch_viewed": lazy_pgettext("audit", "Looked at a delivery"),
    "directory.batch_withdrawn": lazy_pgettext("audit", "Withdrew a delivery"),
    "directory.duty_begun": lazy_pgettext("audit", "Gave a duty"),
    "directory.duty_kind_added": lazy_pgettext("audit", "Added a kind of duty"),
    "directory.duty_ended": lazy_pgettext("audit", "Ended a duty"),
    "directory.duty_ordered": lazy_pgettext("audit", "Changed the order of deputies"),
    "directory.group_created": lazy_pgettext("audit", "Made a group"),
    "directory.group_deleted": lazy_pgettext("audit", "Deleted a group"),
    "directory.group_handed_over": lazy_pgettext("audit", "Handed a group over"),
    "directory.group_members_set": lazy_pgettext("audit", "Changed the members of a group"),
    "directory.group_renamed": lazy_pgettext("audit", "Renamed a group"),
    "directory.group_shared": lazy_pgettext("audit", "Shared a group"),
    "directory.legal_name_seen": lazy_pgettext("audit", "Saw a legal name"),
    "directory.person_added": lazy_pgettext("audit", "Added a person"),
    "directory.person_left": lazy_pgettext("audit", "Recorded that a person left"),
    "directory.photo_removed": lazy_pgettext("audit", "Removed a photo"),
    "directory.photo_set": lazy_pgettext("audit", "Set a photo"),
    "directory.section_account_created": lazy_pgettext("audit", "Made a section account"),
    "directory.section_account_renamed": lazy_pgettext("audit", "Renamed a section account"),
    "directory.unit_changed": lazy_pgettext("audit", "Changed an organisation"),
    "directory.unit_ended": lazy_pgettext("audit", "Ended an organisation"),
    "directory.unit_founded": lazy_pgettext("audit", "Founded an organisation"),
    "disclosure.case_blackened": lazy_pgettext("audit", "Blackened a passage"),
    "disclosure.case_chosen": lazy_pgettext("audit", "Added records to a request for disclosure"),
    "disclosure.case_closed": lazy_pgettext("audit", "Closed a request for disclosure"),
    "disclosure.case_decided": lazy_pgettext("audit", "Decided a request for disclosure"),
    "disclosure.case_dropped": lazy_pgettext("audit", "Took a record out of a request for disclosure"),
    "disclosure.case_extended": lazy_pgettext("audit", "Put the deadline of a request for disclosure off"),
    "disclosure.case_handed_out": lazy_pgettext("audit", "Made the copies for a request for disclosure"),
    "disclosure.case_opened": lazy_pgettext("audit", "Registered a request for disclosure"),
    "disclosure.case_read": lazy_pgettext("audit", "Read a copy for a request for disclosure"),
    "disclosure.case_searched": lazy_pgettext("audit", "Searched for a request for disclosure"),
    "disclosure.case_uncovered": lazy_pgettext("audit", "Took a blackening back"),
    "facility.equipment_handed_out": lazy_pgettext("audit", "Handed equipment out"),
    "facility.equipment_returned": lazy_pgettext("audit", "Took equipment back"),
    "facility.ledger_taken": lazy_pgettext("audit", "Entered a ledger of bookings"),
    "facility.photos_changed": lazy_pgettext("audit", "Changed the photos of a facility"),
    "facility.trip_corrected": lazy_pgettext("audit", "Corrected a driving log"),
    "facility.trip_departed": lazy_pgettext("audit", "Entered a departure in a driving log"),
    "facility.trip_returned": lazy_pgettext("audit", "Entered a return in a driving log"),
    "guests.approved": lazy_pgettext("audit", "Agreed to a guest"),
    "guests.code_renewed": lazy_pgettext("audit", "Gave a guest a new code"),
    "guests.code_used": lazy_pgettext("audit", "A guest used the invitation code"),
    "guests.ended": lazy_pgettext("audit", "Ended a guest"),
    "guests.invited": lazy_pgettext("audit", "Invited a guest"),
    "guests.sign_in_failed": lazy_pgettext("audit", "Sign-in of a guest failed"),
    "guests.signed_in": lazy_pgettext("audit", "A guest signed in"),
    "guards.label_lowered": lazy_pgettext("audit", "Lowered the confidentiality"),
    "guards.label_raised": lazy_pgettext("audit", "Raised the confidentiality"),
    "guards.viewed": lazy_pgettext("audit", "Opened something confidential"),
    "guards.zone_refused": lazy_pgettext("audit", "Was refused because of the zone"),
    "incidents.incident_closed": lazy_pgettext("audit", "Closed an incident"),
    "incidents.incident_frozen": lazy_pgettext("audit", "Put evidence of an incident on hold"),
    "incidents.incident_locked": lazy_pgettext("audit", "Took a record out of sight after an incident"),
    "incidents.incident_noted": lazy_pgettext("audit", "Wrote a note about an incident"),
    "incidents.incident_reported": lazy_pgettext("audit", "Reported an incident"),
    "incidents.incident_signed_out": lazy_pgettext("audit", "Ended sessions and tokens after an incident"),
    "job.cancelled": lazy_pgettext("audit", "Cancelled a job"),
    "job.run_again": lazy_pgettext("audit", "Had a job done again"),
    "list.exported": lazy_pgettext("audit", "Exported or printed a list"),
    "notifications.mail_resumed": lazy_pgettext("audit", "Had mail sent to a refused address again"),
    "portal.content_added": lazy_pgettext("audit", "Added a free content"),
    "portal.content_changed": lazy_pgettext("audit", "Changed a free content"),
    "portal.content_removed": lazy_pgettext("audit", "Removed a free content"),
    "portal.layout_changed": lazy_pgettext("audit", "Arranged a portal"),
    "portal.link_added": lazy_pgettext("audit", "Added a business system"),
    "portal.link_changed": lazy_pgettext("audit", "Changed a business system"),
    "portal.link_removed": lazy_pgettext("audit", "Removed a business system"),
    "portal.links_ordered": lazy_pgettext("audit", "Ordered the business systems"),
    "portal.page_changed": lazy_pgettext("audit", "Changed a page"),
    "portal.page_created": lazy_pgettext("audit", "Wrote a page"),
    "portal.page_deleted": lazy_pgettext("audit", "Deleted a page"),
    "portal.page_image_added": lazy_pgettext("audit", "Added a picture to a page"),
    "portal.page_image_changed": lazy_pgettext("audit", "Changed a picture of a page"),
    "portal.page_image_removed": lazy_pgettext("audit", "Removed a picture from a page"),
    "portal.pages_ordered": lazy_pgettext("audit", "Ordered the pages of a section"),
    "record.decided_dispose": lazy_pgettext("audit", "Decided on disposal"),
    "record.decided_extend": lazy_pgettext("audit", "Extended the retention"),
    "record.decided_transfer": lazy_pgettext("audit", "Decided on transfer to the archives"),
    "record.deleted": lazy_pgettext("audit", "Deleted a record"),
    "record.held": lazy_pgettext("audit", "Placed a hold"),
    "record.proposed": lazy_pgettext("audit", "Proposed records for disposal"),
    "record.purged": lazy_pgettext("audit", "Erased a record"),
    "record.released": lazy_pgettext("audit", "Released a hold"),
    "record.sealed": lazy_pgettext("audit", "Sealed a record"),
    "rule.cleared": lazy_pgettext("audit", "Returned a rule to the value from above"),
    "rule.set": lazy_pgettext("audit", "Set a rule"),
    "rule.withdrawn": lazy_pgettext("audit", "Took a planned rule back"),
    "schedule.poll_answered": lazy_pgettext("audit", "Answered to a date poll for somebody"),
    "schedule.poll_changed": lazy_pgettext("audit", "Changed a date poll"),
    "schedule.poll_closed": lazy_pgettext("audit", "Ended a date poll"),
    "schedule.poll_opened": lazy_pgettext("audit", "Opened a date poll"),
    "schedule.poll_settled": lazy_pgettext("audit", "Settled a date poll"),
    "schedule.special_changed": lazy_pgettext("audit", "Changed a request for an appointment"),
    "schedule.special_decided": lazy_pgettext("audit", "Decided on a request for an appointment"),
    "schedule.special_requested": lazy_pgettext("audit", "Asked for an appointment"),
    "schedule.special_withdrawn": lazy_pgettext("audit", "Withdrew a request for an appointment"),
    "schedule.private_made": lazy_pgettext("audit", "Made a private calendar"),
    "schedule.private_removed": lazy_pgettext("audit", "Deleted a private calendar"),
    "schedule.secretary_ended": lazy_pgettext("audit", "Ended a secretary"),
    "schedule.secretary_named": lazy_pgettext("audit", "Named a secretary"),
    "systems.notice_posted": lazy_pgettext("audit", "A business system posted a notice"),
    "systems.notice_withdrawn": lazy_pgettext("audit", "A business system withdrew a notice"),
    "webhooks.paused": lazy_pgettext("audit", "Paused a webhook"),
    "webhooks.registered": lazy_pgettext("audit", "Registered a webhook"),
    "webhooks.removed": lazy_pgettext("audit", "Removed a webhook"),
    "webhooks.resumed": lazy_pgettext("audit", "Resumed a webhook"),
    "webhooks.sent_again": lazy_pgettext("audit", "Had a webhook called again"),
}

VERBS = {
    "added": lazy_pgettext("audit verb", "added"),
    "approved": lazy_pgettext("audit verb", "approved"),
    "cancelled": lazy_pgettext("audit verb", "cancelled"),
    "changed": lazy_pgettext("audit verb", "changed"),
    "confirmed": lazy_pgettext("audit verb", "confirmed"),
    "created": lazy_pgettext("audit verb", "created"),
    "deleted": lazy_pgettext("audit verb", "deleted"),
    "displaced": lazy_pgettext("audit verb", "displaced"),
    "ended": lazy_pgettext("audit verb", "ended"),
    "exported": lazy_pgettext("audit verb", "exported"),
    "moved": lazy_pgettext("audit verb", "moved"),
    "nudged": lazy_pgettext("audit verb", "nudged"),
    "ordered": lazy_pgettext("audit verb", "ordered"),
    "published": lazy_pgettext("audit verb", "published"),
    "rejected": lazy_pgettext("audit verb", "not granted"),
    "removed": lazy_pgettext("audit verb", "removed"),
    "renamed": lazy_pgettext("audit verb", "renamed"),
    "requested": lazy_pgettext("audit verb", "requested"),
    "returned": lazy_pgettext("audit verb", "returned"),
    "saved": lazy_pgettext("audit verb", "saved"),
    "submitted": lazy_pgettext("audit verb", "submitted"),
    "withdrawn": lazy_pgettext("audit verb", "withdrawn"),
}
"""What the actions of plugins end in: with the name of the thing they make words of an action that nobody has named."""

OBJECTS = {
    "chat.desk": lazy_pgettext("audit", "Enquiry desk"),
    "chat.room_template": lazy_pgettext("audit", "Template of chat rooms"),
    "core.duty": lazy_pgettext("audit", "Duty"),
    "core.duty_kind": lazy_pgettext("audit", "Kind of duty"),
    "core.free_content": lazy_pgettext("audit", "Free content"),
    "core.grant": lazy_pgettext("audit", "Grant"),
    "core.group": lazy_pgettext("audit", "Role or group"),
    "core.guest": lazy_pgettext("audit", "Guest"),
    "core.incident": lazy_pgettext("audit", "Incident"),
    "core.job": lazy_pgettext("audit", "Job"),
    "core.launcher_link": lazy_pgettext("audit", "Business system"),
    "core.person": lazy_pgettext("audit", "Person"),
    "core.portal_layout": lazy_pgettext("audit", "Layout of a portal"),
    "core.rule_value": lazy_pgettext("audit", "Rule"),
    "core.section_account": lazy_pgettext("audit", "Section account"),
    "core.section_page": lazy_pgettext("audit", "Page of a section"),
    "core.session": lazy_pgettext("audit", "Session"),
    "core.token": lazy_pgettext("audit", "Access token"),
    "core.unit": lazy_pgettext("audit", "Organisation"),
    "core.webhook": lazy_pgettext("audit", "Webhook"),
    "directory.batch": lazy_pgettext("audit", "Delivery"),
    "directory.person": lazy_pgettext("audit", "Person"),
    "facility.booking": lazy_pgettext("audit", "Booking"),
    "facility.facility": lazy_pgettext("audit", "Facility"),
    "facility.group": lazy_pgettext("audit", "Facility group"),
    "facility.reservation": lazy_pgettext("audit", "Booking"),
    "facility.waiting": lazy_pgettext("audit", "Place on a waiting list"),
    "facility.trip": lazy_pgettext("audit", "Driving log"),
    "schedule.kind": lazy_pgettext("audit", "Kind of events"),
    "schedule.private_calendar": lazy_pgettext("audit", "Private calendar"),
    "schedule.secretary": lazy_pgettext("audit", "Secretary"),
}

OUTCOMES = {
    "done": lazy_pgettext("audit", "Done"),
    "refused": lazy_pgettext("audit", "Refused"),
    "failed": lazy_pgettext("audit", "Failed"),
}

GROUPS = (
    ("auth.", lazy_pgettext("audit", "Signing in and out")),
    ("account.", lazy_pgettext("audit", "Accounts")),
    ("access.", lazy_pgettext("audit", "Rights and roles")),
    ("rule.", lazy_pgettext("audit", "Rules")),
    ("record.", lazy_pgettext("audit", "Retention and disposal")),
    ("list.", lazy_pgettext("audit", "Exports")),
    ("audit.", lazy_pgettext("audit", "The audit log itself")),
)
"""Beginnings of actions that the filter offers together; every plugin adds its own id."""


def action_words(action: str) -> str:
    """An action in words; a refusal is recorded under the permission that was missing, and is called like it."""
    if action in ACTIONS:
        return str(ACTIONS[action])
    permission = registry().permissions.get(action)
    if permission is not None:
        return str(permission.title)
    owner, _, tail = action.partition(".")
    plugin = registry().get(owner)
    if plugin is None:
        return action
    thing, _, verb = tail.rpartition("_")
    name = next((str(k.title) for k in plugin.records if k.id == f"{owner}.{thing}"), str(plugin.title))
    return f"{name}: {VERBS.get(verb, tail)}"


def object_words(object_type: str) -> str:
    """A kind of object in words."""
    if object_type in OBJECTS:
        return str(OBJECTS[object_type])
    for plugin in registry():
        for kind in plugin.records:
            if kind.id == object_type:
                return str(kind.title)
    return object_type


def outcome_words(outcome: str) -> str:
    """How it ended."""
    return str(OUTCOMES.get(outcome, outcome))


def groups() -> list[tuple[str, str]]:
    """(beginning, words) of the groups of actions that this installation can have."""
    found = [(prefix, str(words)) for prefix, words in GROUPS]
    taken = {prefix for prefix, _ in found}
    found += [(f"{p.id}.", str(p.title)) for p in registry() if f"{p.id}." not in taken]
    return [("", str(gettext("Everything"))), *found]


__all__ = ["ACTIONS", "action_words", "groups", "object_words", "outcome_words"]
