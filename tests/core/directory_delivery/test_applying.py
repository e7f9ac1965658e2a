"""What a delivery does to the directory, from its effective day on and not before."""

from contextlib import nullcontext
from datetime import date

import pytest
from sqlalchemy import select

from groupware.access.enums import PrincipalKind
from groupware.access.principals import everyone, principal
from groupware.access.queries import count_of
from groupware.db import FOREVER, in_unit, session
from groupware.directory.models import (
    Appointment,
    DutyHolder,
    DutyKind,
    OrgUnit,
    OrgUnitVersion,
    Person,
    PersonGram,
    Post,
    StaffNumber,
)
from groupware.directory.tree import load_tree
from tests.core.directory_delivery.conftest import APRIL
from tests.core.directory_delivery.edits import edited, with_column, with_lines, without
from tests.core.directory_delivery.tables import contents

NOVEMBER = date(2025, 11, 20)
pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def loaded(deliver, sound):
    """The sound delivery, imported in November."""
    state, summary = deliver(sound, NOVEMBER)
    assert state == "published"
    return summary


@pytest.fixture
def places(read):
    """`places(number)`: unit code, post code, kind, first day, first day no more, oldest first."""

    def find(number):
        statement = (
            select(OrgUnit.code, Post.code, Appointment.kind, Appointment.valid_from, Appointment.valid_to)
            .join(Appointment, Appointment.unit_id == OrgUnit.id)
            .join(Post, Post.id == Appointment.post_id)
            .join(Person, Person.id == Appointment.person_id)
            .where(Person.staff_number == number)
            .order_by(Appointment.valid_from, Appointment.id)
        )
        with read():
            return [tuple(row) for row in session.execute(statement)]

    return find


@pytest.fixture
def person(read):
    """`person(number)`: the row of a person."""

    def find(number):
        with nullcontext(session) if in_unit() else read():
            return session.execute(select(Person.__table__).where(Person.staff_number == number)).one()

    return find


def kinds(summary):
    return {kind: count for kind, count in summary["counts"].items() if count}


def of(summary, code):
    return next(change for change in summary["changes"] if change["code"] == code)


def test_first_delivery_is_taken_with_its_history(loaded, places, person):
    assert kinds(loaded) == {"new": 8, "unit_new": 7, "post_new": 6}
    assert places("000004") == [
        ("0101", "020", "main", date(2025, 4, 1), FOREVER),
        ("0102", "020", "concurrent", date(2025, 4, 1), date(2026, 4, 1)),
    ]
    assert places("000005") == [
        ("0102", "030", "main", date(2025, 4, 1), APRIL),
        ("0202", "030", "main", APRIL, FOREVER),
    ]
    found = person("000003")
    assert (found.legal_name, found.display_name, found.kana_name) == ("渡邉 圭", "渡邉 圭", "わたなべ けい")
    assert (found.hired_on, found.left_on, found.employment_type) == (date(2019, 4, 1), FOREVER, "regular")
    assert person("000006").left_on == APRIL


def test_names_are_kept_as_delivered_and_shown_with_one_space(loaded, person):
    found = person("000002")
    assert (found.legal_name, found.display_name) == ("髙橋　剛", "髙橋 剛")


def test_people_are_found_by_name_without_variants_and_by_kana(loaded, person, read):
    with read():
        people = set(session.scalars(select(PersonGram.person_id).where(PersonGram.gram == "高橋")))
    assert people == {person("000002").id}


def test_chart_has_the_delivered_units_in_official_order(loaded, read):
    with read():
        before, after = load_tree(NOVEMBER), load_tree(APRIL)
    assert [unit.code for unit in before] == ["0000", "0100", "0101", "0102", "0200", "0201"]
    assert "0202" in {unit.code for unit in after}


def test_same_delivery_again_changes_nothing(loaded, deliver, sound, read):
    with read():
        before = contents("core_batches", "core_audit_records", "core_cache_versions")
    state, summary = deliver(sound, date(2025, 12, 1))
    assert (state, kinds(summary)) == ("published", {"unchanged": 8})
    with read():
        assert contents("core_batches", "core_audit_records", "core_cache_versions") == before


