"""The pages of assignments, and that they are not there while it is off."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.assignments import queries
from app.directory.models import Person
from tests.assignments.conftest import Post, Register
from tests.auth.conftest import LogIn
from tests.people import Town

pytestmark = pytest.mark.usefixtures("frozen_time")
FIELDS = {
    "number": "K-17",
    "given_name": "Åsa",
    "surname": "O'Hara",
    "kind": "consultant",
    "agreement_ref": "AVT-2026-17",
    "starts_on": "2026-03-02",
    "ends_on": "2027-03-02",
}


def test_a_manager_registers_and_ends_it(town: Town, as_person: LogIn, post: Post) -> None:
    bob = as_person(town.bob)
    made = post(bob, "/assignments/new", **FIELDS, unit=town.library.id)
    assert made.status_code == 302
    page = bob.get(made.location).text
    assert "AVT-2026-17" in page and "Beställ grundbehörighet" in page
    order = bob.get(page.split('class="button" href="', 1)[1].split('"', 1)[0].replace("&amp;", "&"))
    assert order.status_code == 200 and "O&#39;Hara" in order.text
    assert post(bob, made.location + "/extend", ends_on="2027-03-02").status_code == 422
    assert post(bob, made.location + "/end").status_code == 302
    assert "avslutat" in bob.get(made.location).text


def test_nothing_is_lost_when_it_is_refused(town: Town, as_person: LogIn, post: Post) -> None:
    answer = post(as_person(town.bob), "/assignments/new", **{**FIELDS, "ends_on": "2027-03-03"}, unit=town.library.id)
    assert answer.status_code == 422
    assert "högst tolv månader" in answer.text and "O&#39;Hara" in answer.text


def test_the_coordinator_registers_for_a_sponsor_and_names_another(
    town: Town, as_person: LogIn, post: Post, register: Register
) -> None:
    inga = as_person(town.coordinator)
    wrong = post(inga, "/assignments/new", **FIELDS, unit=town.library.id, sponsor="nobody")
    assert wrong.status_code == 422 and "Sponsorn måste vara" in wrong.text
    made = post(inga, "/assignments/new", **FIELDS, unit=town.library.id, sponsor=town.bob.login)
    assert made.status_code == 302
    assert post(inga, made.location + "/sponsor", sponsor=town.alice.login).status_code == 422
    assert post(inga, made.location + "/sponsor", sponsor=town.eva.login).status_code == 302
    one = queries.assignment(int(made.location.rsplit("/", 1)[1]))
    assert one.sponsor_id == town.eva.id


def test_not_yours(town: Town, as_person: LogIn, register: Register) -> None:
    one = register()
    for who in (town.alice, town.dan):
        assert as_person(who).get("/assignments/").status_code == 403
        assert as_person(who).get(f"/assignments/{one.id}").status_code == 404
    assert as_person(town.coordinator).get(f"/assignments/{one.id}/extend").status_code == 403
    assert as_person(town.bob).get("/assignments/4711").status_code == 404
    assert as_person(town.bob).post(f"/assignments/{one.id}").status_code == 405


@pytest.mark.parametrize("path", ["/assignments/", "/assignments/new"])
def test_not_there_while_it_is_off(town: Town, as_person: LogIn, app: Flask, monkeypatch: Any, path: str) -> None:
    bob = as_person(town.bob)
    assert bob.get(path).status_code == 200
    assert "/assignments/" in bob.get("/more").text
    monkeypatch.setitem(
        app.extensions, "settings", app.extensions["settings"].model_copy(update={"assignments": False})
    )
    assert bob.get(path).status_code == 404
    assert "/assignments/" not in bob.get("/more").text


def test_the_list_is_of_those_that_one_answers_for(
    town: Town, kim: Person, as_person: LogIn, register: Register
) -> None:
    register()
    for who, seen in ((town.bob, True), (town.eva, True), (town.coordinator, True)):
        assert ("Kim O&#39;Åberg" in as_person(who).get("/assignments/").text) is seen
