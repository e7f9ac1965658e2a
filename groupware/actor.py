"""Who acts. Services take an `Actor` and nothing ambient, so that a page, a call, a job and a command are the same to them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from groupware import clock, logs
from groupware.zones import LEAST_TRUSTED, Zone

Via = Literal["web", "api", "socket", "job", "command", "import"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person in one of their appointments, at one moment, on one way in.

    `person_id` is None for the system itself (a job, a command on the machine). `unit_id` is the organisation of the
    acting appointment. `on_behalf_of` is the section account acted for: state becomes the section's, the audit keeps
    the person. `zone` is the network they come from; whoever forgets to say so gets the least trusted one.
    `guest_of` is the body that a guest comes from, empty for staff. `confirmed` is what they expressly confirmed with
    this very act (`guards.enums.Confirmation`).
    """

    person_id: int | None
    display_name: str = ""
    appointment_id: int | None = None
    unit_id: int | None = None
    post_rank: int | None = None
    on_behalf_of: int | None = None
    via: Via = "web"
    zone: str = LEAST_TRUSTED.value
    address: str = ""
    device: str = ""
    request_id: str = ""
    session_id: int | None = None
    elevated_until: datetime | None = None
    locale: str = "ja"
    confirmed: frozenset[str] = frozenset()
    guest_of: str = ""
    now: datetime = field(default_factory=clock.now)
    today: date = field(default_factory=clock.today)

    @property
    def is_system(self) -> bool:
        """Whether no person acts: only code on the machine itself makes such an actor, never a request."""
        return self.person_id is None

    @property
    def is_guest(self) -> bool:
        """Whether it is somebody from outside, who holds no permission and belongs to one place."""
        return bool(self.guest_of)

    @property
    def is_elevated(self) -> bool:
        """Whether the password was given again recently, as administration demands."""
        return self.is_system or (self.elevated_until is not None and self.elevated_until > self.now)


def system(via: Via = "command", name: str = "system") -> Actor:
    """The machine itself, for commands and jobs; it stands on the LGWAN side."""
    return Actor(
        person_id=None,
        display_name=name,
        via=via,
        zone=Zone.LGWAN.value,
        request_id=logs.current_request_id(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingSystem:
    """A foreign system that calls with its token.

    It is no `Actor` on purpose: it holds no permission, sees nothing, and is not the system itself. It can do what a
    service does that takes it by this type, and nothing else. It can be recorded in the audit.
    """

    token_id: int
    name: str
    via: Via = "api"
    zone: str = LEAST_TRUSTED.value
    address: str = ""
    request_id: str = ""
    now: datetime = field(default_factory=clock.now)
