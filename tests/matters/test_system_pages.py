"""The pages of a system on its way into use, in a browser's requests (rules.md C14)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.directory.models import Person
from app.matters import queries
from app.matters.models import Matter
from tests.auth.conftest import LogIn
from tests.matters.conftest import Council, tasks_of
from tests.matters.test_onboarding import (
    ANSWERS,
    LEVELS,
    RISKS,
    Open,
    karin,
    proposed,
    say,
    to_preparing,
    to_ready,
)
from tests.matters.test_pages import post
from tests.people import Town

__all__ = ["karin", "proposed"]
pytestmark = pytest.mark.usefixtures("frozen_time")
NEW = "/matters/new/system_onboarding"
NUMBER = "SYS-2026-0001"


def answer(browser: FlaskClient, matter: Matter, step: str, verdict: str = "confirm", **fields: Any) -> Any:
    """Answer one of the steps that are asked."""
    task = next(t for t in tasks_of(matter) if t.step == step)
    return post(browser, f"/matters/tasks/{task.id}", verdict=verdict, **fields)


def rows(name: str, given: list[dict[str, Any]]) -> dict[str, str]:
    """The rows of a table as a browser posts them."""
    return {f"{name}-{n}-{cell}": str(value) for n, row in enumerate(given) for cell, value in row.items()}


def test_from_an_empty_form_to_production(as_person: LogIn, town: Town, council: Council, karin: Person) -> None:
    browser = as_person(town.sam)
    assert "Öppna ärende: Nytt system" in browser.get("/matters/").text
    assert post(browser, NEW, **ANSWERS).status_code == 302
    assert "Karin Nämnd" in browser.get(f"/matters/{NUMBER}/preview").text
    assert post(browser, f"/matters/{NUMBER}/preview", f"/matters/{NUMBER}/send").status_code == 302
    matter = queries.by_case_number(NUMBER)
    found = answer(as_person(karin), matter, "name_owner", owner="Nils Ingenstans")
    assert found.status_code == 422 and "Ingen, eller mer än en, heter så." in found.text
    assert "Nils Ingenstans" in found.text
    assert answer(as_person(karin), matter, "name_owner", owner=town.olga.display_name).status_code == 302
    named = {"manager_1": town.carol.login, "manager_2": council.ivar.employee_number}
    assert answer(as_person(town.olga), matter, "classify", classification_agreed="y", **named).status_code == 302
    assert (
        answer(as_person(town.coordinator), matter, "risk", risk_note="Små.", **rows("risks", RISKS)).status_code == 302
    )
    said = {"guideline_version": "1", "guideline_reference": "KS 2026/41"}
    assert answer(as_person(town.olga), matter, "guideline", **said).status_code == 302
    set_up = {"executor": "Förvaltarna", **rows("access_levels", LEVELS)}
    assert answer(as_person(town.carol), matter, "set_up", **set_up).status_code == 302
    olga = as_person(town.olga)
    refused = answer(olga, matter, "take_into_use", "approve")
    assert refused.status_code == 422 and "Systemet saknar något" in refused.text
    excepted = [{"item": "continuity_plan", "text": "Skrivs i vår.", "due": "2026-06-01"}]
    assert answer(olga, matter, "take_into_use", "approve", **rows("exceptions", excepted)).status_code == 302
    shown = olga.get(f"/matters/{NUMBER}").text
    assert "undantag till och med 2026-06-01" in shown
    assert "Läsa (LAS): Normalt skydd, ger rätt att läsa, SYS-MED-LAS" in shown
    page = olga.get("/systems/MED").text
    assert "Skrivs i vår." in page and NUMBER in page
    assert "Medborgarportalen" in as_person(town.alice).get("/catalogue/MED").text


def test_an_exception_that_has_run_out_is_seen(
    as_person: LogIn, town: Town, council: Council, karin: Person, proposed: Open, frozen_time: Any
) -> None:
    matter = proposed()
    to_preparing(matter, town, council, karin)
    to_ready(matter, town, continuity_plan="")
    until = clock.today() + timedelta(days=10)
    lacking = [{"item": "continuity_plan", "text": "Skrivs i vår.", "due": until.isoformat()}]
    say(matter, town.olga, "take_into_use", exceptions=lacking)
    assert "Undantaget gick ut" not in as_person(town.olga).get("/systems/MED").text
    frozen_time.shift(timedelta(days=12))
    for page in ("/systems/MED", "/matters/systems"):
        assert "Undantaget gick ut" in as_person(town.olga).get(page).text
    assert "saknas, undantaget gick ut" in as_person(town.olga).get(f"/matters/{matter.case_number}").text
    browser = as_person(town.carol)
    (exception,) = queries.conditions(matter.id)
    path = f"/matters/{matter.case_number}/conditions/{exception.id}"
    assert post(browser, f"/matters/{matter.case_number}", path, note="").status_code == 422
    assert post(browser, f"/matters/{matter.case_number}", path, note="KS 2026/77").status_code == 302
    assert "Undantaget gick ut" not in as_person(town.olga).get("/matters/systems").text


def test_the_way_in_is_listed_for_those_who_run_systems(as_person: LogIn, town: Town, proposed: Open) -> None:
    assert "Inget system är på väg" in as_person(town.olga).get("/matters/systems").text
    proposed()
    assert "Medborgarportalen" in as_person(town.olga).get("/matters/systems").text
    assert as_person(town.alice).get("/matters/systems").status_code == 403
    assert as_person(town.olga).post("/matters/systems").status_code == 405


@pytest.mark.parametrize("path", ["", "/edit", "/preview"])
def test_is_hidden_from_others(as_person: LogIn, town: Town, proposed: Open, path: str) -> None:
    assert as_person(town.dan).get(f"/matters/{proposed().case_number}{path}").status_code == 404


def test_a_code_that_is_taken_is_said_beside_the_field(as_person: LogIn, town: Town, karin: Person) -> None:
    found = post(as_person(town.sam), NEW, **ANSWERS | {"code": "MIC"})
    assert found.status_code == 422 and "Koden används redan" in found.text
    assert not queries.opened_by(town.sam.id)


def test_the_process_is_shown(as_person: LogIn, town: Town) -> None:
    shown = as_person(town.alice).get("/processes/system_onboarding")
    assert shown.status_code == 200 and "Nytt system" in shown.text