def test_transfer_ends_one_appointment_and_begins_another_on_the_day(loaded, deliver, sound, places):
    files = edited(
        sound, ("appointments.csv", "000004,0101,020,本務,2025-04-01,", "000004,0201,020,本務,R8.4.1,")
    )
    _, summary = deliver(files, APRIL)
    assert places("000004") == [
        ("0101", "020", "main", date(2025, 4, 1), APRIL),
        ("0102", "020", "concurrent", date(2025, 4, 1), APRIL),
        ("0201", "020", "main", APRIL, FOREVER),
    ]
    change = of(summary, "000004")
    assert change["kinds"] == ["moved"]
    assert [place[1:3] for place in change["before"]] == [["総務局 総務課", "課長"]]
    assert [place[1:3] for place in change["after"]] == [["港湾局 経営課", "課長"]]


def test_transfer_delivered_late_does_not_rewrite_the_past(loaded, deliver, sound, places):
    files = edited(
        sound, ("appointments.csv", "000008,0201,050,本務,2023/04/01,", "000008,0102,050,本務,2025/07/01,")
    )
    deliver(files, date(2025, 12, 1))
    assert places("000008") == [
        ("0201", "050", "main", date(2023, 4, 1), date(2025, 12, 1)),
        ("0102", "050", "main", date(2025, 12, 1), FOREVER),
    ]


def test_announced_appointment_that_is_dropped_again_never_begins(loaded, deliver, sound, places):
    files = without(sound, "appointments.csv", "000005,0202")
    files = edited(
        files,
        (
            "appointments.csv",
            "000005,0102,030,本務,令和7年4月1日,R8.3.31",
            "000005,0102,030,本務,令和7年4月1日,",
        ),
    )
    _, summary = deliver(files, date(2025, 12, 1))
    assert places("000005") == [("0102", "030", "main", date(2025, 4, 1), FOREVER)]
    assert of(summary, "000005")["kinds"] == ["moved"]


def test_term_that_is_prolonged_is_a_change_and_no_move(loaded, deliver, sound, places):
    files = edited(
        sound,
        ("people.csv", "令和7年4月1日,R8.3.31", "令和7年4月1日,R9.3.31"),
        ("appointments.csv", "本務,2025/04/01,2026/03/31", "本務,2025/04/01,2027/03/31"),
    )
    _, summary = deliver(files, date(2026, 3, 1))
    assert places("000006") == [("0101", "070", "main", date(2025, 4, 1), date(2027, 4, 1))]
    assert (of(summary, "000006")["kinds"], of(summary, "000006")["fields"]) == (
        ["changed"],
        ["left_on", "appointments"],
    )


def test_people_who_are_missing_leave_on_the_effective_day(loaded, deliver, sound, places, person, read):
    files = without(sound, "appointments.csv", "000008")
    _, summary = deliver(without(files, "people.csv", "000008"), APRIL)
    assert person("000008").left_on == APRIL
    assert places("000008") == [("0201", "050", "main", date(2023, 4, 1), APRIL)]
    assert of(summary, "000008")["kinds"] == ["leaving"]
    with read():
        assert count_of([everyone().id], date(2026, 3, 31)) - count_of([everyone().id], APRIL) == 2


def test_person_kept_by_hand_stays_without_being_delivered(loaded, deliver, sound, factory, read):
    with read():
        unit_id = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "0102")).one()
        post_id = session.scalars(select(Post.id).where(Post.code == "050")).one()
    kept = factory.person("委託 一郎", unit_id, post_id, staff_number="C-1", is_kept_by_hand=True)
    _, summary = deliver(sound, APRIL)
    assert "C-1" not in {change["code"] for change in summary["changes"]}
    with read():
        assert session.get(Person, kept).left_on == FOREVER


def test_appointments_by_hand_end_with_their_unit(loaded, deliver, sound, factory, read, places):
    with read():
        unit_id = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "0102")).one()
        post_id = session.scalars(select(Post.id).where(Post.code == "050")).one()
    factory.person("委託 一郎", unit_id, post_id, staff_number="C-1", is_kept_by_hand=True)
    files = without(without(sound, "units.csv", "0102"), "appointments.csv", "000005,0102", "000004,0102")
    state, summary = deliver(files, APRIL)
    assert (state, of(summary, "0102")["kinds"]) == ("published", ["unit_ending"])
    assert [row[4] for row in places("C-1")] == [APRIL]


