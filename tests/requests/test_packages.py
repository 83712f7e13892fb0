"""A role package: one order for each level, each with its own way; what cannot be ordered stops nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.catalogue.models import RolePackage
from app.db import db, transaction
from app.directory import services as directory
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.requests import services
from app.requests.models import AccessRequest, Bundle
from tests.auth.conftest import LogIn, as_person, token
from tests.people import Town, appoint, level, system, toxic
from tests.requests.conftest import employed
from workflows.case import EmploymentStatus

__all__ = ["as_person"]

pytestmark = pytest.mark.usefixtures("frozen_time")
KEY = re.compile(r'name="key" value="([^"]+)"')
PREVIEW = 30


def as_stored(person: Person, now: object) -> Evidence:
    """What the directory says of ``person``: what the tables say."""
    return employed(person, EmploymentStatus(person.employment_status))


@pytest.fixture(autouse=True)
def everybody_is_employed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory says of each what the tables say."""
    monkeypatch.setattr(directory, "lookup", as_stored)


@pytest.fixture
def librarian(town: Town) -> RolePackage:
    """Account, mail that comes with it, the desk, a level with an end, and one without a process."""
    with transaction() as session:
        mail = level(session, town.ad, "BREV", "Mejl", details={"part_of_base": True})
        admin = level(session, town.mic, "ADM", "Systemadministratör", profile="standard", max_days=90)
        vault = level(session, town.mic, "VALV", "Valvet", profile="forbidden")
        ids = [town.base.id, mail.id, town.disk.id, admin.id, vault.id]
        package = RolePackage(code="BIB", name="Ny bibliotekarie", level_ids=ids)
        session.add(package)
    return package


def fields(subject: Person, **more: str) -> dict[str, str]:
    """What Bob writes."""
    given = {"subject": str(subject.id), "valid_from": clock.today().isoformat(), "valid_to": ""}
    return {**given, "justification": "Ska arbeta i biblioteket från och med mars.", **more}


def preview(browser: FlaskClient, package: RolePackage, subject: Person, **more: str) -> tuple[str, dict[str, str]]:
    """The preview's page, and the form that it carries."""
    path = f"/requests/packages/{package.id}"
    form = {"csrf_token": token(browser.get(path).text), **fields(subject, **more)}
    page = browser.post(f"{path}/preview", data=form).text
    found = KEY.search(page)
    return page, {**form, "key": found[1] if found else ""}


def posted(browser: FlaskClient, path: str, form: dict[str, str]) -> str:
    """Send the form; the page that it leads to."""
    return browser.get(browser.post(path, data=form).location).text


def orders() -> list[tuple[str, str, date | None]]:
    """Level, state and end of every order."""
    found = db.session.scalars(select(AccessRequest).order_by(AccessRequest.id))
    return [(o.level.code, o.state, o.valid_to) for o in found]


def test_every_level_is_shown_with_what_will_happen(as_person: LogIn, town: Town, librarian: RolePackage) -> None:
    page, _form = preview(as_person(town.bob), librarian, town.newcomer)
    assert "3 beställningar kommer att skickas." in page
    assert "Carol Dahl, Sam Öst får frågan." in page
    assert "Väntar på grundbehörigheten, som måste finnas först." in page
    assert "Ingår i grundbehörigheten och beställs inte för sig." in page
    assert "Den här nivån kan inte beställas här än." in page
    assert orders() == []


def test_each_level_becomes_an_order_of_the_bundle(as_person: LogIn, town: Town, librarian: RolePackage) -> None:
    browser = as_person(town.bob)
    _page, form = preview(browser, librarian, town.newcomer)
    sent = posted(browser, f"/requests/packages/{librarian.id}/send", form)
    assert orders() == [
        ("BAS", "manager_approved", None),
        ("DISK", "waiting_prerequisites", None),
        ("ADM", "waiting_prerequisites", date(2026, 5, 31)),
    ]
    assert "3 beställningar är skickade." in sent
    assert "Grundbehörighet, Mejl" in sent
    first = db.session.scalars(select(AccessRequest).order_by(AccessRequest.id)).first()
    assert first is not None
    assert "Ingår i rollpaketet Ny bibliotekarie" in browser.get(f"/requests/{first.case_number}").text


