"""The profile of a system: attested by its managers, decided by its owner, seen by the coordinator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.catalogue import queries as catalogue
from app.control import queries
from app.control.models import Attestation, SystemRisk
from app.db import db
from app.matters.models import Matter
from tests import people
from tests.auth.conftest import LogIn, as_person, token, town
from tests.people import Town
from tests.requests.conftest import statements
from workflows.system_profile import AMBER, GREEN, RED

__all__ = ["as_person", "statements", "town"]
pytestmark = pytest.mark.usefixtures("frozen_time")  # Monday 2 March 2026

TODAY = date(2026, 3, 2)
PAGE = "/control/systems/MIC"
PLAN = {
    "done_on": "2026-02-01", "due_on": "2027-02-01", "reference": "KTN 2026/14", "year": "2026",
    "operation": "120000", "licence": "80000", "development": "", "note": "",
}  # fmt: skip
RISK = {"text": "Låneregistret kan inte läsas när nätet är nere.", "likelihood": "3", "consequence": "3"}
MEASURE = {"measure": "Utskrivna lånekort på disken.", "due_on": "2026-05-01", "responsible": "0"}


def send(browser: FlaskClient, path: str, **fields: str) -> Any:
    return browser.post(path, data={"csrf_token": token(browser.get("/").text), **fields})


def events() -> list[str]:
    db.session.expire_all()
    found = select(AuditEvent.event).where(AuditEvent.event.like("control.%")).order_by(AuditEvent.id)
    return list(db.session.scalars(found))


def mic() -> queries.Profile:
    db.session.expire_all()
    return queries.profile(catalogue.system("MIC"), TODAY)


def test_a_manager_attests_and_the_light_turns_green_with_its_reason(as_person: LogIn, town: Town) -> None:
    carol = as_person(town.carol)
    assert mic().lights["plan"].colour == RED
    assert send(carol, f"{PAGE}/attest/plan", **PLAN, responsible=str(town.carol.id)).status_code == 302
    found = mic()
    assert found.lights["plan"].colour == GREEN
    one = found.known.attested["plan"]
    assert one.facts == {"year": 2026, "operation": 120000, "licence": 80000, "development": None}
    page = carol.get(PAGE).text
    assert "KTN 2026/14" in page and "Gäller till 1 februari 2027" in page and "drift 120\u00a0000" in page
    assert events() == ["control.attested"]


def test_what_was_attested_before_stays_and_the_newest_is_in_force(as_person: LogIn, town: Town) -> None:
    carol = as_person(town.carol)
    for due_on in ("2026-06-01", "2026-03-20"):
        send(
            carol,
            f"{PAGE}/attest/power",
            done_on="2026-02-01",
            due_on=due_on,
            responsible=str(town.sam.id),
            is_needed="yes",
        )
    assert mic().lights["power"].colour == AMBER
    assert [one.due_on.isoformat() for one in queries.history(town.mic.id)] == ["2026-03-20", "2026-06-01"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reference": ""}, "Skriv var det finns"),
        ({"done_on": "2026-03-03"}, "Dagen har inte varit ännu"),
        ({"due_on": "2026-13-40"}, "2026-12-31"),
        ({"operation": "mycket"}, "field-error"),
        ({"note": "Det gäller 19121212-1212"}, "personnummer"),
        ({"responsible": "999999"}, "field-error"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    as_person: LogIn, town: Town, more: dict[str, str], said: str
) -> None:
    answered = send(as_person(town.carol), f"{PAGE}/attest/plan", **{**PLAN, "responsible": str(town.carol.id), **more})
    assert answered.status_code == 422
    assert said in answered.text and "80000" in answered.text
    assert db.session.scalar(select(Attestation.id)) is None


def test_alarms_are_attested_for_each_integration(as_person: LogIn, town: Town, db_session: Any) -> None:
    matter = Matter(
        case_number="INT-2026-0001", process="integration", definition_version=1, title="Lån till AD",
        state="in_production", system_id=town.mic.id, other_system_id=town.ad.id, opened_by_id=town.carol.id,
        created_at=people.CHECKED, state_since=people.CHECKED,
    )  # fmt: skip
    db_session.add(matter)
    db_session.flush()
    carol = as_person(town.carol)
    assert mic().lights["alarms"].why == "never"
    path = f"{PAGE}/attest/alarms?integration=INT-2026-0001"
    assert "Lån till AD" in carol.get(path).text
    alarm = {
        "threshold": "Fler än 5 fel i timmen",
        "severity": "Hög",
        "recipients": "Systemförvaltarna",
        "meaning": "Starta om flödet.",
    }
    when = {"done_on": "2026-02-01", "due_on": "2027-02-01", "responsible": str(town.carol.id), "is_needed": "yes"}
    assert send(carol, path, **alarm, **when).status_code == 302
    assert mic().lights["alarms"].colour == GREEN
    ad = queries.profile(catalogue.system("AD"), TODAY)
    assert ad.lights["alarms"].colour == RED  # the other side's owner sets the levels of their own system
    assert carol.get(f"{PAGE}/attest/alarms?integration=INT-2026-0009").status_code == 404


def test_a_high_risk_waits_for_the_owner_who_decides_for_a_time(as_person: LogIn, town: Town) -> None:
    carol, olga = as_person(town.carol), as_person(town.olga)
    send(carol, f"{PAGE}/attest/risk", done_on="2026-02-01", due_on="2027-02-01", responsible=str(town.carol.id))
    low = send(carol, f"{PAGE}/risks/new", **RISK, measure="", due_on="", responsible="0")
    assert low.status_code == 422 and "Risken är 9 eller mer" in low.text
    assert send(carol, f"{PAGE}/risks/new", **{**RISK, **MEASURE}).status_code == 302
    risk_id = db.session.scalar(select(SystemRisk.id))
    assert mic().lights["risk"].why == "risk_undecided"
    decide = f"{PAGE}/risks/{risk_id}/decide"
    assert carol.get(decide).status_code == 403
    said = {"decision": "reduce", "reason": "Vi prövar lånekort till sommaren.", "until": "2026-09-01"}
    assert send(carol, decide, **said).status_code == 403
    assert send(olga, decide, **{**said, "until": "2028-01-01"}).status_code == 422
    assert send(olga, decide, **said).status_code == 302
    assert mic().lights["risk"].colour == GREEN
    assert "Vi prövar lånekort" in carol.get(PAGE).text
    close = f"{PAGE}/risks/{risk_id}/close"
    assert send(carol, close, note="Lånekorten finns på plats.").status_code == 302
    assert send(carol, close, note="Lånekorten finns på plats.").status_code == 409
    assert carol.get(decide.replace("MIC", "AD")).status_code == 404
    assert events() == ["control.attested", "control.risk_noted", "control.risk_decided", "control.risk_closed"]


def test_nobody_else_attests_and_a_thing_that_is_none_does_not_exist(as_person: LogIn, town: Town) -> None:
    for person in (town.dan, town.bob, town.coordinator):
        assert as_person(person).get(f"{PAGE}/attest/plan").status_code == 403
        assert send(as_person(person), f"{PAGE}/attest/plan", **PLAN).status_code == 403
    assert as_person(town.dan).get(PAGE).status_code == 403
    assert as_person(town.coordinator).get(PAGE).status_code == 200
    carol = as_person(town.carol)
    assert carol.get(f"{PAGE}/attest/roles").status_code == 404
    assert carol.get("/control/systems/NIX").status_code == 404
    assert carol.post(PAGE).status_code == 405
    assert db.session.scalar(select(Attestation.id)) is None


def test_the_coordinator_sees_what_is_red_and_a_manager_only_their_own(
    as_person: LogIn, town: Town, db_session: Any
) -> None:
    people.system(db_session, "EKO", "Ekonomi", board="KS")
    inga = as_person(town.coordinator).get("/control/").text
    assert "Ekonomi" in inga and "ägare och förvaltare: systemet har ingen ägare" in inga.lower()
    assert "3 av 3 system saknar" in inga
    carol = as_person(town.carol).get("/control/").text
    assert "MicroMarc" in carol and "Ekonomi" not in carol
    assert as_person(town.dan).get("/control/").status_code == 403


def test_the_head_of_the_administration_sees_the_boards_systems(as_person: LogIn, town: Town, db_session: Any) -> None:
    head = people.person(db_session, "Hedda Chef", town.library)
    people.appoint(db_session, "board_manager", head, board="KTN")
    page = as_person(head).get("/control/").text
    assert "MicroMarc" in page and "Grundbehörighet" not in page
    assert as_person(head).get(PAGE).status_code == 200
    assert as_person(head).get("/control/systems/AD").status_code == 403


def test_the_pages_need_as_many_statements_for_ten_systems_as_for_two(
    as_person: LogIn, town: Town, db_session: Any, statements: Callable[[], int]
) -> None:
    inga = as_person(town.coordinator)
    inga.get("/control/")
    before = statements()
    inga.get("/control/")
    few = statements() - before
    for number in range(8):
        people.system(db_session, f"S{number}", f"System {number}", board="KS")
    before = statements()
    inga.get("/control/")
    assert statements() - before == few


def test_the_managers_are_a_list_to_write_to(as_person: LogIn, town: Town) -> None:
    inga = as_person(town.coordinator)
    page = inga.get("/control/managers").text
    assert "carol.dahl@exempel.se; sam.ost@exempel.se" in page
    table = inga.get("/control/managers.csv").text
    assert "Carol Dahl;carol.dahl@exempel.se;Grundbehörighet, MicroMarc;KS, KTN" in table
    assert (
        "Plan" in inga.get("/control/table.csv").text or "Systemförvaltningsplan" in inga.get("/control/table.csv").text
    )
    assert as_person(town.carol).get("/control/managers").status_code == 403
    assert as_person(town.carol).get("/control/managers.csv").status_code == 403