def test_unit_gets_a_new_version_when_its_name_or_place_changes(loaded, deliver, sound, read):
    files = edited(sound, ("units.csv", "0102,人事課,,人事,0100,課,2,", "0102,職員課,,職員,0200,課,9,"))
    _, summary = deliver(files, APRIL)
    with read():
        before, after = load_tree(date(2026, 3, 31)), load_tree(APRIL)
    unit = next(unit for unit in before if unit.code == "0102")
    assert (unit.name, before.path_name(unit.id)) == ("人事課", "総務局 人事課")
    assert (after.get(unit.id).name, after.path_name(unit.id)) == ("職員課", "港湾局 職員課")
    change = of(summary, "0102")
    assert (change["kinds"], change["old_name"], change["name"]) == (["unit_changed"], "人事課", "職員課")
    assert set(change["fields"]) == {"name", "short_name", "parent", "official_order"}


def test_people_belong_to_the_new_tree_when_their_unit_moves(loaded, deliver, sound, read, person):
    deliver(
        edited(sound, ("units.csv", "0101,総務課,ソウムカ,総務,0100", "0101,総務課,ソウムカ,総務,0200")),
        APRIL,
    )
    with read():
        bureau = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "0200")).one()
        tree = principal(PrincipalKind.UNIT_TREE, bureau).id
        assert count_of([tree], APRIL) - count_of([tree], date(2026, 3, 31)) == 2


def test_kana_of_a_unit_is_corrected_without_a_new_version(loaded, deliver, sound, read):
    _, summary = deliver(edited(sound, ("units.csv", "0102,人事課,,", "0102,人事課,ジンジカ,")), APRIL)
    assert of(summary, "0102")["fields"] == ["kana"]
    with read():
        versions = select(OrgUnitVersion.kana).join(OrgUnit, OrgUnit.id == OrgUnitVersion.unit_id)
        assert list(session.scalars(versions.where(OrgUnit.code == "0102"))) == ["じんじか"]


def test_unit_that_is_missing_ends_on_the_day(loaded, deliver, sound, read):
    files = without(sound, "units.csv", "0202")
    files = edited(
        without(files, "appointments.csv", "000005,0202"),
        ("appointments.csv", "令和7年4月1日,R8.3.31", "令和7年4月1日,"),
    )
    deliver(files, date(2026, 3, 1))
    with read():
        assert "0202" not in {unit.code for unit in load_tree(APRIL)}


def test_rename_shows_the_old_name_and_is_no_move(loaded, deliver, sound, person):
    _, summary = deliver(edited(sound, ("people.csv", "清水　誠", "阿部　誠")), APRIL)
    change = of(summary, "000008")
    assert (change["kinds"], change["old_name"], change["name"]) == (["renamed"], "清水 誠", "阿部 誠")
    assert person("000008").legal_name == "阿部　誠"


def test_display_name_chosen_elsewhere_survives_a_delivery_without_that_column(
    loaded, deliver, sound, person, write
):
    with write():
        session.get(Person, person("000008").id).display_name = "旧姓 誠"
    deliver(sound, APRIL)
    assert person("000008").display_name == "旧姓 誠"


def test_display_and_legal_name_have_columns_of_their_own(deliver, sound, person):
    files = with_column(sound, "people.csv", "表示名", {"000008": "旧姓 誠"})
    files = with_column(files, "people.csv", "戸籍氏名", {"000008": "淸水　誠"})
    deliver(files, NOVEMBER)
    assert (person("000008").display_name, person("000008").legal_name) == ("旧姓 誠", "淸水　誠")
    assert "旧姓" in person("000008").search_text
    assert "清水" not in person("000008").search_text


def test_superior_matter_and_roster_are_taken(deliver, sound, read, person):
    files = with_column(sound, "appointments.csv", "直属上司職員番号", {"000008": "000003"})
    files = with_column(files, "appointments.csv", "担当事項", {"000008": "臨海道路"})
    deliver(with_column(files, "appointments.csv", "名簿順", {"000008": "７"}), NOVEMBER)
    with read():
        row = session.scalars(select(Appointment).where(Appointment.person_id == person("000008").id)).one()
        assert (row.line_superior_id, row.matter, row.roster) == (person("000003").id, "臨海道路", 7)


