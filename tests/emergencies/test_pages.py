"""Emergency access by HTTP, from the form at night to the coordinator's last word (rules.md C7)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.grants import emergency_queries as queries
from app.grants import services as grants
from app.grants.models import Emergency
from tests.auth.conftest import LogIn, token
from tests.emergencies.conftest import WHY, Night
from tests.people import Town, appoint, person
from tests.requests.conftest import Life
from workflows.events import Actor

TASK = re.compile(r"/tasks/(\d+)")
EXTENDED = {"hours": "12", "reason": "Personalen är sjuk ett dygn till."}


def fields(alarm: AccessLevel, **changes: Any) -> dict[str, Any]:
    """The form filled in for Alice."""
    known = {"who": "T-alice.akesson", "level": alarm.id, "emergency_reason": "staffing", "justification": WHY}
    return {**known, "incident_number": "INC-17", **changes}


def send(browser: FlaskClient, path: str, **data: Any) -> Any:
    """The form at ``path`` sent, with the token of the page."""
    page = browser.get("/emergencies/new" if path.endswith("new") else path.removesuffix("/extend")).text
    return browser.post(path, data={**data, "csrf_token": token(page)})


def test_asked_for_granted_and_controlled(town: Town, alarm: AccessLevel, as_person: LogIn) -> None:
    answer = send(as_person(town.eva), "/emergencies/new", **fields(alarm))
    assert answer.status_code == 302, answer.text
    order_page = answer.headers["Location"]
    carol = as_person(town.carol)
    task = TASK.findall(carol.get("/tasks/").text)[0]
    granted = carol.post(
        f"/tasks/{task}",
        data={"verdict": "grant", "done_on": "2026-03-02", "csrf_token": token(carol.get(f"/tasks/{task}").text)},
    )
    assert granted.status_code == 302, granted.text
    found = db.session.query(Emergency).one()
    page = as_person(town.coordinator).get(f"/emergencies/{found.id}").text
    assert "Gäller nu" in page and "tisdag 3 mars kl. 09.00" in page and "INC-17" in page
    assert "Nödbehörigheten började gälla" in as_person(town.eva).get(order_page).text
    for who, kind, said in (
        (town.bob, "emergency_approval", {"verdict": "approve", "reason": ""}),
        (
            town.olga,
            "emergency_followup",
            {
                "verdict": "fine",
                "sample": "Loggen 2 mars, 14 poster.",
                "result": "Bara lån och återlämningar.",
                "lesson": "",
            },
        ),
    ):
        browser = as_person(who)
        assert "Nödbehörighet att kontrollera" in browser.get("/tasks/").text
        path = "/tasks/" + TASK.findall(browser.get("/tasks/").text)[0]
        assert browser.get(path).status_code == 200, kind
        answer = browser.post(path, data={**said, "csrf_token": token(browser.get(path).text)})
        assert answer.headers["Location"] == f"/emergencies/{found.id}", answer.text
        assert browser.get(path).headers["Location"] == f"/emergencies/{found.id}"
    db.session.expire_all()
    assert found.approved is True and found.followed_up_by_id == town.olga.id


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"who": "Ingen Alls"}, "Ingen heter så"),
        ({"who": ""}, "Fyll i det här fältet"),
        ({"level": ""}, "Välj vad som behövs"),
        ({"level": "999"}, "Välj vad som behövs"),
        ({"emergency_reason": ""}, "Välj vad som har hänt"),
        ({"incident_number": ""}, "Fyll i det här fältet"),
        ({"justification": "Ring 19811228-9874 om något går fel."}, "personnummer"),
        ({"who": "Eva Lind"}, "till dig själv"),
        ({"who": "Vera Slut"}, "Ingen heter så"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    town: Town, alarm: AccessLevel, as_person: LogIn, changes: dict[str, str], words: str
) -> None:
    page = send(as_person(town.eva), "/emergencies/new", **fields(alarm, **changes)).text
    assert words in page
    assert "INC-17" in page or "incident_number" in changes


def test_of_several_one_is_chosen(town: Town, alarm: AccessLevel, as_person: LogIn) -> None:
    with transaction() as session:
        other = person(session, "Alice Åberg", town.library)
        person(session, "Alice Hemlig", town.library, protected_identity=True)
        number = other.id
    page = send(as_person(town.eva), "/emergencies/new", **fields(alarm, who="Alice")).text
    assert "Alice Åberg" in page and "Alice Åkesson" in page and "Hemlig" not in page
    answer = send(as_person(town.eva), "/emergencies/new", **fields(alarm, who="Alice", subject=number))
    assert answer.status_code == 302


def test_the_second_time_the_form_goes_over_to_an_ordinary_order(
    night: Night, town: Town, alarm: AccessLevel, as_person: LogIn, later: Any
) -> None:
    found = night.granted(by=town.carol)
    later(days=1)
    removed, sam = night.task(found, "revoke"), Actor(town.sam.id, "system_manager")
    with transaction():
        grants.confirm_removed(removed, actor=sam, now=found.expires_at, receipt={})
    bob = as_person(town.bob)
    page = send(bob, "/emergencies/new", **fields(alarm)).text
    assert "de senaste 30 dagarna" in page and WHY in page
    ordinary = bob.post(
        f"/requests/new/{alarm.id}?subject={town.alice.id}",
        data={"subject": town.alice.id, "justification": WHY, "csrf_token": token(page)},
    )
    assert ordinary.status_code == 200 and WHY in ordinary.text


def test_the_owner_extends_on_the_page(night: Night, town: Town, as_person: LogIn) -> None:
    found = night.granted()
    olga = as_person(town.olga)
    page = olga.get(f"/emergencies/{found.id}").text
    assert "12 timmar, till tisdag 3 mars kl. 21.00" in page
    assert send(olga, f"/emergencies/{found.id}/extend", **EXTENDED).status_code == 302
    db.session.expire_all()
    assert found.extended_by_id == town.olga.id
    page = olga.get(f"/emergencies/{found.id}").text
    assert "Förläng nödbehörigheten" not in page
    again = olga.post(f"/emergencies/{found.id}/extend", data={**EXTENDED, "csrf_token": token(olga.get("/").text)})
    assert again.status_code == 409 and "redan förlängd" in again.text


def test_not_yours(night: Night, town: Town, as_person: LogIn) -> None:
    found = night.granted()
    dan = as_person(town.dan)
    assert dan.get(f"/emergencies/{found.id}").status_code == 404
    assert dan.get("/emergencies/").status_code == 403
    assert dan.get("/emergencies/new").status_code == 403
    assert dan.post("/emergencies/new", data={"csrf_token": token(dan.get("/").text)}).status_code == 403
    carol = as_person(town.carol)
    data = {**EXTENDED, "csrf_token": token(carol.get("/").text)}
    assert carol.post(f"/emergencies/{found.id}/extend", data=data).status_code == 403
    assert as_person(town.eva).get("/emergencies/987").status_code == 404
    assert as_person(town.eva).get(f"/emergencies/{found.id}/extend").status_code == 405


def test_the_coordinator_sees_all_with_figures_and_the_requester_those_asked_for(
    night: Night, town: Town, as_person: LogIn
) -> None:
    night.granted()
    page = as_person(town.coordinator).get("/emergencies/").text
    assert "MicroMarc, Drift i nödläge" in page and "2026 i siffror" in page
    page = as_person(town.eva).get("/emergencies/").text
    assert "MicroMarc, Drift i nödläge" in page and "i siffror" not in page
    assert "MicroMarc, Drift i nödläge" not in as_person(town.bob).get("/emergencies/").text


def test_the_system_shows_live_emergency_rights_first(night: Night, town: Town, as_person: LogIn) -> None:
    night.granted()
    page = as_person(town.olga).get("/systems/MIC").text
    assert page.index("Nödbehörighet just nu") < page.index("De som har behörighet")


def test_an_emergency_right_is_neither_extended_nor_changed_as_another(
    night: Night, town: Town, as_person: LogIn
) -> None:
    found = night.granted()
    alice = as_person(town.alice)
    page = alice.get("/grants/").text
    assert f"/grants/{found.grant_id}/extend" not in page and f"/grants/{found.grant_id}/change" not in page
    data = {"valid_to": "2026-06-01", "justification": WHY, "csrf_token": token(alice.get("/").text)}
    assert alice.post(f"/grants/{found.grant_id}/extend", data=data).status_code == 422


def test_whoever_is_on_duty_is_asked_at_once_and_grants(night: Night, town: Town, life: Life) -> None:
    with transaction() as session:
        appoint(session, "duty_officer", town.dan)
    order = night.ask()
    assert life.asked(order) == {"Carol", "Sam", "Dan"}
    life.answer(order, town.dan, "grant")
    found = queries.of_request(order.id)
    assert found is not None and found.granted_by_id == town.dan.id


def test_few_statements(night: Night, town: Town, as_person: LogIn, statements: Any) -> None:
    night.granted()
    browser = as_person(town.coordinator)
    browser.get("/emergencies/")
    before = statements()
    browser.get("/emergencies/")
    assert statements() - before <= 8
