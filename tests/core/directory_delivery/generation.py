"""Makes deliveries of any size, always the same for the same numbers, in the shape in which cities send them."""

import random
from datetime import date
from pathlib import Path

FAMILIES = tuple(
    zip(
        [
            "佐藤",
            "鈴木",
            "髙橋",
            "田中",
            "伊藤",
            "渡邉",
            "山本",
            "中村",
            "小林",
            "加藤",
            "吉田",
            "山田",
            "佐々木",
            "山﨑",
            "松本",
            "井上",
            "木村",
            "林",
            "斎藤",
            "清水",
        ],
        [
            "サトウ",
            "スズキ",
            "タカハシ",
            "タナカ",
            "イトウ",
            "ワタナベ",
            "ヤマモト",
            "ナカムラ",
            "コバヤシ",
            "カトウ",
            "ヨシダ",
            "ヤマダ",
            "ササキ",
            "ヤマサキ",
            "マツモト",
            "イノウエ",
            "キムラ",
            "ハヤシ",
            "サイトウ",
            "シミズ",
        ],
        strict=True,
    )
)
GIVEN = tuple(
    zip(
        [
            "葵",
            "誠",
            "優",
            "薫",
            "蓮",
            "恵",
            "剛",
            "彩",
            "亮",
            "圭",
            "浩",
            "隆",
            "直樹",
            "健一",
            "美咲",
            "翔太",
            "千尋",
            "陽子",
            "裕子",
            "智子",
            "大輔",
            "拓也",
            "和也",
            "由美子",
            "明日香",
        ],
        [
            "アオイ",
            "マコト",
            "ユウ",
            "カオル",
            "レン",
            "ケイ",
            "ツヨシ",
            "アヤ",
            "リョウ",
            "ケイ",
            "ヒロシ",
            "タカシ",
            "ナオキ",
            "ケンイチ",
            "ミサキ",
            "ショウタ",
            "チヒロ",
            "ヨウコ",
            "ユウコ",
            "トモコ",
            "ダイスケ",
            "タクヤ",
            "カズヤ",
            "ユミコ",
            "アスカ",
        ],
        strict=True,
    )
)
POSTS = (
    ("001", "市長", 1),
    ("010", "局長", 10),
    ("020", "課長", 20),
    ("030", "係長", 30),
    ("050", "主事", 50),
    ("070", "会計年度任用職員", 70),
)
UNITS_HEAD = "組織コード,組織名,組織名カナ,略称,上位組織コード,組織種別,表示順,適用開始日,適用終了日"
POSTS_HEAD = "役職コード,役職名,職位順"
PEOPLE_HEAD = "職員番号,氏名,氏名カナ,メールアドレス,電話番号,内線,職種,雇用区分,採用日,退職日"
APPOINTMENTS_HEAD = "職員番号,組織コード,役職コード,発令区分,発令日,終了日"


def written(day: date, style: int) -> str:
    """A day as three different systems write it."""
    if style == 0:
        return f"{day:%Y/%m/%d}"
    if style == 1:
        return f"R{day.year - 2018}.{day.month}.{day.day}" if day.year > 2019 else f"{day:%Y-%m-%d}"
    return (
        f"令和{day.year - 2018}年{day.month}月{day.day}日"
        if day.year > 2019
        else f"{day.year}年{day.month}月{day.day}日"
    )


def generate(people: int, units: int, *, seed: int = 1, moved: float = 0.0) -> dict[str, bytes]:
    """The four files in CP932. `moved` is the share of people who have another section on 2026-04-01."""
    chance, moves = random.Random(seed), random.Random(seed + 1)
    bureaus = max(1, units // 15)
    unit_rows = ["0000,みなと市,ミナトシ,市,,自治体,0,H22.4.1,"]
    sections: list[str] = []
    for number in range(1, units):
        if number <= bureaus:
            unit_rows.append(
                f"{number:04d},第{number}局,ダイ{number}キョク,{number}局,0000,局,{number},2010/04/01,"
            )
        else:
            parent = number % bureaus + 1
            sections.append(f"{number:04d}")
            unit_rows.append(
                f"{number:04d},第{number}課,,{number}課,{parent:04d},課,{number},平成22年4月1日,"
            )
    sections = sections or ["0000"]
    people_rows, appointments = [], []
    for number in range(1, people + 1):
        family, given = chance.choice(FAMILIES), chance.choice(GIVEN)
        kind = "会計年度任用" if chance.random() < 0.2 else "常勤"
        hired = date(chance.randint(1985, 2024), 4, 1)
        code = f"{number:06d}"
        mail = f"s{code}@city.minato.example.jp" if chance.random() < 0.8 else ""
        people_rows.append(
            f"{code},{family[0]}　{given[0]},{family[1]} {given[1]},{mail},078-000-{number % 10000:04d},{number % 9000 + 1000},"
            f"事務,{kind},{written(hired, chance.randint(0, 2))},"
        )
        section, post = chance.choice(sections), "070" if kind != "常勤" else chance.choice(POSTS[2:5])[0]
        begin = date(chance.randint(2023, 2025), 4, 1)
        style = chance.randint(0, 2)
        if moves.random() < moved:
            appointments.append(f"{code},{section},{post},本務,{written(begin, style)},2026/03/31")
            appointments.append(f"{code},{moves.choice(sections)},{post},本務,R8.4.1,")
        else:
            appointments.append(f"{code},{section},{post},本務,{written(begin, style)},")
        if chance.random() < 0.05:
            appointments.append(f"{code},{chance.choice(sections)},030,兼務,2025-04-01,令和9年3月31日")
    return {
        "units.csv": encoded(UNITS_HEAD, unit_rows),
        "posts.csv": encoded(POSTS_HEAD, [f"{code},{name},{rank}" for code, name, rank in POSTS]),
        "people.csv": encoded(PEOPLE_HEAD, people_rows),
        "appointments.csv": encoded(APPOINTMENTS_HEAD, appointments),
    }


def encoded(head: str, rows: list[str], encoding: str = "cp932") -> bytes:
    """A file as bytes."""
    return "\r\n".join([head, *rows, ""]).encode(encoding)


def write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    """The files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
