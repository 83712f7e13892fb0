"""The page on which another level is ordered instead: who sees it, and what it says no to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory.models import Person
from app.grants.models import Grant
from app.requests import definitions
from app.requests.models import AccessRequest
from tests.auth.conftest import token
from tests.people import Town, appoint, grant, level, municipality, person
from tests.requests.conftest import statements

__all__ = ["statements"]

WHY = "Ska börja katalogisera de nya böckerna."


@pytest.fixture
def town(app: Flask) -> Town:
    """The characters, with a second level in MicroMarc."""
    with transaction() as session:
        found = municipality(session)
        definitions.store(clock.now())
        level(session, found.mic, "KAT", "Katalogisatör", description="Lägga in böcker.", position=1)
    return found


@pytest.fixture
def held(town: Town) -> Grant:
    """Alice has the desk."""
    with transaction() as session:
        return grant(session, town.alice, town.disk)


def browser_of(app: Flask, who: Person) -> FlaskClient:
    """A browser in which ``who`` is logged in."""
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update(person_id=who.id, method="test", since=clock.now().timestamp())
    return browser


def new_level(town: Town) -> AccessLevel:
    """Where Alice is going."""
    return next(found for found in town.mic.levels if found.code == "KAT")


def send(browser: FlaskClient, held: Grant, to: AccessLevel, **fields: str) -> Any:
    """Post the form as its page gives it."""
    path = f"/grants/{held.id}/change"
    csrf = token(browser.get("/").text)
    return browser.post(path, data={"csrf_token": csrf, "level": str(to.id), "justification": WHY, **fields})


@pytest.mark.parametrize("who", ["alice", "bob", "eva"])
def test_holder_and_managers_order_and_are_led_on(app: Flask, town: Town, held: Grant, who: str) -> None:
    browser = browser_of(app, getattr(town, who))
    page = browser.get(f"/grants/{held.id}/change").text
    assert "Nivån i dag är Lånedisk" in page
    assert "Katalogisatör. Lägga in böcker." in page
    answer = send(browser, held, new_level(town))
    order = db.session.query(AccessRequest).one()
    assert (answer.status_code, answer.location) == (302, f"/requests/{order.case_number}")
    assert (order.kind, order.grant_id, order.level_id) == ("change", held.id, new_level(town).id)
    assert "Lånedisk" in browser.get(answer.location).text


def test_more_levels_take_no_more_statements(
    app: Flask, town: Town, held: Grant, statements: Callable[[], int]
) -> None:
    browser, path = browser_of(app, town.alice), f"/grants/{held.id}/change"
    browser.get(path)
    before = statements()
    browser.get(path)
    few = statements() - before
    with transaction() as session:
        for number in range(8):
            level(session, town.mic, f"NY{number}", f"Nivå {number}")
    before = statements()
    assert "Nivå 7" in browser.get(path).text
    assert statements() - before == few


def test_authorised_orderer_of_the_unit_may_and_of_another_may_not(app: Flask, town: Town, held: Grant) -> None:
    browser = browser_of(app, town.dan)
    assert browser.get(f"/grants/{held.id}/change").status_code == 404
    with transaction() as session:
        appoint(session, "authorised_orderer", town.dan, town.mic, unit=town.school)
    assert browser.get(f"/grants/{held.id}/change").status_code == 404
    with transaction() as session:
        appoint(session, "authorised_orderer", town.dan, town.mic, unit=town.library)
    assert browser.get(f"/grants/{held.id}/change").status_code == 200
    assert send(browser, held, new_level(town)).status_code == 302


def test_system_manager_sees_the_link_only_for_whom_she_may_order(app: Flask, town: Town, held: Grant) -> None:
    link = f"/grants/{held.id}/change"
    browser = browser_of(app, town.carol)
    assert link not in browser.get("/systems/MIC").text
    assert browser.get(link).status_code == 403
    with transaction() as session:
        appoint(session, "authorised_orderer", town.carol, town.mic, unit=town.library)
    assert link in browser.get("/systems/MIC").text


@pytest.mark.parametrize("path", ["/grants/", "/grants/team"])
def test_lists_lead_to_the_form(app: Flask, town: Town, held: Grant, path: str) -> None:
    who = town.alice if path == "/grants/" else town.bob
    page = browser_of(app, who).get(path).text
    assert f"/grants/{held.id}/change" in page
    assert page.count("/change") == 1


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("same", "Det är den nivå som personen redan har. Välj en annan nivå."),
        ("other", "Välj en av nivåerna."),
        ("none", "Välj den nya nivån."),
    ],
)
def test_what_is_no_other_level_is_refused_beside_the_field(
    app: Flask, town: Town, held: Grant, choice: str, words: str
) -> None:
    chosen = {"same": str(held.level_id), "other": str(town.base.id), "none": ""}[choice]
    answer = send(browser_of(app, town.alice), held, town.disk, level=chosen)
    assert words in answer.text
    assert db.session.query(AccessRequest).count() == 0


def test_order_under_way_is_shown_instead_of_a_second_one(app: Flask, town: Town, held: Grant) -> None:
    browser = browser_of(app, town.alice)
    send(browser, held, new_level(town))
    first = db.session.query(AccessRequest).one().case_number
    assert f"/requests/{first}" in send(browser, held, new_level(town)).text
    assert db.session.query(AccessRequest).count() == 1


def test_right_that_has_ended_is_not_changed(app: Flask, town: Town, held: Grant) -> None:
    with transaction():
        db.session.get_one(Grant, held.id).status = "revocation_pending"
    assert send(browser_of(app, town.alice), held, new_level(town)).status_code == 409


def test_base_access_is_not_changed(app: Flask, town: Town) -> None:
    base = db.session.query(Grant).filter_by(subject_id=town.alice.id).one()
    answer = browser_of(app, town.alice).get(f"/grants/{base.id}/change")
    assert answer.status_code == 422
    assert "Grundbehörigheten följer anställningen" in answer.text


def test_system_without_another_level_says_so(app: Flask, town: Town, held: Grant) -> None:
    with transaction():
        new_level(town).active = False
    answer = browser_of(app, town.alice).get(f"/grants/{held.id}/change")
    assert answer.status_code == 422
    assert "ingen annan nivå" in answer.text


def test_dan_may_not_know_that_it_is_there(app: Flask, town: Town, held: Grant) -> None:
    with transaction() as session:
        stranger = person(session, "Disa Främling", town.school)
    assert browser_of(app, stranger).get(f"/grants/{held.id}/change").status_code == 404
