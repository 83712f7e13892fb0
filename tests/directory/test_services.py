"""Live look-ups, and what is kept of them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.directory import services
from app.directory.ldap_gateway import BindResult
from app.directory.models import DirectoryAccount, Employment
from app.errors import DirectoryUnavailable
from tests.directory.conftest import counted
from workflows.case import EmploymentStatus as Status

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def alice(town, hire):
    """Somebody whom a sync has found."""
    number, dn = hire("Alice Åberg", title="Handläggare", departmentNumber="MIL-1", department="Miljöenheten")
    services.sync(NOW)
    return town.person(number), dn


def go_down(app, make_gateway):
    app.extensions["directory"] = make_gateway(ldap_servers=("ldaps://127.0.0.1:9",))


def test_live_lookup_sees_a_disabled_account_and_writes_nothing(town, alice, ad_admin):
    person, dn = alice
    ad_admin.disable(dn)
    evidence = services.lookup(person, LATER)
    assert (evidence.status, evidence.person_id) == (Status.ENDED, person.id)
    assert not db.session.dirty and person.employment_status == "active" and not town.events


def test_directory_that_is_down_is_unknown_with_its_reason(app, make_gateway, alice):
    go_down(app, make_gateway)
    evidence = services.lookup(alice[0], LATER)
    assert evidence.status is Status.UNKNOWN
    assert evidence.reason.startswith("directory_unavailable: ldaps://127.0.0.1:9")


def test_unknown_is_recorded_nowhere(app, make_gateway, town, alice):
    person, _ = alice
    go_down(app, make_gateway)
    services.record(services.lookup(person, LATER))
    assert (town.person(person.employee_number).employment_status, person.checked_at) == ("active", NOW)
    assert not town.events


def test_changed_status_is_kept_and_published_once(town, alice, ad_admin):
    person, dn = alice
    ad_admin.disable(dn)
    for moment in (LATER, LATER + timedelta(minutes=1)):
        services.record(services.lookup(person, moment))
    assert town.moves() == [("active", "ended")]
    assert town.person(person.employee_number).employment_status == "ended"
    account = db.session.scalars(select(DirectoryAccount)).one()
    assert not account.enabled


def test_published_evidence_is_json_without_names(town, alice, ad_admin):
    person, dn = alice
    ad_admin.disable(dn)
    services.record(services.lookup(person, LATER))
    text = json.dumps(town.events[0].evidence, ensure_ascii=False)
    assert "account_disabled" in text and "looked_up_at" in text
    assert "Alice" not in text and "Åberg" not in text


def test_unchanged_status_costs_one_statement(town, alice):
    person, _ = alice
    evidence = services.lookup(person, LATER)
    with counted() as statements:
        services.record(evidence)
    assert len(statements) == 1
    assert town.person(person.employee_number).checked_at == LATER


def test_later_lookup_is_not_undone_by_an_earlier_reading(town, alice, ad_admin):
    person, dn = alice
    ad_admin.disable(dn)
    services.record(services.lookup(person, LATER))
    ad_admin.enable(dn)
    services.sync(NOW + timedelta(minutes=30))
    assert town.person(person.employee_number).employment_status == "ended"
    assert town.moves() == [("active", "ended")]


def test_vanished_employee_has_ended_and_the_reason_says_so(town, alice, ad_admin):
    person, dn = alice
    ad_admin.delete(dn)
    evidence = services.lookup(person, LATER)
    assert (evidence.status, evidence.reason) == (Status.ENDED, "not_found:no_account")


def test_number_that_nobody_has_is_not_found_and_not_kept(town):
    evidence = services.lookup_number("424242", NOW)
    assert (evidence.person_id, evidence.status) == (None, Status.NOT_FOUND)
    assert services.record(evidence) is None


def test_newcomer_is_kept_after_a_live_lookup(town, hire):
    number, _ = hire("Åsa O'Hara", departmentNumber="KTN-2", department="Biblioteket", company="KTN")
    person_id = services.record(services.lookup_number(number, NOW))
    person = town.person(number)
    assert (person.id, person.display_name, person.unit.name) == (person_id, "Åsa O'Hara", "Biblioteket")
    assert (person.employment_status, person.last_active_on) == ("active", date(2026, 11, 24))
    assert db.session.scalars(select(Employment)).one().key == f"ad:{number}"
    assert not town.events


def test_lookup_by_number_knows_who_is_in_our_tables(alice):
    person, _ = alice
    assert services.lookup_number(person.employee_number, LATER).person_id == person.id


def test_expected_person_becomes_active_when_the_account_appears(town, hire):
    person = services.expect("N-77", "Nils", "Ny")
    assert services.lookup(person, NOW).status is Status.NOT_FOUND
    services.sync(NOW)
    assert not town.events
    hire("Nils Ny", employeeID="N-77")
    services.sync(LATER)
    assert town.moves() == [("not_found", "active")]
    assert town.person("N-77").id == person.id


def test_person_is_expected_once(town):
    assert services.expect("N-78", "Nils", "Ny") == services.expect("N-78", "Nils", "Nyström")


def test_login_finds_the_person_behind_the_account(town, ad_admin, place):
    ad_admin.add_user(
        "Inga Lo", "inga.lo", unit=place, password="Höst-2026-lösen", employeeID="L-1", employeeType="anställd"
    )
    assert services.authenticate("inga.lo", "Höst-2026-lösen") == (BindResult.OK, None)
    services.sync(NOW)
    result, person = services.authenticate("inga.lo", "Höst-2026-lösen")
    assert (result, person) == (BindResult.OK, town.person("L-1"))
    assert services.authenticate("inga.lo", "fel") == (BindResult.WRONG, None)


def test_login_with_a_number_that_two_people_share_is_nobodys(town, ad_admin, place, hire):
    hire("Dan Dal", employeeID="L-2")
    ad_admin.add_user("Ulla Lo", "ulla.lo", unit=place, password="Höst-2026-lösen", employeeID="L-2")
    services.sync(NOW)
    ad_admin.set(f"CN=Ulla Lo,{ad_admin.add_unit(place)}", employeeType="anställd")
    services.sync(LATER)
    assert town.person("L-2").employment_status == "ambiguous"
    assert services.authenticate("ulla.lo", "Höst-2026-lösen") == (BindResult.OK, None)


def test_login_without_directory_is_unavailable(app, make_gateway, town):
    go_down(app, make_gateway)
    with pytest.raises(DirectoryUnavailable):
        services.authenticate("inga.lo", "Höst-2026-lösen")