def test_sent_twice_is_sent_once(as_person: LogIn, town: Town, librarian: RolePackage) -> None:
    browser = as_person(town.bob)
    _page, form = preview(browser, librarian, town.newcomer)
    answers = [browser.post(f"/requests/packages/{librarian.id}/send", data=form) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(orders()) == 3


def test_level_that_is_refused_half_way_stops_nothing_else(
    as_person: LogIn, town: Town, librarian: RolePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_person(town.bob)
    _page, form = preview(browser, librarian, town.newcomer)
    submit = services.submit

    def refusing(order: AccessRequest, push: services.Push) -> None:
        submit(order, push)
        if order.level_id == town.disk.id:
            raise services.NotAllowed("nobody_to_ask")

    monkeypatch.setattr(services, "submit", refusing)
    page = posted(browser, f"/requests/packages/{librarian.id}/send", form)
    assert [code for code, _state, _end in orders()] == ["BAS", "ADM"]
    assert "Det finns ingen som kan besluta." in page


def test_what_is_held_is_told_and_not_ordered(as_person: LogIn, town: Town, librarian: RolePackage) -> None:
    page, _form = preview(as_person(town.bob), librarian, town.alice)
    assert "Har redan behörigheten." in page
    assert "2 beställningar kommer att skickas." in page


def test_for_oneself_the_base_is_refused_and_the_rest_is_not(
    as_person: LogIn, town: Town, librarian: RolePackage
) -> None:
    page, _form = preview(as_person(town.alice), librarian, town.alice)
    assert "Bob Ek får frågan." in page


def test_toxic_pair_within_a_package_is_told_of_when_sent(as_person: LogIn, town: Town, librarian: RolePackage) -> None:
    with transaction() as session:
        other = level(session, system(session, "EKO", "Ekonomi"), "A", "Attest")
        appoint(session, "system_owner", town.olga, other.system)
        appoint(session, "system_manager", town.carol, other.system)
        toxic(session, town.disk, other, "enforce")
        librarian.level_ids = [town.disk.id, other.id]
    browser = as_person(town.bob)
    _page, form = preview(browser, librarian, town.alice)
    page = posted(browser, f"/requests/packages/{librarian.id}/send", form)
    assert [code for code, _state, _end in orders()] == ["DISK"]
    assert "som inte får kombineras med den här." in page


def test_bundle_is_hidden_from_others(as_person: LogIn, town: Town, librarian: RolePackage) -> None:
    browser = as_person(town.bob)
    _page, form = preview(browser, librarian, town.newcomer)
    where = browser.post(f"/requests/packages/{librarian.id}/send", data=form).location
    assert [as_person(who).get(where).status_code for who in (town.bob, town.dan, town.coordinator)] == [200, 404, 200]


def test_statements(
    statements: Callable[[], int], as_person: LogIn, app: Flask, town: Town, librarian: RolePackage
) -> None:
    browser = as_person(town.bob)
    _page, form = preview(browser, librarian, town.newcomer)
    before = statements()
    browser.post(f"/requests/packages/{librarian.id}/preview", data=form)
    assert statements() - before <= PREVIEW
    assert db.session.scalars(select(Bundle)).all() == []


def test_package_asks_what_its_sensitive_level_rests_on(as_person: LogIn, town: Town) -> None:
    """Each question once, kept with the orders that it is for; the package is no way around it."""
    with transaction() as session:
        care = level(session, town.mic, "VARD", "Vården", profile="sensitive", max_days=365)
        package = RolePackage(code="VARD", name="Ny sjuksköterska", level_ids=[town.disk.id, care.id])
        session.add(package)
    browser = as_person(town.bob)
    page, _form = preview(browser, package, town.alice)
    assert 'id="answer_need_analysis_ref-error"' in page and 'id="answer_is_needed-error"' in page
    said = {"answer_need_analysis_ref": "KTN 2026/17", "answer_is_needed": "y"}
    _page, form = preview(browser, package, town.alice, **said)
    posted(browser, f"/requests/packages/{package.id}/send", form)
    kept = {order.level.code: order.answers for order in db.session.scalars(select(AccessRequest))}
    assert kept == {"DISK": {}, "VARD": {"need_analysis_ref": "KTN 2026/17", "is_needed": "yes"}}
