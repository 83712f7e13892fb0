"""The page of a system's freeze windows: who sees it, who may change it, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.catalogue import freezing
from app.catalogue.freezing import NewWindow
from app.catalogue.models import FreezeWindow
from app.db import db, transaction
from app.tasks import queries as tasks
from tests.auth.conftest import LogIn, token
from tests.people import Town
from tests.requests.conftest import Life
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")  # Monday 2 March 2026

PAGE, GRANT_PAGE = 8, 13
FREEZES = "/systems/MIC/freezes/"
WEEK = {"first_day": "2026-03-02", "last_day": "2026-03-06", "reason": "Årsbokslut pågår."}


def send(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Post the fields with the token of a page that has one."""
    return browser.post(path, data={"csrf_token": token(browser.get("/").text), **fields})


def windows() -> list[FreezeWindow]:
    """Every window, as it is stored."""
    db.session.rollback()
    return list(db.session.scalars(select(FreezeWindow).order_by(FreezeWindow.id)))


@pytest.fixture
def window(town: Town) -> FreezeWindow:
    """Olga has frozen MicroMarc this week."""
    new = NewWindow(date(2026, 3, 2), date(2026, 3, 6), "Årsbokslut pågår.")
    with transaction():
        return freezing.add(town.mic, new, actor=Actor(town.olga.id, "system_owner"), now=clock.now())


@pytest.mark.parametrize("who", ["olga", "carol"])
def test_those_who_run_the_system_add_a_window(as_person: LogIn, town: Town, who: str) -> None:
    browser = as_person(getattr(town, who))
    answered = send(browser, FREEZES, **WEEK)
    assert answered.status_code == 302
    added = windows()[0]
    assert (added.last_day, added.reason, added.created_by_id) == (
        date(2026, 3, 6),
        WEEK["reason"],
        getattr(town, who).id,
    )
    assert WEEK["reason"] in browser.get(FREEZES).text


@pytest.mark.parametrize("who", ["alice", "dan", "coordinator"])
def test_others_do_not(as_person: LogIn, town: Town, window: FreezeWindow, who: str) -> None:
    browser = as_person(getattr(town, who))
    assert send(browser, FREEZES, **WEEK).status_code in (403, 404)
    assert send(browser, f"{FREEZES}{window.id}/end", end_reason="Jag vill.").status_code in (403, 404)
    assert [w.ended_on for w in windows()] == [None]


def test_the_coordinator_reads_and_is_offered_nothing(as_person: LogIn, town: Town, window: FreezeWindow) -> None:
    page = as_person(town.coordinator).get(FREEZES)
    assert "Årsbokslut pågår." in page.text
    assert "first_day" not in page.text and "/end" not in page.text


def test_dan_does_not_see_it(as_person: LogIn, town: Town) -> None:
    assert as_person(town.dan).get(FREEZES).status_code in (403, 404)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_day": "2026-03-01"}, "ligger före"),
        ({"first_day": "2026-02-27"}, "redan varit"),
        ({"first_day": "i morgon"}, "år-månad-dag"),
        ({"reason": ""}, "Fyll i"),
        ({"reason": "Gäller 19121212-1212."}, "personnummer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_kept(
    as_person: LogIn, town: Town, changes: dict[str, str], said: str
) -> None:
    answered = send(as_person(town.olga), FREEZES, **(WEEK | changes))
    assert answered.status_code == 422
    assert (said in answered.text and 'value="2026-03-06"' in answered.text) or "last_day" in changes
    assert windows() == []


def test_ending_opens_the_system_and_needs_a_reason(as_person: LogIn, town: Town, window: FreezeWindow) -> None:
    browser, path = as_person(town.carol), f"{FREEZES}{window.id}/end"
    assert send(browser, path, end_reason="").status_code == 422
    assert send(browser, path, end_reason="Bokslutet är klart.").status_code == 302
    assert [(w.ended_on, w.end_reason) for w in windows()] == [(date(2026, 3, 2), "Bokslutet är klart.")]
    assert send(browser, path, end_reason="En gång till.").status_code == 422


def test_a_window_of_another_system_is_not_found(as_person: LogIn, town: Town, window: FreezeWindow) -> None:
    assert as_person(town.olga).get(f"/systems/AD/freezes/{window.id}/end").status_code == 404


def test_the_grant_page_says_why_and_from_when(
    as_person: LogIn, life: Life, town: Town, window: FreezeWindow, statements: Callable[[], int]
) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    task = tasks.open_about(request_id=order.id)
    assert task is not None
    browser, before = as_person(town.carol), statements()
    page = browser.get(f"/tasks/{task.id}")
    assert statements() - before <= GRANT_PAGE
    assert "till och med 6 mars 2026" in page.text and "Årsbokslut pågår." in page.text
    assert "från och med 9 mars 2026" in page.text
    assert "sista dag är flyttad" in browser.get(f"/requests/{order.case_number}").text


def test_many_windows_take_no_more_statements(as_person: LogIn, town: Town, statements: Callable[[], int]) -> None:
    with transaction():
        for day in range(3, 15):
            new = NewWindow(date(2026, 3, day), date(2026, 3, day), "Betalning")
            freezing.add(town.mic, new, actor=Actor(town.olga.id, "system_owner"), now=clock.now())
    browser, before = as_person(town.carol), statements()
    assert browser.get(FREEZES).text.count("Betalning") == 12
    assert statements() - before <= PAGE
