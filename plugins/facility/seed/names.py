"""What the sample municipality has to be booked, and what for."""

from typing import NamedTuple


class Sample(NamedTuple):
    """A facility of the sample."""

    name: str
    kana: str
    building: str = ""
    floor: str = ""
    capacity: int = 0
    quantity: int = 1
    features: tuple[str, ...] = ()
    needs_approval: bool = False
    wants_check_in: bool = False
    is_asked_about: bool = False
    """Whether its series have to be confirmed from time to time."""


SCREEN, VIDEO, WHEELS, BOARD, STAGE = (
    "プロジェクター",
    "Web会議設備",
    "車椅子対応",
    "ホワイトボード",
    "マイク設備",
)
HALL, ANNEX = "本庁舎", "別館"

ROOMS = (
    Sample("大会議室", "だいかいぎしつ", HALL, "4階", 80, 1, (SCREEN, STAGE, WHEELS)),
    Sample("特別会議室", "とくべつかいぎしつ", HALL, "3階", 20, 1, (SCREEN, VIDEO), needs_approval=True),
    Sample("応接室", "おうせつしつ", HALL, "2階", 8, 1, (), needs_approval=True),
    Sample("201会議室", "にまるいちかいぎしつ", HALL, "2階", 10, 1, (BOARD,), wants_check_in=True),
    Sample("202会議室", "にまるにかいぎしつ", HALL, "2階", 10, 1, (BOARD, VIDEO), wants_check_in=True),
    Sample(
        "301会議室",
        "さんまるいちかいぎしつ",
        HALL,
        "3階",
        16,
        1,
        (SCREEN, BOARD, WHEELS),
        is_asked_about=True,
    ),
    Sample(
        "302会議室", "さんまるにかいぎしつ", HALL, "3階", 24, 1, (SCREEN, VIDEO, WHEELS), is_asked_about=True
    ),
    Sample("401会議室", "よんまるいちかいぎしつ", HALL, "4階", 36, 1, (SCREEN, WHEELS)),
    Sample("相談室1", "そうだんしつ", HALL, "1階", 4, 1, (WHEELS,)),
    Sample("相談室2", "そうだんしつ", HALL, "1階", 4, 1, (WHEELS,)),
    Sample("研修室", "けんしゅうしつ", ANNEX, "2階", 48, 1, (SCREEN, STAGE, BOARD)),
    Sample("和室", "わしつ", ANNEX, "1階", 12),
)
CARS = (
    Sample("公用車1号(小型)", "こうようしゃいちごう", HALL, "駐車場", 5),
    Sample("公用車2号(小型)", "こうようしゃにごう", HALL, "駐車場", 5),
    Sample("公用車3号(軽貨物)", "こうようしゃさんごう", HALL, "駐車場", 2),
    Sample("公用車4号(ワゴン)", "こうようしゃよんごう", HALL, "駐車場", 8),
)
EQUIPMENT = (
    Sample("プロジェクター", "ぷろじぇくたー", quantity=4),
    Sample("貸出用ノートパソコン", "のーとぱそこん", quantity=10),
    Sample("ポータブルマイク", "まいく", quantity=2),
)
WARD_ROOMS = (
    Sample("第1会議室", "だいいちかいぎしつ", "", "3階", 30, 1, (SCREEN, WHEELS)),
    Sample("第2会議室", "だいにかいぎしつ", "", "3階", 16, 1, (BOARD,)),
    Sample("第3会議室", "だいさんかいぎしつ", "", "4階", 12, 1, (BOARD, VIDEO)),
    Sample("大会議室", "だいかいぎしつ", "", "5階", 90, 1, (SCREEN, STAGE, WHEELS)),
    Sample("相談室", "そうだんしつ", "", "1階", 4, 1, (WHEELS,)),
    Sample("研修室", "けんしゅうしつ", "", "5階", 48, 1, (SCREEN,)),
)

MEETINGS = (
    "係内打合せ",
    "課内会議",
    "予算ヒアリング",
    "部長会議",
    "業者打合せ",
    "研修(新任係長)",
    "監査対応",
    "面談",
    "審査会",
    "システム説明会",
    "地域団体との協議",
    "選考委員会",
    "庁内連絡会議",
    "決算打合せ",
    "窓口改善検討会",
    "防災会議",
)
TRIPS = ("現地調査", "県庁へ出張", "資料搬送", "訪問", "会場設営", "現場立会い", "配布物の搬送")
LOANS = ("住民説明会", "出前講座", "研修会場で使用", "イベント受付", "会議で使用")
PRIVATE = ("人事面談", "個別相談", "契約交渉")
BLOCKINGS = ("空調設備の点検", "床の清掃", "選挙事務で使用", "法定点検")
DESTINATIONS = (
    "県庁",
    "中央公民館",
    "浄水場",
    "みなと小学校",
    "南港地区",
    "消防署",
    "法務局",
    "総合病院",
    "市内各所",
)
CONDITIONS = ("", "", "", "", "", "リモコンの電池切れ", "ケーブルの接触不良", "外箱にへこみ")