def test_superior_and_roster_stay_when_a_delivery_does_not_speak_of_them(deliver, sound, read, person):
    files = with_column(sound, "appointments.csv", "直属上司職員番号", {"000008": "000003"})
    deliver(with_column(files, "appointments.csv", "名簿順", {"000008": "7"}), NOVEMBER)
    _, summary = deliver(sound, APRIL)
    assert kinds(summary)["unchanged"] >= 6
    with read():
        row = session.scalars(select(Appointment).where(Appointment.person_id == person("000008").id)).one()
        assert (row.line_superior_id, row.roster) == (person("000003").id, 7)


def test_executive_organ_is_kept_in_a_new_version_that_does_not_name_it(deliver, sound, read):
    organ = with_column(sound, "units.csv", "執行機関", {"0102": "市長"})
    deliver(with_column(organ, "units.csv", "任命権者", {"0102": "市長"}), NOVEMBER)
    deliver(edited(sound, ("units.csv", "0102,人事課", "0102,職員課")), APRIL)
    with read():
        unit = next(unit for unit in load_tree(APRIL) if unit.code == "0102")
    assert (unit.name, unit.executive_organ) == ("職員課", "市長")


def test_post_that_is_called_otherwise_is_renamed(loaded, deliver, sound, read):
    _, summary = deliver(edited(sound, ("posts.csv", "030,係長,30", "030,主査,31")), APRIL)
    assert (of(summary, "030")["old_name"], of(summary, "030")["fields"]) == ("係長", ["rank"])
    with read():
        assert session.execute(select(Post.name, Post.rank).where(Post.code == "030")).one() == ("主査", 31)


def test_person_who_had_left_before_is_not_taken(deliver, sound, read):
    files = with_lines(sound, "people.csv", "000009,退職　済,タイショク スミ,,,,事務,常勤,H5.4.1,R6.3.31")
    files = with_lines(files, "appointments.csv", "000009,0101,050,本務,2020/4/1,2024/3/31")
    state, summary = deliver(files, NOVEMBER)
    assert state == "published"
    assert ["left_already", "people.csv", 10] in [finding[:3] for finding in summary["findings"]]
    with read():
        assert session.scalar(select(Person.id).where(Person.staff_number == "000009")) is None


def test_person_who_comes_back_is_new_again(loaded, deliver, sound, person, places):
    gone = without(without(sound, "appointments.csv", "000008"), "people.csv", "000008")
    deliver(gone, date(2025, 12, 1))
    files = edited(
        sound, ("appointments.csv", "000008,0201,050,本務,2023/04/01", "000008,0201,050,本務,2026/04/01")
    )
    _, summary = deliver(files, APRIL)
    assert of(summary, "000008")["kinds"] == ["new"]
    assert person("000008").left_on == FOREVER
    assert [row[3:] for row in places("000008")] == [(date(2023, 4, 1), date(2025, 12, 1)), (APRIL, FOREVER)]


def test_duty_ends_with_the_transfer_out_of_its_unit(loaded, deliver, sound, factory, person, read):
    with read():
        unit_id = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "0100")).one()
    factory.duty(person("000004").id, unit_id)
    factory.duty(person("000005").id, unit_id)
    files = edited(
        without(sound, "appointments.csv", "000005,0202"),
        ("appointments.csv", "000004,0101,020,本務,2025-04-01,", "000004,0201,020,本務,R8.4.1,"),
        ("appointments.csv", "000005,0102,030,本務,令和7年4月1日,R8.3.31", "000005,0101,030,本務,R8.4.1,"),
    )
    _, summary = deliver(files, APRIL)
    with read():
        ends = dict(session.execute(select(DutyHolder.person_id, DutyHolder.valid_to)).all())
    assert ends == {person("000004").id: APRIL, person("000005").id: FOREVER}
    assert [c["code"] for c in summary["changes"] if c["kinds"] == ["duty_ending"]] == ["000004"]


