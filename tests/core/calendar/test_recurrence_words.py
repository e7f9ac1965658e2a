"""Recurrences in words."""

from datetime import datetime, timedelta

import pytest

from groupware.calendar.recurrence import Recurrence, in_words

WEDNESDAY = datetime.fromisoformat("2026-04-01 10:00")


@pytest.mark.parametrize(
    ("rule", "japanese", "english"),
    [
        ("FREQ=DAILY", "毎日", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "3日ごと", "every 3 days"),
        ("FREQ=WEEKLY", "毎週 水曜日", "every week on Wednesday"),
        ("FREQ=WEEKLY;BYDAY=MO,WE", "毎週 月・水曜日", "every week on Monday, Wednesday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2週間ごと 金曜日", "every 2 weeks on Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "平日(月〜金曜日)", "every weekday"),
        ("FREQ=MONTHLY", "毎月 1日", "every month on day 1"),
        ("FREQ=MONTHLY;BYDAY=2TU", "毎月 第2火曜日", "every month on the second Tuesday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "毎月 最終金曜日", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=10,-1", "毎月 10日・末日", "every month on day 10, the last day"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=25", "3か月ごと 25日", "every 3 months on day 25"),
        ("FREQ=YEARLY", "毎年 4月1日", "every year on day 1 of April"),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", "毎年 5月の第2日曜日", "every year on the second Sunday of May"),
        ("FREQ=DAILY;COUNT=5", "毎日(5回)", "every day (5 times)"),
        ("FREQ=DAILY;UNTIL=20270331", "毎日(2027年3月31日まで)", "every day (until 31 March 2027)"),
        # What the form does not offer is not said wrongly.
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "特別な条件での繰り返し", "by a special rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "特別な条件での繰り返し", "by a special rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "特別な条件での繰り返し", "by a special rule"),
        ("FREQ=YEARLY;BYDAY=20MO", "特別な条件での繰り返し", "by a special rule"),
        ("FREQ=WEEKLY;BYMONTH=4", "特別な条件での繰り返し", "by a special rule"),
        ("FREQ=DAILY;BYMONTH=4", "特別な条件での繰り返し", "by a special rule"),
        ("FREQ=MONTHLY;BYDAY=MO", "特別な条件での繰り返し", "by a special rule"),
    ],
)
def test_rule_in_words(rule, japanese, english):
    recurrence = Recurrence(starts=WEDNESDAY, length=timedelta(hours=1), rule=rule)
    assert in_words(recurrence) == japanese
    assert in_words(recurrence, "en") == english


def test_holiday_rule_and_chosen_days_in_words():
    days = (WEDNESDAY + timedelta(days=2),)
    moved = Recurrence(
        starts=WEDNESDAY, length=timedelta(hours=1), rule="FREQ=DAILY;COUNT=2", holidays="previous", days=days
    )
    assert in_words(moved) == "毎日(2回、休日のときは前の開庁日、ほかに選んだ1日)"
    assert in_words(moved, "en").endswith(
        "(2 times, on the working day before when the office is closed, and on 1 chosen days)"
    )
    assert in_words(Recurrence(starts=WEDNESDAY, length=timedelta(hours=1), days=days)) == "選んだ日(1日)"
