"""Placing an order from its pages: for a time in another unit, and for somebody whom the directory does not know."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import db, transaction
from app.directory.models import Person, Unit
from app.requests.models import AccessRequest
from tests.auth.conftest import token
from tests.holdings.test_changing import browser_of
from tests.people import Town, appoint, level, person, unit

ELSEWHERE = "?kind=temporary_other_unit"
NINA = {"number": "T-990", "given_name": "Nora", "surname": "Nyström"}


@pytest.fixture
def rut(town: Town) -> Person:
    """Leads the school."""
    with transaction() as session:
        found = person(session, "Rut Ek", town.school, manager=town.eva)
        person(session, "Lars Lärare", town.school, manager=found)
    return found


def post(browser: FlaskClient, path: str, **fields: Any) -> Any:
    """Send a form."""
    return browser.post(path, data={"csrf_token": token(browser.get("/").text), **fields})


def lending(town: Town, **changes: Any) -> dict[str, Any]:
    """The form of Alice's order at the school."""
    fields = {
        "subject": town.alice.id,
        "receiving_unit_id": town.school.id,
        "valid_from": "2026-03-02",
        "valid_to": "2026-06-02",
        "justification": "Ska hjälpa skolans bibliotek under våren.",
    }
    return {**fields, **changes}


# For a time in another unit


@pytest.mark.usefixtures("frozen_time", "rut")
def test_order_form_leads_to_the_other_unit_and_the_way_there_asks_both_managers(app: Flask, town: Town) -> None:
    browser = browser_of(app, town.alice)
    path = f"/requests/new/{town.disk.id}"
    assert f"{path}{ELSEWHERE}" in browser.get(path).text
    form = browser.get(path + ELSEWHERE).text
    assert "Tallskolan" in form
    assert f"/requests/preview/{town.disk.id}{ELSEWHERE}" in form
    preview = post(browser, f"/requests/preview/{town.disk.id}{ELSEWHERE}", **lending(town)).text
    assert preview.index("Bob Ek") < preview.index("Rut Ek") < preview.index("Carol Dahl")
    answer = post(browser, f"/requests/send/{town.disk.id}{ELSEWHERE}", **lending(town))
    order = db.session.query(AccessRequest).one()
    assert (answer.status_code, answer.location) == (302, f"/requests/{order.case_number}")
    assert (order.kind, order.receiving_unit_id, order.scope) == ("temporary_other_unit", town.school.id, "")
    assert "Tallskolan" in browser.get(answer.location).text


@pytest.mark.usefixtures("frozen_time", "rut")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_to": "2026-06-03"}, "gäller behörigheten högst tre månader"),
        ({"valid_to": ""}, "Fyll i det här fältet."),
        ({"receiving_unit_id": ""}, "Välj den enhet där behörigheten ska användas."),
        ({"receiving_unit_id": "own"}, "Det är personens egen enhet."),
    ],
)
def test_what_is_wrong_stands_beside_the_field(app: Flask, town: Town, changes: dict[str, str], words: str) -> None:
    wrong = {name: town.library.id if value == "own" else value for name, value in changes.items()}
    path = f"/requests/send/{town.disk.id}{ELSEWHERE}"
    page = post(browser_of(app, town.alice), path, **lending(town, **wrong)).text
    field = next(iter(changes))
    assert words in page
    assert f'id="{field}-error"' in page
    assert db.session.query(AccessRequest).count() == 0


@pytest.mark.usefixtures("frozen_time", "rut")
def test_level_with_a_scope_reaches_no_further_than_the_unit(app: Flask, town: Town) -> None:
    with transaction() as session:
        scoped = level(session, town.mic, "FIL", "Filial", scope_kind="unit")
    browser = browser_of(app, town.alice)
    assert 'name="scope"' not in browser.get(f"/requests/new/{scoped.id}{ELSEWHERE}").text
    post(browser, f"/requests/send/{scoped.id}{ELSEWHERE}", **lending(town, scope="Alla skolor"))
    assert db.session.query(AccessRequest).one().scope == "Tallskolan"


def test_base_order_has_no_other_unit(app: Flask, town: Town) -> None:
    page = browser_of(app, town.bob).get(f"/requests/new/{town.base.id}").text
    assert "temporary_other_unit" not in page


@pytest.mark.parametrize("kind", ["change", "extend", "x"])
def test_address_names_no_other_kinds(app: Flask, town: Town, kind: str) -> None:
    assert browser_of(app, town.alice).get(f"/requests/new/{town.disk.id}?kind={kind}").status_code == 404


# Somebody whom the directory does not know


@pytest.fixture
def branch(town: Town) -> Unit:
    """A branch below the library, in which nobody works yet."""
    with transaction() as session:
        return unit(session, "KTF-FIL", "Filialen", board="KTN", parent_id=town.library.id)