def test_duty_of_somebody_whose_term_just_runs_out_goes_on(loaded, deliver, sound, factory, person, read):
    with read():
        unit_id = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "0101")).one()
    factory.duty(person("000007").id, unit_id)
    files = edited(
        sound,
        (
            "appointments.csv",
            "000007,0201,050,本務,令和7年4月1日,",
            "000007,0201,050,本務,令和7年4月1日,2026/9/30",
        ),
    )
    deliver(files, date(2026, 3, 1))
    with read():
        assert session.scalars(select(DutyHolder.valid_to)).one() == FOREVER


def test_file_of_duties_states_all_of_them(loaded, deliver, sound, factory, person, read):
    with read():
        unit_id = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "0101")).one()
    factory.duty(person("000004").id, unit_id, "general_affairs")
    head = "組織コード,分担コード,職員番号,代理順,開始日,終了日\n"
    rows = "0101,secretary,000004,0,R8.4.1,\n0101,secretary,000008,１,R8.4.1,R9.3.31\n"
    state, summary = deliver({**sound, "duties.csv": (head + rows).encode()}, APRIL)
    assert state == "published"
    with read():
        statement = select(DutyKind.code, Person.staff_number, DutyHolder.deputy_order, DutyHolder.valid_from)
        statement = statement.add_columns(DutyHolder.valid_to).join(
            DutyHolder, DutyHolder.kind_id == DutyKind.id
        )
        rows = {
            tuple(row) for row in session.execute(statement.join(Person, Person.id == DutyHolder.person_id))
        }
    assert rows == {
        ("general_affairs", "000004", 0, date(2010, 4, 1), APRIL),
        ("secretary", "000004", 0, APRIL, FOREVER),
        ("secretary", "000008", 1, APRIL, date(2027, 4, 1)),
    }
    assert (summary["counts"]["duty_new"], summary["counts"]["duty_ending"]) == (2, 1)


def test_empty_file_of_duties_does_not_end_all_of_them(loaded, deliver, sound, factory, person, read):
    with read():
        unit_id = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "0101")).one()
    files = {**sound, "duties.csv": "組織コード,分担コード,職員番号,代理順,開始日,終了日\n".encode()}
    assert deliver(files, APRIL)[0] == "published"
    factory.duty(person("000004").id, unit_id)
    state, summary = deliver(files, APRIL)
    assert state == "failed"
    assert ["no_rows", "duties.csv", 0] in [finding[:3] for finding in summary["findings"]]


def test_duty_of_somebody_who_had_left_before_is_not_taken(deliver, sound, read):
    files = with_lines(sound, "people.csv", "000009,退職　済,タイショク スミ,,,,事務,常勤,H5.4.1,R6.3.31")
    head = "組織コード,分担コード,職員番号,代理順,開始日,終了日\n"
    files["duties.csv"] = f"{head}0101,secretary,000009,0,2020/4/1,\n".encode()
    assert deliver(files, NOVEMBER)[0] == "published"
    with read():
        assert session.scalars(select(DutyHolder.id)).all() == []


def test_unknown_duty_is_a_fault(loaded, deliver, sound):
    files = {
        **sound,
        "duties.csv": "組織コード,分担コード,職員番号,代理順,開始日,終了日\n0101,king,000004,,R8.4.1,\n".encode(),
    }
    state, summary = deliver(files, APRIL)
    assert state == "failed"
    assert [finding[0] for finding in summary["findings"] if finding[0] == "unknown_duty"] == ["unknown_duty"]


def test_many_missing_people_are_a_remark(deliver, sound):
    rows = [f"{n:06d},職員　{n},ショクイン,,,,事務,常勤,2020/4/1," for n in range(10, 40)]
    places = [f"{n:06d},0101,050,本務,2025/4/1," for n in range(10, 40)]
    deliver(with_lines(with_lines(sound, "people.csv", *rows), "appointments.csv", *places), NOVEMBER)
    state, summary = deliver(sound, APRIL)
    assert state == "published"
    remark = next(finding for finding in summary["findings"] if finding[0] == "many_leaving")
    assert remark[4] == {"count": "30", "all": "37"}


def test_numbers_are_kept_with_their_days(loaded, read, person):
    with read():
        row = session.scalars(select(StaffNumber).where(StaffNumber.number == "000003")).one()
        assert (row.person_id, row.valid_from, row.valid_to) == (
            person("000003").id,
            date(2019, 4, 1),
            FOREVER,
        )
