"""What becomes of a file from HR, beside a directory that says something else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from app.db import db, transaction
from app.directory import holding
from app.directory import services as directory
from app.directory.account import Account
from app.directory.hr_models import HrEmploymentRow, HrPerson
from app.directory.models import DirectoryAccount, Employment, Person
from app.directory.run_models import OF_HR
from app.hr_feed import services
from tests.hr_feed.conftest import SUNDAY, row
from workflows.directory_events import HrFileApplied, HrFileLate, HrFileRefused, ReadingHeld
from workflows.events import Actor, EmploymentChanged

MONDAY = SUNDAY + timedelta(days=1)
TUESDAY = SUNDAY + timedelta(days=2)
WHY = "Jag har ringt personalavdelningen om fem av dem."


def account(number: str, **facts) -> Account:
    given = {"employee_type": "anställd", "display_name": f"Alice Åberg {number}", "title": "Chaufför"} | facts
    return Account(f"guid-{number}", f"CN={number},DC=x", employee_number=number, login=f"u{number}", **given)


def sync(at=SUNDAY):
    with transaction():
        return directory.sync(at)


def test_file_makes_people_before_the_directory_has_them(town):
    file = town.load(row("1"), row("2", startDate="2026-12-15"))
    assert (file.state, file.people, file.employments) == ("applied", 2, 2)
    alice = town.person("1")
    assert (alice.display_name, alice.employment_status, alice.login) == ("Alice Åberg 1", "active", "")
    assert (alice.title, alice.unit.name, alice.unit.board) == ("Inspektör", "Miljöenheten", "Miljönämnden")
    assert (town.status("2"), town.person("2").starts_on) == ("future", date(2026, 12, 15))
    assert [event.people for event in town.told(HrFileApplied)] == [2]


def test_hr_wins_over_the_directory_field_by_field(town):
    town.directory.accounts = [account("1", mail="alice@exempel.test", expires_on=date(2026, 12, 31))]
    sync()
    town.load(row("1"))
    alice = town.person("1")
    assert (alice.title, alice.ends_on, alice.mail, alice.login) == ("Inspektör", None, "alice@exempel.test", "u1")
    sync(MONDAY)
    alice = town.person("1")
    assert (alice.title, alice.ends_on, alice.employment_status) == ("Inspektör", None, "active")


def test_fields_that_hr_does_not_decide_stay_the_directorys(town, monkeypatch):
    settings = town.app.extensions["settings"].model_copy(update={"hr_fields": ("employment",)})
    monkeypatch.setitem(town.app.extensions, "settings", settings)
    town.directory.accounts = [account("1", unit_code="TRA", unit_name="Trafik")]
    town.load(row("1", endDate="2026-12-31"))
    sync(MONDAY)
    alice = town.person("1")
    assert (alice.title, alice.unit.code, alice.ends_on) == ("Chaufför", "TRA", date(2026, 12, 31))


def test_ended_in_hr_is_ended_whatever_the_account_says(town):
    town.directory.accounts = [account("1"), account("2")]
    sync()
    town.load(row("1", endDate="2026-11-28"), row("2"))
    assert (town.status("1"), town.status("2")) == ("ended", "active")
    sync(MONDAY)
    assert town.status("1") == "ended"
    (change,) = town.told(EmploymentChanged)
    assert (change.before, change.after, change.evidence["reason"]) == ("active", "ended", "hr:ended:E-1")
    assert change.evidence["server"] == "hr.csv"


def test_account_that_is_gone_does_not_end_whom_hr_employs(town):
    town.directory.accounts = [account("1")]
    sync()
    town.load(row("1"))
    town.directory.accounts = []
    assert sync(MONDAY).changed == {}
    assert (town.status("1"), town.person("1").display_name) == ("active", "Alice Åberg 1")


def test_live_look_up_says_what_hr_says(town):
    town.directory.accounts = [account("1", enabled=False)]
    town.load(row("1", endDate="2026-11-30"))
    evidence = directory.lookup_number("1", SUNDAY)
    assert (evidence.status, evidence.reason, evidence.ends_on) == ("active", "hr:lasts:E-1", date(2026, 11, 30))
    assert directory.lookup_number("1", MONDAY + timedelta(days=1)).status == "ended"


def test_look_up_of_somebody_whom_hr_does_not_know_is_the_directorys(town):
    town.directory.accounts = [account("1")]
    town.load(row("2"))
    assert directory.lookup_number("1", SUNDAY).reason == "enabled_account:u1"


def test_number_of_two_people_stays_ambiguous(town):
    town.directory.accounts = [
        account("1", display_name="Alice Åberg"),
        Account("guid-x", "CN=x,DC=x", employee_number="1", login="x", display_name="Bo Ek", employee_type="anställd"),
    ]
    sync()
    town.load(row("1"))
    assert town.status("1") == "ambiguous"
    assert directory.lookup_number("1", SUNDAY).status == "ambiguous"


def test_leave_of_the_directory_stays_where_hr_tells_of_none(town):
    town.directory.accounts = [account("1", employee_type="tjänstledig")]
    sync()
    town.load(row("1"))
    assert town.status("1") == "on_leave"


def test_leave_that_hr_told_of_ends_when_hr_says_so(town):
    town.load(row("1", leaveFrom="2026-11-01"))
    assert town.status("1") == "on_leave"
    town.load(row("1", leaveFrom="2026-11-01", leaveTo="2026-11-29"), at=MONDAY)
    assert town.status("1") == "active"


def test_manager_of_hr_is_found_by_number(town):
    town.directory.accounts = [account("1", manager_dn="CN=3,DC=x"), account("2"), account("3")]
    sync()
    assert town.person("1").manager.employee_number == "3"
    town.load(row("1", manager="2"), row("2"), row("3"))
    assert town.person("1").manager.employee_number == "2"
    sync(MONDAY)
    assert town.person("1").manager.employee_number == "2"


def test_second_employment_has_a_row_and_keeps_the_person_when_the_first_ends(town):
    second = row("1", employmentId="E-9", isMainEmployment="", title="Kock", orgId="KOK", orgName="Köket")
    town.load(row("1", endDate="2026-11-29"), second)
    rows = db.session.execute(select(Employment.key, Employment.title, Employment.is_main).order_by(Employment.key))
    assert [tuple(one) for one in rows] == [("ad:1", "Inspektör", True), ("hr:E-9", "Kock", False)]
    with transaction():
        assert services.judge_again(MONDAY) == 1
    alice = town.person("1")
    assert (alice.employment_status, alice.title, alice.unit.name) == ("active", "Kock", "Köket")
    assert town.told(EmploymentChanged) == []
    last = db.session.scalar(select(Employment.ends_on).where(Employment.key == "hr:E-9"))
    assert last == date(2026, 11, 29)


def test_last_day_passes_without_a_new_file(town):
    town.load(row("1", endDate="2026-11-29"), row("2"), row("3"))
    with transaction():
        assert services.judge_again(SUNDAY) == 0
        assert services.judge_again(MONDAY) == 3
    assert (town.status("1"), town.status("2")) == ("ended", "active")


def test_protected_by_either_is_protected(town):
    town.directory.accounts = [account("1", protected=True), account("2"), account("3")]
    sync()
    town.load(row("1", isClassified="nej"), row("2", isClassified="kanske"), row("3"))
    assert [town.person(number).protected_identity for number in "123"] == [True, True, False]
    sync(MONDAY)
    assert [town.person(number).protected_identity for number in "123"] == [True, True, False]


def test_faulty_file_changes_nothing_and_is_kept_with_its_report(town):
    town.load(row("1"))
    file = town.load(row("1", endDate="2026-11-01"), row("2", startDate="igår"), at=MONDAY)
    assert (file.state, file.faults) == (
        "refused",
        [{"line": 3, "field": "startDate", "value": "igår", "reason": "not_a_date"}],
    )
    assert (town.status("1"), db.session.scalar(select(func.count(Person.id)))) == ("active", 1)
    assert [event.faults for event in town.told(HrFileRefused)] == [1]


def test_who_is_not_in_the_next_file_has_left(town):
    town.load(row("1"), row("2"), row("3"))
    town.load(row("1"), row("3"), at=MONDAY)
    assert (town.status("2"), town.person("2").ends_on) == ("ended", date(2026, 11, 29))
    assert directory.lookup_number("2", MONDAY).reason == "hr:gone"
    town.load(row("1"), row("2"), row("3"), at=TUESDAY)
    assert town.status("2") == "active"


def test_same_file_twice_changes_nothing(town):
    town.load(row("1"), row("2"))
    town.events.clear()
    town.load(row("1"), row("2"), at=MONDAY)
    assert [(type(event).__name__, event.changed) for event in town.events] == [("HrFileApplied", 0)]


def test_file_without_half_the_people_is_held_and_nothing_of_it_applied(town):
    town.load(*(row(str(n)) for n in range(1, 9)))
    said = select(HrPerson.employee_number, HrPerson.status, HrPerson.gone_since).order_by(HrPerson.employee_number)
    before = db.session.execute(said).all()
    file = town.load(*(row(str(n)) for n in range(1, 5)), row("77"), at=MONDAY)
    assert (file.state, file.why) == ("held", "mass_leave")
    assert db.session.execute(said).all() == before
    assert db.session.scalar(select(func.count(HrEmploymentRow.key))) == 8
    assert [town.status(str(n)) for n in range(1, 9)] == ["active"] * 8
    (held,) = town.told(ReadingHeld)
    assert (held.why, held.leaving, held.kind) == ("mass_leave", 4, "hr")
    assert holding.open_hold() is None, "what the directory says goes on being read"


def test_two_people_let_a_held_file_through(town):
    town.load(*(row(str(n)) for n in range(1, 9)))
    few = [row(str(n)) for n in range(1, 4)]
    file = town.load(*few, at=MONDAY)
    run = holding.open_hold(OF_HR)
    assert run is not None and run.id == file.run_id
    bob, carol = (Actor(town.person(number).id, "administrator") for number in ("1", "2"))
    with transaction():
        holding.propose(run, WHY, actor=bob, now=MONDAY)
        holding.release(run, actor=carol, now=MONDAY)
    assert not services.is_settled(file, file.digest)
    again = town.load(*few, at=MONDAY)
    assert (again.state, town.status("8")) == ("applied", "ended")


def test_old_file_is_held(town):
    file = town.load(row("1"), written_at=SUNDAY - timedelta(hours=49))
    assert (file.state, file.why) == ("held", "reading_old")


def test_file_that_does_not_come_is_told_of_once(town):
    file = town.load(row("1"))
    with transaction():
        assert not services.tell_late(file, SUNDAY + timedelta(hours=47))
        assert services.tell_late(file, SUNDAY + timedelta(hours=49))
        assert not services.tell_late(file, SUNDAY + timedelta(hours=50))
    assert len(town.told(HrFileLate)) == 1


def test_accounts_are_left_as_the_directory_has_them(town):
    town.directory.accounts = [account("1")]
    sync()
    town.load(row("1"))
    assert db.session.scalars(select(DirectoryAccount.missing_since)).all() == [None]


def test_accounts_closed_by_the_dozen_end_nobody_whom_hr_employs(town):
    town.directory.accounts = [account(str(n)) for n in range(1, 9)]
    town.load(*(row(str(n)) for n in range(1, 9)))
    sync()
    town.directory.accounts = [account(str(n), enabled=False) for n in range(1, 9)]
    assert sync(MONDAY).changed == {}


def test_employment_that_begins_the_local_day_it_was_ended_here_is_no_new_one(town):
    morning = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
    town.load(row("1", startDate="2026-11-30"), at=morning)
    with transaction() as session:
        alice = session.scalars(select(Person)).one()
        alice.employment_status, alice.ended_here_at = "ended", datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    town.load(row("1", startDate="2026-11-30"), at=morning + timedelta(hours=1))
    assert town.status("1") == "ended"
    assert directory.lookup_number("1", morning + timedelta(hours=2)).reason == "ended_here"
    town.load(row("1", startDate="2026-12-01"), at=morning + timedelta(days=1))
    assert (town.status("1"), town.person("1").ended_here_at) == ("active", None)


def test_whoever_loses_the_account_keeps_the_name_that_is_known(town):
    town.directory.accounts = [account("1", given_name="Alicia", surname="Ek", display_name="Alicia Ek")]
    sync()
    town.load(row("1"))
    town.directory.accounts = []
    sync(MONDAY)
    alice = town.person("1")
    assert (alice.given_name, alice.surname, alice.display_name) == ("Alicia", "Ek", "Alicia Ek")
