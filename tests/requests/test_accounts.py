"""The separate account of privileged access: asked for, tried, kept, and shown (rules.md C3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.access import held
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory import services as directory
from app.directory.models import Person
from app.errors import NotAllowed
from app.requests import accounts
from app.requests.models import AccessRequest
from tests.auth.conftest import as_person, token
from tests.people import Town, level
from tests.requests.conftest import Life, employed
from workflows.form_fields import Field

__all__ = ["as_person"]
LogIn = Callable[[Person], FlaskClient]
ASKED = (Field(name="admin_account", type="account", label={"sv": "Konto"}),)


@pytest.fixture
def admin(town: Town, monkeypatch: pytest.MonkeyPatch) -> AccessLevel:
    """MicroMarc's administrator. The live look-up answers: the account is what is tested."""
    monkeypatch.setattr(directory, "lookup", lambda person, now: employed(person))
    with transaction() as session:
        town.alice.login = "alice.åkesson"
        return level(session, town.mic, "ADM", "Systemadministratör", profile="privileged")


def send(browser: FlaskClient, given: AccessLevel, subject: Person, account: str) -> Any:
    """Send the form of an order."""
    filled = {
        "csrf_token": token(browser.get("/").text),
        "subject": str(subject.id),
        "valid_from": clock.today().isoformat(),
        "valid_to": (clock.today() + timedelta(days=180)).isoformat(),
        "justification": "Ska sköta inställningarna i MicroMarc under våren.",
        "answer_admin_account": account,
    }
    return browser.post(f"/requests/send/{given.id}", data=filled)


def orders() -> list[AccessRequest]:
    """Every order."""
    db.session.rollback()
    return list(db.session.scalars(select(AccessRequest).order_by(AccessRequest.id)))


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ("", "Det här behöver fyllas i."),
        ("adm alice", "Skriv kontots namn utan mellanslag"),
        ("Alice.Åkesson", "någon loggar in med varje dag"),
        ("TIMRA\\alice.åkesson", "någon loggar in med varje dag"),
        ("alice.åkesson@exempel.se", "någon loggar in med varje dag"),
        ("bobek", "någon loggar in med varje dag"),
    ],
)
def test_bad_account_is_told_beside_the_field_and_nothing_is_lost(
    town: Town, admin: AccessLevel, as_person: LogIn, account: str, told: str
) -> None:
    page = send(as_person(town.alice), admin, town.alice, account).text
    assert told in page and "Ska sköta inställningarna" in page
    assert orders() == []


def test_account_is_asked_of_privileged_levels_alone(town: Town, admin: AccessLevel, as_person: LogIn) -> None:
    browser = as_person(town.alice)
    assert "Administratörskonto" in browser.get(f"/requests/new/{admin.id}").text
    assert "Administratörskonto" not in browser.get(f"/requests/new/{town.disk.id}").text


def test_account_is_kept_and_shown_to_who_decides_and_in_the_list(
    life: Life, town: Town, admin: AccessLevel, as_person: LogIn
) -> None:
    assert send(as_person(town.alice), admin, town.alice, "adm-alice").status_code == 302
    (order,) = orders()
    assert order.answers == {"admin_account": "adm-alice"}
    task = life.open_task(order)
    assert task is not None and "adm-alice" in as_person(town.bob).get(f"/tasks/{task.id}").text
    for who, verdict in ((town.bob, "approve"), (town.olga, "approve"), (town.carol, "grant")):
        life.answer(order, who, verdict)
    assert [one.target_user_id for one in held.privileged(clock.now(), None)] == ["adm-alice"]


def test_account_is_not_shared(life: Life, town: Town, admin: AccessLevel, as_person: LogIn) -> None:
    first = life.order(town.alice, level=admin, answers={"admin_account": "adm-alice"})
    assert "konton delas inte" in send(as_person(town.carol), admin, town.carol, r"TIMRA\ADM-Alice").text
    assert accounts.faults(ASKED, {"admin_account": "adm-alice"}, town.alice.id) == {}
    with pytest.raises(NotAllowed, match="account_taken"):
        life.order(town.carol, level=admin, answers={"admin_account": "adm-alice"})
    life.answer(first, town.bob, "reject", reason="Behövs inte.")
    assert accounts.faults(ASKED, {"admin_account": "adm-alice"}, town.carol.id) == {}


def test_of_two_who_ordered_at_once_one_is_granted(life: Life, town: Town, admin: AccessLevel) -> None:
    first = life.order(town.alice, level=admin, answers={"admin_account": "adm-alice"})
    second = life.order(town.sam, level=admin, answers={"admin_account": "adm-sam"})
    for who in (town.bob, town.olga):
        life.answer(second, who, "approve")
    with transaction():
        db.session.get_one(AccessRequest, second.id).answers = {"admin_account": "adm-alice"}
    assert first.state == "requested" and second.state == "owner_approved"
    with pytest.raises(NotAllowed, match="account_taken"):
        life.answer(second, town.carol, "grant")


def test_several_people_are_not_ordered_with_one_account(
    app: Flask, town: Town, admin: AccessLevel, as_person: LogIn
) -> None:
    browser = as_person(town.bob)
    page = browser.get(f"/requests/batch/{admin.id}").text
    assert "Administratörskonto" not in page
    filled = {
        "csrf_token": token(page),
        "people": [str(town.alice.id), str(town.carol.id)],
        "numbers": "",
        "valid_from": clock.today().isoformat(),
        "justification": "Ska sköta inställningarna i MicroMarc under våren.",
    }
    assert "Beställ nivån för sig" in browser.post(f"/requests/batch/{admin.id}/preview", data=filled).text
