"""Makes the people and organisations a test needs, through the same tables as everybody."""

from datetime import date
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select

from groupware import clock
from groupware.access.enums import PrincipalKind
from groupware.access.models import Grant
from groupware.access.principals import principal, rebuild
from groupware.actor import Actor
from groupware.auth.models import Account
from groupware.caches import bump
from groupware.db import FOREVER, holds_on, session, unit
from groupware.directory.enums import AppointmentKind
from groupware.directory.models import (
    Appointment,
    DutyHolder,
    DutyKind,
    OrgUnit,
    OrgUnitVersion,
    Person,
    Post,
)
from groupware.directory.tree import CACHE
from groupware.text.folding import fold
from groupware.zones import Zone

LONG_AGO = date(2010, 4, 1)


class Factory:
    """Each method is one write unit and returns ids, so that a test can use them in any unit."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._numbers = count(1)

    def unit(self, name: str, parent: int | None = None, **values: Any) -> int:
        """A unit that has existed for long."""
        number = next(self._numbers)
        with self.app.app_context(), unit("write"):
            made = OrgUnit(code=values.pop("code", f"{number:04d}"))
            session.add(made)
            session.flush()
            session.add(
                OrgUnitVersion(
                    unit_id=made.id,
                    parent_id=parent,
                    name=name,
                    kind=values.pop("kind", "課"),
                    official_order=values.pop("official_order", number),
                    valid_from=values.pop("valid_from", LONG_AGO),
                    **values,
                )
            )
            bump(CACHE)
            return made.id

    def post(self, name: str, rank: int) -> int:
        """A post."""
        with self.app.app_context(), unit("write"):
            made = Post(code=f"p{next(self._numbers)}", name=name, rank=rank)
            session.add(made)
            session.flush()
            return made.id

    def person(
        self, name: str, unit_id: int, post_id: int, *, kana: str = "", login: str = "", **values: Any
    ) -> int:
        """A person with a main appointment and an account without password."""
        number = values.pop("staff_number", f"{next(self._numbers):06d}")
        with self.app.app_context(), unit("write"):
            made = Person(
                staff_number=number,
                display_name=name,
                legal_name=values.pop("legal_name", name),
                kana_name=kana,
                sort_kana=fold(kana),
                search_text=fold(f"{name} {kana} {number}"),
                hired_on=LONG_AGO,
                **values,
            )
            session.add(made)
            session.flush()
            session.add(
                Appointment(
                    person_id=made.id,
                    unit_id=unit_id,
                    post_id=post_id,
                    kind=AppointmentKind.MAIN,
                    valid_from=LONG_AGO,
                )
            )
            session.add(
                Account(person_id=made.id, login=login or number, password_hash=None, must_change=False)
            )
            session.flush()
            rebuild([made.id])
            return made.id

    def duty(self, person_id: int, unit_id: int, code: str = "function_administrator") -> int:
        """Give a person a duty of a unit; returns the id of the duty kind."""
        with self.app.app_context(), unit("write"):
            kind_id = session.scalars(select(DutyKind.id).where(DutyKind.code == code)).one()
            session.add(
                DutyHolder(kind_id=kind_id, unit_id=unit_id, person_id=person_id, valid_from=LONG_AGO)
            )
            session.flush()
            rebuild([person_id])
            bump("directory")
            return kind_id

    def grant(
        self,
        kind: PrincipalKind,
        ref: int,
        permission: str,
        *,
        scope: str = "all",
        unit_id: int | None = None,
        with_delegation: bool = False,
        ref2: int = 0,
        valid_until: date = FOREVER,
    ) -> int:
        """Give a permission to a principal, as the installation would."""
        with self.app.app_context(), unit("write"):
            made = Grant(
                principal_id=principal(kind, ref, ref2).id,
                permission=permission,
                scope=scope,
                unit_id=unit_id,
                with_delegation=with_delegation,
                granted_at=clock.now(),
                valid_until=valid_until,
            )
            session.add(made)
            session.flush()
            return made.id

    def actor(self, person_id: int, *, elevated: bool = True) -> Actor:
        """The person acting in their main appointment of today."""
        with self.app.app_context(), unit("read"):
            found = session.execute(
                select(Person.display_name, Appointment.id, Appointment.unit_id, Post.rank)
                .join(Appointment, Appointment.person_id == Person.id)
                .join(Post, Post.id == Appointment.post_id)
                .where(
                    Person.id == person_id,
                    Appointment.kind == AppointmentKind.MAIN,
                    holds_on(Appointment, clock.today()),
                )
            ).one()
        return Actor(
            person_id=person_id,
            display_name=found.display_name,
            appointment_id=found.id,
            unit_id=found.unit_id,
            post_rank=found.rank,
            zone=Zone.LGWAN.value,
            elevated_until=clock.in_seconds(900) if elevated else None,
        )


__all__ = ["LONG_AGO", "Factory"]
