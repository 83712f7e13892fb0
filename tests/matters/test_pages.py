"""The pages of matters: an integration from an empty form to production, and for whom the pages are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.directory.models import Person
from app.matters import queries
from app.matters.models import Matter
from tests.auth.conftest import LogIn, token
from tests.matters.conftest import ANSWERS, FILLED, Council, Open, say, task_of
from tests.people import Town

pytestmark = pytest.mark.usefixtures("frozen_time")
NEW = "/matters/new/integration"
POSTED = {name: said for name, said in ANSWERS.items() if name != "risks"} | {
    "risks-0-event": "Flödet stannar",
    "risks-0-likelihood": "2",
    "risks-0-consequence": "2",
    "risks-1-event": "",
}


def post(browser: FlaskClient, page: str, path: str = "", **fields: Any) -> Any:
    """Send a form of ``page``, with the page's token, to ``path`` or to the page itself."""
    fields["csrf_token"] = token(browser.get(page).text)
    return browser.post(path or page, data=fields)


def answer(browser: FlaskClient, matter: Matter, verdict: str, who: Person | None = None, **fields: Any) -> Any:
    """Answer what the matter asks now."""
    task = task_of(matter, who)
    filled = {name: said for name, said in FILLED.get(task.step, {}).items()}
    return post(browser, f"/matters/tasks/{task.id}", **(filled | fields | {"verdict": verdict}))


def test_from_an_empty_form_to_production(as_person: LogIn, town: Town, council: Council) -> None:
    browser = as_person(town.carol)
    assert "Öppna ärende: Integration mellan system" in browser.get("/matters/").text
    assert post(browser, NEW, **POSTED).headers["Location"].endswith("/matters/INT-2026-0001/preview")
    before = browser.get("/matters/INT-2026-0001/preview").text
    assert all(name in before for name in ("Ivar Ek", "Inga Säker", "Olga Åberg", "Lena Åhs", "Sam Öst"))
    post(browser, "/matters/INT-2026-0001/preview", "/matters/INT-2026-0001/send")
    matter = queries.by_case_number("INT-2026-0001")
    asked = [
        (council.ivar, "confirm"),
        (town.coordinator, "confirm"),
        (town.olga, "approve"),
        (council.lena, "approve"),
        (town.sam, "confirm"),
        (town.sam, "confirm"),
    ]
    for who, verdict in asked:
        reader = as_person(who)
        assert "Din tur" in reader.get("/matters/INT-2026-0001").text
        assert "Bokningar från biblioteket" in reader.get("/tasks/").text
        found = answer(reader, matter, verdict, who)
        assert found.status_code == 302, re.findall(r"field-error.*?</span>", found.text)
    shown = as_person(town.olga).get("/matters/INT-2026-0001").text
    assert "I drift" in shown and "KS 2026/18" in shown and "formuläret då, version" in shown
    assert "Bokningar från biblioteket" in as_person(town.olga).get("/systems/MIC").text
    assert "I drift" in as_person(council.lena).get("/matters/board").text
    assert "KS 2026/17" in as_person(town.olga).get("/matters/INT-2026-0001/form/1").text


def test_a_draft_is_kept_with_what_it_lacks(as_person: LogIn, town: Town, council: Council) -> None:
    browser = as_person(town.carol)
    kept = post(browser, NEW, name="Halvt ifyllt", later="1")
    assert kept.headers["Location"].endswith("/matters/INT-2026-0001/edit")
    assert "Halvt ifyllt" in browser.get("/matters/INT-2026-0001/edit").text
    refused = browser.get("/matters/INT-2026-0001/preview")
    assert refused.status_code == 422 and "Det här behöver fyllas i." in refused.text


def test_a_personnummer_is_not_even_kept_in_a_draft(as_person: LogIn, town: Town, council: Council) -> None:
    found = post(as_person(town.carol), NEW, name="Gäller 19811218-9876", later="1")
    assert found.status_code == 422 and "personnummer" in found.text
    assert not queries.opened_by(town.carol.id)


def test_what_is_missing_is_said_beside_the_field(as_person: LogIn, town: Town, council: Council, opened: Open) -> None:
    matter = opened()
    say(matter, council.ivar)
    found = answer(as_person(town.coordinator), matter, "confirm", risk_reasons="")
    assert found.status_code == 422 and "Det här behöver fyllas i." in found.text
    found = answer(as_person(town.coordinator), matter, "return")
    assert found.status_code == 422 and "Skriv varför" in found.text


@pytest.mark.parametrize("path", ["", "/edit", "/preview", "/form/1", "/act/suspend"])
def test_is_hidden_from_others(as_person: LogIn, town: Town, opened: Open, path: str) -> None:
    assert as_person(town.dan).get(f"/matters/{opened().case_number}{path}").status_code == 404


def test_a_draft_is_seen_by_whoever_opened_it_alone(as_person: LogIn, town: Town, opened: Open) -> None:
    matter = opened(send=False)
    assert as_person(town.olga).get(f"/matters/{matter.case_number}").status_code == 404
    assert as_person(town.carol).get(f"/matters/{matter.case_number}").status_code == 200


def test_only_roles_of_the_definition_open_one(as_person: LogIn, town: Town, council: Council) -> None:
    assert as_person(town.alice).get(NEW).status_code == 403
    assert as_person(council.lena).get(NEW).status_code == 200
    assert as_person(council.lena).get("/matters/new/base_order").status_code == 404


def test_a_task_is_for_who_is_asked(as_person: LogIn, town: Town, opened: Open) -> None:
    task = task_of(opened())
    assert as_person(town.olga).get(f"/matters/tasks/{task.id}").status_code == 403
    assert as_person(town.olga).get(f"/tasks/{task.id}").status_code == 403


def test_it_is_suspended_by_an_owner_with_a_reason(
    as_person: LogIn, town: Town, council: Council, opened: Open
) -> None:
    matter = opened()
    for who in (council.ivar, town.coordinator, town.olga, council.lena, town.sam, town.sam):
        say(matter, who)
    page = f"/matters/{matter.case_number}/act/suspend"
    assert as_person(town.sam).get(page).status_code == 403
    assert post(as_person(council.lena), page, reason="").status_code == 422
    assert post(as_person(council.lena), page, reason="Dubbla poster.").status_code == 302
    assert queries.by_id(matter.id).state == "suspended"


def test_a_task_is_passed_on_within_its_step(as_person: LogIn, town: Town, council: Council, opened: Open) -> None:
    task = task_of(opened())
    page = f"/tasks/{task.id}/pass-on"
    shown = as_person(council.ivar).get(page).text
    assert "Kim Chef" in shown and "Dan Öberg" not in shown
    assert post(as_person(council.ivar), page, to=council.chief.id, reason="Jag är borta.").status_code == 302


def test_the_process_is_shown(as_person: LogIn, town: Town) -> None:
    browser = as_person(town.alice)
    assert "Integration mellan system" in browser.get("/processes/").text
    assert browser.get("/processes/integration").status_code == 200


@pytest.mark.parametrize("path", ["/matters/INT-2026-0001/send", "/matters/INT-2026-0001/withdraw"])
def test_no_get_writes(as_person: LogIn, town: Town, opened: Open, path: str) -> None:
    opened(send=False)
    assert as_person(town.carol).get(path).status_code == 405
