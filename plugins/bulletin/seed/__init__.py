"""The board of a sample municipality: a year and a half of postings with their readers."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from groupware import actor
from groupware.access.enums import PrincipalKind
from groupware.access.principals import principal
from groupware.db import session
from groupware.demo.context import DemoContext, DemoUnit
from groupware.directory.models import DutyKind, SectionAccount
from plugins.bulletin.enums import Right, SenderKind
from plugins.bulletin.models import Category, CategoryRight, Comment, Posting, Reaction, Reading
from plugins.bulletin.seed.planning import Plan, plans
from plugins.bulletin.seed.readers import Readers
from plugins.bulletin.seed.texts import table
from plugins.bulletin.seed.timeline import fill_timelines
from plugins.bulletin.seed.unfinished import leave_unfinished, write_grants, write_rules
from plugins.bulletin.services.takeover import FormerPosting, take_over

AT_ONCE = 500


def seed(context: DemoContext) -> None:
    """Categories, postings, readings, comments and reactions, in the unit of work of the demo."""
    _Board(context).fill()


class _Board:
    def __init__(self, context: DemoContext) -> None:
        self.context = context
        self.principals: dict[tuple[str, Any], int] = {}
        self.categories: dict[str, int] = {}
        self.account_names: dict[int, str] = {}

    def fill(self) -> None:
        self._write_categories()
        found = plans(self.context)
        readers = Readers(self.context, found)
        self.account_names = dict(session.execute(select(SectionAccount.unit_id, SectionAccount.name)).all())
        for start in range(0, len(found), AT_ONCE):
            self._write_postings(found[start : start + AT_ONCE], readers)
        self._attach_files()
        write_rules(self.context)
        write_grants(self.context)
        leave_unfinished(self.context, self.categories)
        fill_timelines(self.context)

    def _attach_files(self) -> None:
        from plugins.bulletin.seed.files import attach_files  # noqa: PLC0415  drawing is for the sample only

        attach_files()

    def _write_categories(self) -> None:
        rng = self.context.rng("categories")
        rights: list[dict[str, Any]] = []
        rows: list[dict[str, Any]] = []
        begun = self.context.at(self.context.april(2))
        for order, category in enumerate(table("categories")["category"]):
            unit = self.context.find(category["unit"]) if "unit" in category else None
            if "unit" in category and unit is None:
                continue
            (key,) = self.context.take_ids(Category, 1)
            self.categories[category["key"]] = key
            rows.append(
                {
                    "id": key,
                    "uid": self.context.uid(rng, begun),
                    "name": category["name"],
                    "description": category["description"],
                    "hue": category["hue"],
                    "unit_id": unit.id if unit is not None else None,
                    "official_order": order,
                    "created_at": begun,
                }
            )
            for right in Right:
                named = {one for name in category[right.value] for one in self._named(name)}
                rights.extend(
                    {"category_id": key, "right": right.value, "principal_id": one} for one in sorted(named)
                )
        self.context.insert(Category, rows)
        self.context.insert(CategoryRight, rights)

    def _named(self, name: str) -> list[int]:
        what, _, word = name.partition(":")
        if what == "everyone":
            return [self._principal(PrincipalKind.EVERYONE, 0)]
        if what == "duty":
            return [self._principal(PrincipalKind.DUTY_KIND, word)]
        if what == "post":
            return [self._principal(PrincipalKind.POST, self.context.posts[word].id)]
        unit = self.context.find(word)
        return [self._principal(PrincipalKind.UNIT_TREE, unit.id)] if unit is not None else []

    def _principal(self, kind: PrincipalKind, ref: Any) -> int:
        if (kind, ref) not in self.principals:
            number = ref
            if kind is PrincipalKind.DUTY_KIND:
                number = session.scalars(select(DutyKind.id).where(DutyKind.code == ref)).one()
            self.principals[kind, ref] = principal(kind, number).id
        return self.principals[kind, ref]

    def _write_postings(self, found: list[Plan], readers: Readers) -> None:
        first = (session.scalar(select(func.max(Posting.id))) or 0) + 1
        rng = self.context.rng(f"comments from {first}")
        postings: list[FormerPosting] = []
        read: list[dict[str, Any]] = []
        comments: list[dict[str, Any]] = []
        reactions: list[dict[str, Any]] = []
        for posting_id, plan in enumerate(found, first):
            readings = readers.of(plan)
            postings.append(self._posting(plan))
            read.extend(_reading(posting_id, *reading) for reading in readings)
            reactions.extend({"posting_id": posting_id, **row} for row in readers.reactions(plan, readings))
            comments.extend(
                {
                    "uid": self.context.uid(rng, at),
                    "posting_id": posting_id,
                    "person_id": person.id,
                    "person_name": person.name,
                    "unit_name": person.unit.name,
                    "text": text,
                    "created_at": at,
                }
                for person, at, text in readers.comments(plan, readings)
            )
        take_over(actor.system(), postings)
        self.context.advance(len(postings))
        self.context.insert(Reading, read)
        self.context.insert(Comment, comments)
        self.context.insert(Reaction, reactions)

    def _posting(self, plan: Plan) -> FormerPosting:
        speaker, unit = plan.speaker, plan.unit
        if plan.sender is SenderKind.POST and speaker is not None:
            name, detail = _signed(unit, speaker.post.name), speaker.name
        elif plan.sender is SenderKind.PERSON and speaker is not None:
            name, detail = speaker.name, speaker.unit.path_name
        else:
            name = self.account_names[unit.id]
            detail = (
                unit.parent.path_name if unit.parent is not None and unit.parent.parent is not None else ""
            )
        owner = None
        if plan.sender is SenderKind.SECTION:
            owner = self._principal(PrincipalKind.UNIT_TREE, unit.id)
        return FormerPosting(
            category_id=self.categories.get(plan.category, self.categories["bureaus"]),
            unit_id=unit.id,
            author_id=plan.author.id,
            author_name=plan.author.name,
            sender_kind=plan.sender,
            sender_name=name,
            sender_detail=detail,
            sender_post_id=speaker.post.id if speaker and plan.sender is SenderKind.POST else None,
            sender_rank=speaker.post.rank if speaker else None,
            sender_person_id=speaker.id if speaker else None,
            owner_principal_id=owner,
            title=plan.title,
            html=plan.html,
            classification=plan.classification.value,
            importance=plan.importance,
            shown_from=plan.shown_from,
            shown_to=plan.shown_to,
            principal_ids=[self._principal(*plan.to)],
            addressed_count=len(plan.people),
            confirm_by=plan.confirm_by,
            is_pinned=plan.is_pinned,
            has_comments=plan.has_comments,
        )


def _reading(
    posting_id: int, person_id: int, read_at: datetime, confirmed_at: datetime | None
) -> dict[str, Any]:
    return {
        "posting_id": posting_id,
        "person_id": person_id,
        "edition": 1,
        "read_at": read_at,
        "confirmed_edition": 1 if confirmed_at is not None else 0,
        "confirmed_at": confirmed_at,
    }


def _signed(unit: DemoUnit, post: str) -> str:
    """A post as it signs, like `queries.senders.post_title`: 市長, 福祉局長, 中央区役所 区長."""
    if unit.parent is None:
        return post
    return unit.name + post[1:] if unit.name[-1] == post[0] else f"{unit.name} {post}"
