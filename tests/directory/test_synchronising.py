"""The nightly sync: everything or nothing, keyed by number and objectGUID."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.db import db
from app.directory import services
from app.directory.account import Account
from app.directory.answers import Source
from app.directory.models import DirectoryAccount, DirectorySnapshot, Employment, Person, Unit
from app.errors import DirectoryUnavailable

FIRST = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)


class Reading:
    """A directory that gives the accounts it was told to: our own logic, thousands of people."""

    def __init__(self, *accounts: Account) -> None:
        self.accounts = accounts

    def read(self, take) -> Source:
        take([self.accounts])
        return Source("ldaps://reading")


def account(n: int, **facts) -> Account:
    given = {"employee_number": f"R{n:05d}", "employee_type": "anställd", "display_name": f"Person {n}"} | facts
    return Account(object_guid=f"guid-{n}", dn=f"CN=P{n},DC=x", login=f"p{n}", **given)


def read(app, *accounts: Account, at: datetime = FIRST) -> services.SyncReport:
    app.extensions["directory"] = Reading(*accounts)
    return services.sync(at)


def test_people_units_employments_and_accounts_are_kept(town, hire):
    unit = {"departmentNumber": "MIL-1", "department": "Miljöenheten", "company": "Miljönämnden"}
    boss, dn = hire("Bob Öst", title="Chef", **unit)
    number, _ = hire("Alice Åberg", title="Inspektör", manager=dn, mail="alice@exempel.test", **unit)
    report = services.sync(FIRST)
    alice = town.person(number)
    assert (report.people, report.added, report.accounts, report.changed) == (2, 2, 2, {})
    assert (alice.display_name, alice.title, alice.mail) == ("Alice Åberg", "Inspektör", "alice@exempel.test")
    assert (alice.unit.code, alice.unit.name, alice.unit.board) == ("MIL-1", "Miljöenheten", "Miljönämnden")
    assert alice.manager == town.person(boss)
    assert (alice.employment_status, alice.checked_at, alice.last_active_on) == ("active", FIRST, date(2026, 11, 24))
    assert db.session.scalar(select(func.count(Employment.id))) == 2
    snapshot = db.session.scalars(select(DirectorySnapshot)).one()
    assert (snapshot.id, snapshot.people) == (report.snapshot_id, 2)


def test_second_sync_of_the_same_changes_nothing(town, hire):
    number, _ = hire()
    services.sync(FIRST)
    before = town.person(number).id
    report = services.sync(SECOND)
    assert (report.added, report.changed, town.events) == (0, {}, [])
    assert (town.person(number).id, town.person(number).checked_at) == (before, SECOND)


def test_renamed_and_moved_person_keeps_the_row(town, hire, ad_admin, place):
    number, dn = hire("Alice Åberg", departmentNumber="A", department="Alfa")
    services.sync(FIRST)
    before = town.person(number).id
    ad_admin.set(dn, sAMAccountName="alice.gift", displayName="Alice Ek", departmentNumber="B", department="Beta")
    ad_admin.move(dn, f"{place}/Ny")
    services.sync(SECOND)
    alice = town.person(number)
    assert (alice.id, alice.display_name, alice.login, alice.unit.name) == (before, "Alice Ek", "alice.gift", "Beta")
    assert db.session.scalar(select(func.count(DirectoryAccount.id))) == 1


def test_leaver_by_ou_by_bit_and_by_date(town, hire, ad_admin, place):
    people = [hire(f"Person {n}") for n in range(4)]
    services.sync(FIRST)
    ad_admin.move(people[0][1], f"{place}/Avslutade")
    ad_admin.disable(people[1][1])
    ad_admin.expire(people[2][1], datetime(2026, 11, 24, 23, tzinfo=UTC))
    report = services.sync(SECOND)
    assert town.moves() == [("active", "ended")] * 3
    assert [town.person(number).employment_status for number, _ in people] == ["ended"] * 3 + ["active"]
    assert [event.evidence["snapshot_id"] for event in town.events] == [report.snapshot_id] * 3
    assert {event.evidence["reason"].split(":")[0] for event in town.events} == {
        "disabled_ou",
        "account_disabled",
        "account_expired",
    }


def test_last_day_is_still_employment(town, hire, ad_admin):
    number, dn = hire()
    ad_admin.expire(dn, datetime(2026, 11, 24, 23, tzinfo=UTC))
    services.sync(FIRST)
    assert (town.person(number).employment_status, town.person(number).ends_on) == ("active", date(2026, 11, 24))


def test_deleted_account_is_missing_and_the_person_has_ended(town, hire, ad_admin):
    number, dn = hire()
    services.sync(FIRST)
    ad_admin.delete(dn)
    services.sync(SECOND)
    assert town.moves() == [("active", "ended")]
    assert town.events[0].evidence["reason"] == "not_found:no_account"
    assert db.session.scalars(select(DirectoryAccount)).one().missing_since == SECOND
    assert town.person(number).last_active_on == date(2026, 11, 24)


def test_returned_account_is_no_longer_missing(app, town):
    read(app, account(1))
    read(app, at=SECOND)
    read(app, account(1), at=SECOND + timedelta(days=1))
    assert town.moves() == [("active", "ended"), ("ended", "active")]
    assert db.session.scalars(select(DirectoryAccount)).one().missing_since is None


def test_same_number_twice_is_ambiguous_and_takes_over_nothing(town, hire):
    number, _ = hire("Alice Åberg", departmentNumber="A")
    services.sync(FIRST)
    hire("Dan Dal", employeeID=number, departmentNumber="B")
    services.sync(SECOND)
    alice = town.person(number)
    assert (alice.employment_status, alice.display_name, alice.unit.code) == ("ambiguous", "Alice Åberg", "A")
    owners = db.session.scalars(select(DirectoryAccount.person_id).order_by(DirectoryAccount.id)).all()
    assert owners == [alice.id, None]


def test_adm_account_belongs_to_the_same_person(town, hire):
    number, _ = hire("Alice Åberg")
    hire("Alice Åberg (adm)", employeeID=number, employeeType="adm")
    services.sync(FIRST)
    assert (town.person(number).employment_status, town.person(number).display_name) == ("active", "Alice Åberg")
    assert db.session.scalar(select(func.count(DirectoryAccount.id))) == 2


def test_future_start(town, hire):
    number, _ = hire(extensionAttribute1="2026-12-01")
    services.sync(FIRST)
    assert (town.person(number).employment_status, town.person(number).starts_on) == ("future", date(2026, 12, 1))
    services.sync(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    assert town.moves() == [("future", "active")]


def test_unreadable_start_date_keeps_the_former_status(app, town):
    read(app, account(1, title="Chef"))
    read(app, account(1, title="Fel", start_readable=False), at=SECOND)
    assert (town.person("R00001").employment_status, town.person("R00001").title) == ("active", "Chef")
    assert not town.events


def test_manager_of_himself_and_managers_in_a_ring_are_kept_as_they_are(app, town):
    read(
        app,
        account(1, manager_dn="CN=P1,DC=x"),
        account(2, manager_dn="cn=p3,dc=X"),
        account(3, manager_dn="CN=P2,DC=x"),
        account(4, manager_dn="CN=Ingen,DC=x"),
    )
    one, two, three, four = (town.person(f"R{n:05d}") for n in range(1, 5))
    assert (one.manager, two.manager, three.manager, four.manager) == (one, three, two, None)


def test_manager_who_is_gone_leaves_the_post_vacant(app, town):
    read(app, account(1), account(2, manager_dn="CN=P1,DC=x"))
    read(app, account(2, manager_dn="CN=P1,DC=x"), at=SECOND)
    assert town.person("R00002").manager is None


def test_failed_reading_applies_nothing(app, town, hire, make_gateway):
    number, _ = hire()
    services.sync(FIRST)
    app.extensions["directory"] = make_gateway(ldap_servers=("ldaps://127.0.0.1:9",))
    with pytest.raises(DirectoryUnavailable):
        services.sync(SECOND)
    assert town.person(number).checked_at == FIRST
    assert db.session.scalar(select(func.count(DirectorySnapshot.id))) == 1


def test_mass_leave_is_refused(app, town):
    crowd = [account(n) for n in range(50)]
    read(app, *crowd)
    with pytest.raises(services.MassLeave) as refused:
        read(app, *crowd[11:], at=SECOND)
    assert refused.value.details == {"leaving": 11, "employed": 50}
    assert not town.events
    assert db.session.scalar(select(func.count()).where(Person.employment_status == "active")) == 50


def test_ten_leavers_of_a_small_town_are_believed(app, town):
    crowd = [account(n) for n in range(12)]
    read(app, *crowd)
    read(app, *crowd[10:], at=SECOND)
    assert len(town.events) == 10


def test_empty_directory_is_not_believed(app, town):
    read(app, *(account(n) for n in range(40)))
    with pytest.raises(services.MassLeave):
        read(app, at=SECOND)


def test_unit_takes_the_name_that_most_accounts_give(app, town):
    names = ("Skolan", "Skolan", "Skoaln")
    read(app, *(account(n, unit_code="BUN-1", unit_name=name) for n, name in enumerate(names)))
    assert db.session.scalars(select(Unit.name)).all() == ["Skolan"]


def test_corrected_number_moves_the_account(app, town):
    read(app, account(1))
    read(app, account(1, employee_number="R99999"), at=SECOND)
    kept = db.session.scalars(select(DirectoryAccount)).one()
    assert kept.person_id == town.person("R99999").id
    assert town.person("R00001").employment_status == "ended"
