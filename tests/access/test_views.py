"""Who has what, and why: the pages and the tables, and who may see them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.directory.models import Person
from app.grants.models import Grant
from app.requests.models import AccessRequest
from tests.people import Town, deputise, grant
from tests.requests.conftest import Life

LogIn = Callable[[Person], FlaskClient]


@pytest.fixture
def ordered(app: Flask, life: Life) -> AccessRequest:
    """Alice's desk, ordered by herself, approved by Bob's deputy Eva, granted by Carol."""
    with transaction() as session:
        deputise(session, life.town.bob, life.town.eva)
    order = life.order(life.town.alice)
    life.answer(order, life.town.bob, "approve")
    life.answer(order, life.town.carol, "grant")
    return order


def table(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    """The rows of a table, by its headings."""
    text = browser.get(address).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_person_sees_the_chain_of_each_right(life: Life, ordered: AccessRequest, as_person: LogIn) -> None:
    page = as_person(life.town.alice).get(f"/access/people/{life.town.alice.id}").text
    for words in ("MicroMarc, Lånedisk", "Beställd av Alice Åkesson", "Godkänd av Bob Ek", "Tilldelad av Carol Dahl"):
        assert words in page
    assert "Fanns när tjänsten togs i bruk" in page  # her base access
    assert "Personalkatalogen: anställd" in page and ordered.case_number in page
    assert page.index("Beställningen skickades") < page.index("Beställningen godkändes") < page.index("tilldelades")


@pytest.mark.parametrize(
    ("who", "person", "level"),
    [
        ("alice", 200, 403),
        ("bob", 200, 403),
        ("eva", 200, 403),
        ("coordinator", 200, 200),
        ("carol", 404, 200),
        ("olga", 404, 200),
        ("dan", 404, 403),
        ("administrator", 404, 403),
    ],
)
def test_who_may_see(app: Flask, town: Town, as_person: LogIn, who: str, person: int, level: int) -> None:
    browser = as_person(getattr(town, who))
    for ending in ("", ".csv"):
        assert browser.get(f"/access/people/{town.alice.id}{ending}").status_code == person
        assert browser.get(f"/access/levels/{town.disk.id}{ending}").status_code == level


def test_only_coordinator_and_auditor_search_among_all(app: Flask, town: Town, as_person: LogIn) -> None:
    assert as_person(town.bob).get("/access/").status_code == 403
    page = as_person(town.coordinator).get("/access/?q=alice").text
    assert f"/access/people/{town.alice.id}" in page and "Bob Ek" not in page
    assert "MicroMarc, Lånedisk" in as_person(town.coordinator).get("/access/?q=micro").text
    assert "Ingen och inget matchar" in as_person(town.coordinator).get("/access/?q=%25_'").text


@pytest.mark.parametrize("address", ["/access/people/999999", "/access/levels/999999", "/access/people/999999.csv"])
def test_nobody_and_nothing(app: Flask, town: Town, as_person: LogIn, address: str) -> None:
    assert as_person(town.coordinator).get(address).status_code == 404


def test_nothing_is_changed_here(app: Flask, town: Town, as_person: LogIn) -> None:
    assert as_person(town.coordinator).post(f"/access/people/{town.alice.id}").status_code == 405


@pytest.mark.parametrize(
    ("written", "answer"),
    [("2026-02-30", "Skriv dagen som år"), ("i går", "Skriv dagen som år"), ("2126-01-01", "har inte varit ännu")],
)
def test_bad_day_is_told_and_today_is_shown(
    life: Life, ordered: AccessRequest, as_person: LogIn, written: str, answer: str
) -> None:
    page = as_person(life.town.alice).get(f"/access/people/{life.town.alice.id}?on={written}").text
    assert answer in page and f'value="{written}"' in page and "MicroMarc, Lånedisk" in page


def test_past_day_shows_what_was(life: Life, ordered: AccessRequest, as_person: LogIn) -> None:
    page = as_person(life.town.bob).get(f"/access/people/{life.town.alice.id}?on=2025-01-01").text
    assert "hade inga behörigheter då" in page and "MicroMarc" not in page


def test_table_holds_the_same_and_no_formula(life: Life, ordered: AccessRequest, as_person: LogIn) -> None:
    with transaction():
        db.session.query(Grant).filter_by(request_id=ordered.id).one().target_user_id = "=cmd|'/c calc'!A1"
    for address in (f"/access/people/{life.town.alice.id}.csv", f"/access/levels/{life.town.disk.id}.csv"):
        row = next(r for r in table(as_person(life.town.coordinator), address) if r["Nivå"].startswith("DISK"))
        assert (row["Namn"], row["Ärende"], row["Läge"]) == ("Alice Åkesson", ordered.case_number, "Aktiv")
        assert row["Användare i systemet"].startswith("'=") and "Godkänd av Bob Ek" in row["Varför"]
        assert row["Kedjan"].count(" | ") >= 3 and "katalogen: anställd" in row["Kedjan"]


def test_statements_do_not_grow_with_what_is_held(
    life: Life, ordered: AccessRequest, as_person: LogIn, statements: Callable[[], int]
) -> None:
    """Who is logged in, roles, the person, the rights, their chains, what the directory said, what is found."""
    browser, town = as_person(life.town.coordinator), life.town
    before = statements()
    browser.get(f"/access/people/{town.alice.id}")
    few = statements() - before
    with transaction() as session:
        for number in range(20):
            grant(session, town.alice, town.disk, scope=f"Bibliotek {number}", valid_to=date(2026, 12, 31))
    before = statements()
    browser.get(f"/access/people/{town.alice.id}")
    assert statements() - before == few <= 11