@pytest.fixture
def orderer(app: Flask, town: Town) -> FlaskClient:
    """Dan's browser: authorised orderer for the library and all below it, for every system."""
    with transaction() as session:
        appoint(session, "authorised_orderer", town.dan, unit=town.library)
    return browser_of(app, town.dan)


def test_authorised_orderer_names_a_newcomer_whom_the_units_manager_decides_about(
    town: Town, orderer: FlaskClient
) -> None:
    path = f"/requests/newcomer/{town.base.id}"
    assert path in orderer.get(f"/requests/new/{town.base.id}").text
    onwards = post(orderer, path, **NINA, unit=town.library.id)
    nora = db.session.query(Person).filter_by(employee_number="T-990").one()
    assert (onwards.status_code, nora.unit_id, nora.manager_id) == (302, town.library.id, town.bob.id)
    assert "Nora Nyström" in orderer.get(onwards.location).text
    fields = {"subject": nora.id, "valid_from": clock.today().isoformat(), "justification": "Börjar i lånedisken."}
    preview = post(orderer, f"/requests/preview/{town.base.id}", **fields).text
    assert "Bob Ek" in preview
    assert post(orderer, f"/requests/send/{town.base.id}", **fields).status_code == 302
    order = db.session.query(AccessRequest).one()
    assert (order.orderer_authority, order.state) == ("authorised_orderer", "waiting_prerequisites")


def test_scope_reaches_the_units_below_and_a_unit_without_a_manager_gives_none(
    town: Town, branch: Unit, orderer: FlaskClient
) -> None:
    assert post(orderer, f"/requests/newcomer/{town.base.id}", **NINA, unit=branch.id).status_code == 302
    nora = db.session.query(Person).filter_by(employee_number="T-990").one()
    assert (nora.unit_id, nora.manager_id) == (branch.id, None)


def test_unit_out_of_scope_is_neither_offered_nor_taken(town: Town, orderer: FlaskClient) -> None:
    path = f"/requests/newcomer/{town.base.id}"
    assert "Tallskolan" not in orderer.get(path).text
    refused = post(orderer, path, **NINA, unit=town.school.id)
    assert "Välj en enhet som du är behörig beställare för." in refused.text
    assert db.session.query(Person).filter_by(employee_number="T-990").count() == 0


def test_orderer_of_another_system_names_nobody(app: Flask, town: Town) -> None:
    with transaction() as session:
        appoint(session, "authorised_orderer", town.dan, town.mic, unit=town.library)
    browser = browser_of(app, town.dan)
    assert browser.get(f"/requests/newcomer/{town.base.id}").status_code == 403


def test_appointment_that_has_ended_names_nobody(app: Flask, town: Town) -> None:
    with transaction() as session:
        appoint(session, "authorised_orderer", town.dan, unit=town.library, valid_to=clock.today().replace(year=2025))
    assert browser_of(app, town.dan).get(f"/requests/newcomer/{town.base.id}").status_code == 403


def test_number_of_somebody_in_scope_leads_to_that_persons_order(town: Town, orderer: FlaskClient) -> None:
    fields = {**NINA, "number": town.newcomer.employee_number, "unit": town.library.id}
    onwards = post(orderer, f"/requests/newcomer/{town.base.id}", **fields)
    assert "Nina+Ny" in onwards.location.replace("%20", "+")
    db.session.refresh(town.newcomer)
    assert (town.newcomer.manager_id, town.newcomer.display_name) == (town.bob.id, "Nina Ny")


def test_number_of_somebody_elsewhere_is_refused_and_nothing_is_changed(town: Town, orderer: FlaskClient) -> None:
    with transaction() as session:
        other = person(session, "Moa Borta", town.school, manager=town.eva)
    fields = {**NINA, "number": other.employee_number, "unit": town.library.id}
    refused = post(orderer, f"/requests/newcomer/{town.base.id}", **fields)
    assert "finns i katalogen" in refused.text
    db.session.refresh(other)
    assert (other.manager_id, other.unit_id) == (town.eva.id, town.school.id)


def test_manager_who_also_orders_for_a_unit_may_name_either(app: Flask, town: Town, branch: Unit) -> None:
    with transaction() as session:
        appoint(session, "authorised_orderer", town.bob, unit=branch)
    browser = browser_of(app, town.bob)
    path = f"/requests/newcomer/{town.base.id}"
    assert post(browser, path, **NINA, unit="0").status_code == 302
    mine = db.session.query(Person).filter_by(employee_number="T-990").one()
    assert (mine.manager_id, mine.unit_id) == (town.bob.id, None)


def test_orderer_who_leads_nobody_cannot_name_somebody_of_their_own(town: Town, orderer: FlaskClient) -> None:
    refused = post(orderer, f"/requests/newcomer/{town.base.id}", **NINA, unit="0")
    assert "Välj en enhet som du är behörig beställare för." in refused.text
