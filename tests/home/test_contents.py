"""Whatever one can begin with is found: in the menu, on the page of everything, or for a reason elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app import clock
from app.auth.marks import guard_of
from app.directory.models import Person
from app.home.contents import CONTENTS, ELSEWHERE, contents_for
from tests.people import Town, municipality
from tests.test_routes import FILES, pages

ENTRIES = [entry for group in CONTENTS for entry in group.entries]


@pytest.fixture
def town(db_session: Any) -> Town:
    return municipality(db_session)


def seen_by(person: Person) -> set[str]:
    """The endpoints that the page shows to somebody."""
    return {entry.endpoint for group in contents_for(person) for entry in group.entries}


def test_no_page_that_one_can_begin_with_is_lost(app: Flask) -> None:
    begun = {endpoint for _, endpoint in pages(app)} - set(FILES)
    known = {entry.endpoint for entry in ENTRIES} | set(ELSEWHERE)
    assert begun - known == set(), "give them a row in app/home/contents.py"
    assert known - begun == set(), "these pages are no more"


def test_each_page_is_listed_once_and_with_a_permission_that_opens_it(app: Flask) -> None:
    endpoints = [entry.endpoint for entry in ENTRIES]
    assert len(endpoints) == len(set(endpoints))
    for entry in ENTRIES:
        guard = guard_of(app.view_functions[entry.endpoint])
        assert guard is not None
        assert (guard.permission or "page.own") in (entry.permission, "page.own"), entry.endpoint


def test_employee_sees_what_is_for_everybody_and_no_more(town: Town) -> None:
    assert "catalogue.index" in seen_by(town.alice)
    assert not {"grants.team", "systems.index", "appointments.all_deputies"} & seen_by(town.alice)


def test_manager_sees_the_team_and_coordinator_all_deputies(town: Town) -> None:
    assert "grants.team" in seen_by(town.bob)
    assert "appointments.all_deputies" in seen_by(town.coordinator)


def test_every_page_that_is_shown_lets_its_reader_in(app: Flask, db_session: Any, town: Town) -> None:
    for person in (town.alice, town.bob, town.carol, town.coordinator, town.administrator):
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(person_id=person.id, method="ad", since=clock.now().timestamp())
        db_session.commit()
        shown = browser.get("/more").get_data(as_text=True)
        with app.test_request_context():
            addresses = [app.url_for(endpoint) for endpoint in seen_by(person)]
        for address in addresses:
            assert f'href="{address}"' in shown
            assert browser.get(address).status_code == 200, (person.display_name, address)


def test_stranger_is_sent_to_the_login(client: Any) -> None:
    assert client.get("/more").status_code == 302
    assert client.post("/more").status_code == 405
