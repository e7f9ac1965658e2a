"""Templates of rooms, and the five that come with the house."""

import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op

from groupware import db as types

revision = "chat_0018"
down_revision = "chat_0017"
branch_labels = None
depends_on = None

TEMPLATES = (
    {
        "title": "部・課の連絡",
        "room_name": "{組織} 連絡",
        "purpose": "日々の連絡と相談に使います。",
        "brings_unit": True,
        "welcome": "このルームでは挨拶文は不要です。用件から書いてください。\n不在の連絡は始業までにお願いします。",
        "note_title": "朝会",
        "note_text": "[連絡事項]\n\n[今日の予定]\n氏名:\n氏名:\n\n[不在]\n",
    },
    {
        "title": "プロジェクト",
        "room_name": "{年度} (プロジェクト名)",
        "purpose": "(プロジェクト名)の検討と連絡に使います。",
        "kept_for": 5,
        "welcome": "決まったことはノートに、頼みごとはタスクに残してください。\n部署が違う人にも分かるように、略語は避けてください。",
        "note_title": "打合せ",
        "note_text": "[出席]\n\n[議題]\n\n[決まったこと]\n\n[次回まで]\n",
    },
    {
        "title": "局長級の協議",
        "room_name": "{年度} (案件名) 協議",
        "purpose": "決裁の前の協議に使います。決定は決裁で行います。",
        "shows_past": False,
        "kept_for": 10,
        "welcome": "協議の内容は、ほかのルームに転送しないでください。決定は決裁で行います。",
    },
    {
        "title": "災害対応",
        "room_name": "{年度} (災害名) 対応",
        "purpose": "被害の状況と対応を共有します。",
        "is_open": True,
        "kept_for": 10,
        "welcome": "時刻、場所、状況、対応の順に短く書いてください。\n写真は、場所が分かるように撮ってください。\n未確認の情報には「未確認」と付けてください。",
        "note_title": "本部会議",
        "note_text": "[被害の状況]\n\n[対応中]\n\n[応援・物資]\n\n[次の会議]\n",
    },
    {
        "title": "庁外との調整",
        "room_name": "{年度} (相手方) 調整",
        "purpose": "(相手方)との調整に使います。",
        "shows_past": False,
        "is_text_only": True,
        "kept_for": 5,
        "welcome": "このルームには庁外の方が参加します。個人情報と未公表の情報は書かないでください。",
    },
)


def upgrade() -> None:
    op.create_table(
        "chat_room_templates",
        sa.Column("id", types.BIGINT, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("unit_id", types.BIGINT, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("room_name", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("shows_past", sa.Boolean(), nullable=False),
        sa.Column("is_text_only", sa.Boolean(), nullable=False),
        sa.Column("kept_for", sa.SmallInteger(), nullable=True),
        sa.Column("brings_unit", sa.Boolean(), nullable=False),
        sa.Column("members", types.JSON_TYPE, nullable=False),
        sa.Column("note_title", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", types.UTCDateTime(), nullable=True),
        sa.Column("changed_by", types.BIGINT, nullable=True),
        sa.Column("welcome", sa.Text(), nullable=False),
        sa.Column("note_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["core_people.id"], name=op.f("fk_chat_room_templates_changed_by_core_people")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_org_units.id"], name=op.f("fk_chat_room_templates_unit_id_core_org_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_room_templates")),
        sa.UniqueConstraint("uid", name=op.f("uq_chat_room_templates_uid")),
    )
    with op.batch_alter_table("chat_room_templates", schema=None) as batch_op:
        batch_op.create_index("ix_chat_room_templates_unit", ["unit_id", "position"], unique=False)
    usual: dict[str, Any] = {
        "unit_id": None,
        "purpose": "",
        "is_open": False,
        "shows_past": True,
        "is_text_only": False,
        "kept_for": None,
        "brings_unit": False,
        "members": [],
        "note_title": "",
        "version": 1,
        "welcome": "",
        "note_text": "",
    }
    table = sa.table(
        "chat_room_templates",
        sa.column("uid", sa.Uuid()),
        sa.column("position", sa.Integer()),
        sa.column("title", sa.String()),
        sa.column("room_name", sa.String()),
        *(sa.column(name, types.JSON_TYPE if name == "members" else None) for name in usual),
    )
    op.bulk_insert(
        table,
        [{**usual, **one, "uid": uuid.uuid4(), "position": place} for place, one in enumerate(TEMPLATES, 1)],
    )
