"""Which calendars somebody looks at first: what they pinned, where they begin, and what stands under a place besides its people.

A *place* is an organisation or a group, named by its kind and its id.
"""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from groupware.db import BIGINT, Base, Code

_PEOPLE = "core_people.id"


class Pin(Base):
    """A place that a person has at hand above the calendars of organisations, in their order."""

    __tablename__ = "schedule_pins"

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    ref: Mapped[int] = mapped_column(BIGINT, primary_key=True)
    place: Mapped[int] = mapped_column(default=0)


class Start(Base):
    """What the schedule opens with for a person: a view, and the place that views of organisations show."""

    __tablename__ = "schedule_starts"

    person_id: Mapped[int] = mapped_column(BIGINT, ForeignKey(_PEOPLE, ondelete="CASCADE"), primary_key=True)
    view: Mapped[Code]
    kind: Mapped[Code] = mapped_column(default="")
    """Empty for one's own organisation."""
    ref: Mapped[int] = mapped_column(BIGINT, default=0)


class ExtraRow(Base):
    """A facility or the calendar of an organisation as a row under a place. `what` is `facility:<uid>` or `unit:<id>`.

    A facility belongs to another plugin: its uid is kept and asked about, never joined.
    """

    __tablename__ = "schedule_rows"

    kind: Mapped[Code] = mapped_column(primary_key=True)
    ref: Mapped[int] = mapped_column(BIGINT, primary_key=True)
    what: Mapped[Code] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(default=0)
