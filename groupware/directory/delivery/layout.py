"""What the files of a delivery look like: their columns, other names for these, and the words that stand in them.

Data, not code: a city whose personnel system writes another header or another word adds it here. Headers and words are
compared after NFKC without white space; the order of columns is free.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from groupware.directory.enums import AppointmentKind, EmploymentType

Kind = Literal[
    "name",
    "kana",
    "code",
    "number",
    "email",
    "first_day",
    "last_day",
    "employment",
    "appointment",
    "flag",
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `is_expected`: the file must have it; `is_filled`: every row must have a value in it."""

    field: str
    name: str
    kind: Kind = "name"
    is_expected: bool = True
    is_filled: bool = False
    aliases: tuple[str, ...] = ()
    length: int = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """A file: its name and its columns. Without a file that `is_expected` there is no delivery."""

    file: str
    columns: tuple[Column, ...]
    is_expected: bool = True

    def column(self, field: str) -> Column:
        """The column of a field. KeyError if there is none."""
        found = {column.field: column for column in self.columns}
        return found[field]


UNITS: Final = Layout(
    "units.csv",
    (
        Column("code", "組織コード", "code", is_filled=True, aliases=("所属コード",), length=64),
        Column("name", "組織名", "name", is_filled=True, aliases=("所属名", "組織名称")),
        Column("kana", "組織名カナ", "kana", aliases=("組織名ふりがな", "所属名カナ")),
        Column("short_name", "略称", "name", aliases=("組織略称", "所属略称")),
        Column("parent", "上位組織コード", "code", aliases=("上位所属コード",), length=64),
        Column("kind", "組織種別", "name", is_filled=True, aliases=("所属種別",), length=64),
        Column("official_order", "表示順", "number", is_filled=True, aliases=("建制順",)),
        Column("valid_from", "適用開始日", "first_day", is_filled=True, aliases=("開始日",)),
        Column("valid_to", "適用終了日", "last_day", aliases=("終了日",)),
        Column("executive_organ", "執行機関", "name", is_expected=False),
        Column("appointing_authority", "任命権者", "name", is_expected=False),
        Column("phone", "電話番号", "code", is_expected=False, aliases=("電話",), length=64),
        Column("location", "所在地", "name", is_expected=False),
    ),
)
POSTS: Final = Layout(
    "posts.csv",
    (
        Column("code", "役職コード", "code", is_filled=True, aliases=("職名コード",), length=64),
        Column("name", "役職名", "name", is_filled=True, aliases=("職名",)),
        Column("rank", "職位順", "number", is_filled=True, aliases=("職位",)),
    ),
)
PEOPLE: Final = Layout(
    "people.csv",
    (
        Column("number", "職員番号", "code", is_filled=True, length=64),
        Column("name", "氏名", "name", is_filled=True, aliases=("職員氏名",)),
        Column("kana", "氏名カナ", "kana", aliases=("氏名ふりがな", "ふりがな", "フリガナ")),
        Column("email", "メールアドレス", "email", aliases=("電子メール", "メール"), length=254),
        Column("phone", "電話番号", "code", aliases=("電話",), length=64),
        Column("extension", "内線", "code", aliases=("内線番号",), length=64),
        Column("job_category", "職種", "name", length=64),
        Column("employment_type", "雇用区分", "employment", is_filled=True, aliases=("任用区分",)),
        Column("hired_on", "採用日", "first_day", aliases=("採用年月日",)),
        Column("left_on", "退職日", "last_day", aliases=("退職年月日",)),
        Column("display_name", "表示名", "name", is_expected=False),
        Column("legal_name", "戸籍氏名", "name", is_expected=False),
        Column("old_number", "旧職員番号", "code", is_expected=False, length=64),
        Column("has_photo_consent", "写真同意", "flag", is_expected=False),
    ),
)
APPOINTMENTS: Final = Layout(
    "appointments.csv",
    (
        Column("number", "職員番号", "code", is_filled=True, length=64),
        Column("unit", "組織コード", "code", is_filled=True, aliases=("所属コード",), length=64),
        Column("post", "役職コード", "code", is_filled=True, aliases=("職名コード",), length=64),
        Column("kind", "発令区分", "appointment", is_filled=True),
        Column("valid_from", "発令日", "first_day", is_filled=True, aliases=("発令年月日",)),
        Column("valid_to", "終了日", "last_day", aliases=("発令終了日",)),
        Column("superior", "直属上司職員番号", "code", is_expected=False, length=64),
        Column("matter", "担当事項", "name", is_expected=False),
        Column("roster", "名簿順", "number", is_expected=False),
    ),
)
DUTIES: Final = Layout(
    "duties.csv",
    (
        Column("unit", "組織コード", "code", is_filled=True, aliases=("所属コード",), length=64),
        Column("kind", "分担コード", "code", is_filled=True, length=64),
        Column("number", "職員番号", "code", is_filled=True, length=64),
        Column("deputy_order", "代理順", "number"),
        Column("valid_from", "開始日", "first_day", is_filled=True),
        Column("valid_to", "終了日", "last_day"),
    ),
    is_expected=False,
)
LAYOUTS: Final = (UNITS, POSTS, PEOPLE, APPOINTMENTS, DUTIES)

EMPLOYMENT_WORDS: Final[Mapping[str, EmploymentType]] = {
    "常勤": EmploymentType.REGULAR,
    "正規": EmploymentType.REGULAR,
    "正職員": EmploymentType.REGULAR,
    "一般職": EmploymentType.REGULAR,
    "任期の定めのない職員": EmploymentType.REGULAR,
    "再任用": EmploymentType.REAPPOINTED,
    "再任用職員": EmploymentType.REAPPOINTED,
    "再任用短時間": EmploymentType.REAPPOINTED,
    "定年前再任用短時間": EmploymentType.REAPPOINTED,
    "暫定再任用": EmploymentType.REAPPOINTED,
    "会計年度": EmploymentType.FISCAL_YEAR,
    "会計年度任用": EmploymentType.FISCAL_YEAR,
    "会計年度任用職員": EmploymentType.FISCAL_YEAR,
    "任期付": EmploymentType.FIXED_TERM,
    "任期付職員": EmploymentType.FIXED_TERM,
    "任期付短時間": EmploymentType.FIXED_TERM,
    "特別職": EmploymentType.SPECIAL_SERVICE,
    "委託": EmploymentType.CONTRACTOR,
    "委託先": EmploymentType.CONTRACTOR,
}
"""administration.md 2; the first word of each type is the one that is written out."""

APPOINTMENT_WORDS: Final[Mapping[str, AppointmentKind]] = {
    "本務": AppointmentKind.MAIN,
    "兼務": AppointmentKind.CONCURRENT,
    "併任": AppointmentKind.CROSS_AUTHORITY,
    "事務取扱": AppointmentKind.FOR_SUBORDINATE,
    "職務代理": AppointmentKind.FOR_SUPERIOR,
    "派遣": AppointmentKind.SECONDMENT,
    "出向": AppointmentKind.SECONDMENT,
    "派遣・出向": AppointmentKind.SECONDMENT,
    "休職": AppointmentKind.LEAVE,
}

FLAG_WORDS: Final[Mapping[str, bool]] = {
    "": False,
    **dict.fromkeys(("1", "有", "あり", "同意", "同意する", "○", "〇", "はい", "Y", "y"), True),
    **dict.fromkeys(("0", "無", "なし", "不同意", "同意しない", "×", "いいえ", "N", "n"), False),
}


def written(words: Mapping[str, object], value: object) -> str:
    """The word that is written out for a value: the first that means it."""
    return next(word for word, meaning in words.items() if word and meaning == value)
