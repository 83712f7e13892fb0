"""The pages of toxic pairs: for whom, what they say, and that more rows take no more statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app import clock
from app.db import db, transaction
from tests.auth.conftest import LogIn, token
from tests.conflicts.conftest import Economy
from tests.conflicts.test_exemptions import CONTROL, asked
from tests.conflicts.test_orders import exempted
from tests.people import appoint, grant, level, person, system, toxic
from tests.requests.conftest import Life

pytestmark = pytest.mark.usefixtures("frozen_time")
INDEX = 8


def violate(economy: Economy, names: list[str]) -> None:
    """People who hold both levels from before."""
    with transaction() as session:
        for name in names:
            who = person(session, name, economy.town.library, manager=economy.town.bob)
            grant(session, who, economy.pay)
            grant(session, who, economy.register)


@pytest.mark.parametrize(
    ("who", "status"), [("olga", 200), ("coordinator", 200), ("alice", 403), ("bob", 403), ("carol", 403)]
)
def test_list_is_for_owner_coordinator_and_auditor(as_person: LogIn, economy: Economy, who: str, status: int) -> None:
    assert as_person(getattr(economy.town, who)).get("/conflicts/").status_code == status


def test_violators_are_listed_with_their_exemptions(as_person: LogIn, economy: Economy) -> None:
    violate(economy, ["Karin Dubbel", "Åke Undantagen"])
    with transaction() as session:
        grant(session, economy.town.alice, economy.register)
    exempted(economy)
    page = as_person(economy.town.coordinator).get("/conflicts/").text
    assert page.index("Karin Dubbel") < page.index("Alice Åkesson")
    assert "Undantag till 2026-12-31" in page
    assert page.count("Saknar undantag") == 2


def test_owner_sees_only_own_systems(as_person: LogIn, economy: Economy) -> None:
    with transaction() as session:
        other = system(session, "LON", "Lönesystemet")
        toxic(session, level(session, other, "A", "Registrera lön"), level(session, other, "B", "Skicka lönefil"))
        appoint(session, "system_owner", economy.town.eva, other)
    page = as_person(economy.town.eva).get("/conflicts/").text
    assert "Registrera lön" in page
    assert "Leverantörsregister" not in page


@pytest.mark.parametrize("number", [1, 40])
def test_statements(statements: Callable[[], int], as_person: LogIn, economy: Economy, number: int) -> None:
    violate(economy, [f"Person Nummer{n}" for n in range(number)])
    browser = as_person(economy.town.coordinator)
    browser.get("/conflicts/")
    before = statements()
    assert browser.get("/conflicts/").text.count("har båda sedan") == number
    assert statements() - before <= INDEX


def post(browser: FlaskClient, page: str, path: str, **fields: str) -> int:
    """Send the form of ``page`` to ``path``; the status."""
    return browser.post(path, data={"csrf_token": token(browser.get(page).text), **fields}).status_code


def test_manager_asks_and_two_others_approve(as_person: LogIn, economy: Economy) -> None:
    town = economy.town
    path = f"/conflicts/{economy.pair.id}/ask/{town.alice.id}"
    until = (clock.today() + timedelta(days=30)).isoformat()
    assert post(as_person(town.bob), path, path, control=CONTROL, valid_to=until) == 302
    show = "/conflicts/exemptions/1"
    assert post(as_person(town.olga), show, f"{show}/approve") == 302
    assert "Har inte svarat" in as_person(town.bob).get(show).text
    assert post(as_person(town.coordinator), show, f"{show}/approve") == 302
    assert "Godkänt av Inga Säker" in as_person(town.alice).get(show).text


def test_form_says_what_is_missing_and_keeps_what_was_written(as_person: LogIn, economy: Economy) -> None:
    browser = as_person(economy.town.bob)
    path = f"/conflicts/{economy.pair.id}/ask/{economy.town.alice.id}"
    page = browser.post(path, data={"csrf_token": token(browser.get(path).text), "control": "Kort.", "valid_to": ""})
    assert "Fyll i det här fältet." in page.text
    assert "Kort." in page.text


@pytest.mark.parametrize(("who", "status"), [("dan", 404), ("carol", 404), ("bob", 200), ("alice", 200), ("eva", 200)])
def test_only_the_person_and_two_managers_ask(as_person: LogIn, economy: Economy, who: str, status: int) -> None:
    path = f"/conflicts/{economy.pair.id}/ask/{economy.town.alice.id}"
    assert as_person(getattr(economy.town, who)).get(path).status_code == status


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("alice", 403), ("dan", 404)])
def test_nobody_else_decides(as_person: LogIn, economy: Economy, who: str, status: int) -> None:
    exemption = asked(economy)
    browser = as_person(getattr(economy.town, who))
    form = {"csrf_token": token(browser.get("/").text)}
    assert browser.post(f"/conflicts/exemptions/{exemption.id}/approve", data=form).status_code == status
    db.session.refresh(exemption)
    assert (exemption.owner_id, exemption.coordinator_id) == (None, None)


@pytest.mark.parametrize("economy", ["record"], indirect=True)
def test_decider_is_told_of_the_pair(as_person: LogIn, life: Life, economy: Economy) -> None:
    task = life.open_task(life.order(economy.town.alice, level=economy.register))
    assert task is not None
    page = as_person(economy.town.bob).get(f"/tasks/{task.id}").text
    assert "Olämplig kombination med Ekonomisystemet, Utbetalning, som personen redan har." in page


def test_refused_order_links_to_the_question(as_person: LogIn, economy: Economy) -> None:
    browser = as_person(economy.town.alice)
    path = f"/requests/new/{economy.register.id}"
    fields = {"subject": str(economy.town.alice.id), "valid_from": clock.today().isoformat(), "justification": "x" * 30}
    form = {"csrf_token": token(browser.get(path).text), **fields}
    page = browser.post(f"/requests/preview/{economy.register.id}", data=form).text
    assert f"/conflicts/{economy.pair.id}/ask/{economy.town.alice.id}" in page
    assert "utan undantag" in page
