"""A system manager proposes a lower level; the orderer answers on the page, or from the mail (rules.md C2)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.grants import queries as grants
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.auth.conftest import LogIn
from tests.decisions.conftest import MailedTo, ReadPage, decision, state
from tests.people import Town, grant, level, toxic
from tests.requests.conftest import Life

WHY = "Du behöver bara kunna se lånen."
GRANT_WITH_LEVELS, LEVEL_TASK = 16, 12


@pytest.fixture
def read_only(town: Town) -> AccessLevel:
    """A level of MicroMarc that gives less than the desk."""
    with transaction() as session:
        return level(session, town.mic, "LAS", "Läsa lån", access="read", position=2, description="Du ser lånen.")


@pytest.fixture
def granting(read_only: AccessLevel, order: AccessRequest, life: Life, town: Town) -> Task:
    """Carol and Sam are asked to put the desk in for Alice."""
    life.answer(order, town.bob, "approve")
    return asked(order)


def asked(order: AccessRequest) -> Task:
    """The open task of the order."""
    db.session.rollback()
    found = tasks.open_about(request_id=order.id)
    assert found is not None
    return found


@pytest.fixture
def proposed(read: ReadPage, as_person: LogIn, granting: Task, read_only: AccessLevel, town: Town) -> Task:
    """Carol has proposed the reading level; Alice is asked."""
    page = read(f"/tasks/{granting.id}", as_person(town.carol))
    answered = page.post(verdict="propose_lower", level=str(read_only.id), reason=WHY)
    assert "Du har föreslagit en lägre nivå" in answered.text
    return asked(db.session.get_one(AccessRequest, granting.request_id))


def test_orderer_says_yes_and_the_lower_level_is_granted_without_new_approvals(
    read: ReadPage, as_person: LogIn, proposed: Task, order: AccessRequest, read_only: AccessLevel, town: Town
) -> None:
    assert (proposed.kind, [a.person_id for a in proposed.addressees]) == ("level_answer", [town.alice.id])
    page = read(f"/tasks/{proposed.id}", as_person(town.alice))
    for words in ("Räcker Läsa lån i MicroMarc?", "Carol Dahl, systemförvaltare", WHY, "Du ser lånen."):
        assert words in page.page.text
    assert "Du har godtagit den lägre nivån" in page.post(verdict="accept_lower").text
    assert state(order) == "manager_approved"
    assert (order.level_id, order.proposed_level_id, order.round) == (read_only.id, None, 1)
    task = asked(order)
    assert {a.person.given_name for a in task.addressees} == {"Carol", "Sam"}
    form = read(f"/tasks/{task.id}", as_person(town.sam))
    assert "Läsa lån" in form.page.text
    assert "Föreslå lägre nivå" not in form.page.text  # nothing is lower than that
    form.post(verdict="grant", done_on=clock.today().isoformat(), target_user_id="aliåke")
    db.session.rollback()
    right = grants.of_request(order.id)
    assert right is not None
    assert right.level_id == read_only.id


def test_both_levels_are_on_record(
    read: ReadPage, as_person: LogIn, proposed: Task, order: AccessRequest, town: Town
) -> None:
    read(f"/tasks/{proposed.id}", as_person(town.alice)).post(verdict="accept_lower")
    db.session.rollback()
    offer, answer = decision(order, "request.propose_lower"), decision(order, "request.accept_lower")
    assert (offer.actor_id, offer.reason) == (town.carol.id, WHY)
    assert (offer.data["level_from"], offer.data["level_to"]) == ("DISK", "LAS")
    assert (answer.actor_id, answer.data["level_to"]) == (town.alice.id, "LAS")
    assert {g["guard"] for g in answer.guards} >= {"G1", "G2", "G3", "G4", "G8", "G13", "G19"}
    page = as_person(town.alice).get(f"/requests/{order.case_number}").text
    for words in ("En lägre nivå föreslogs", "Den lägre nivån godtogs", "Lägre nivå godtagen"):
        assert words in page


def test_orderer_says_no_and_whoever_grants_reads_why(
    read: ReadPage, as_person: LogIn, proposed: Task, order: AccessRequest, town: Town
) -> None:
    page = read(f"/tasks/{proposed.id}", as_person(town.alice))
    assert "Skriv vad du behöver" in page.post(verdict="decline_lower").text
    assert state(order) == "lower_proposed"
    page = read(f"/tasks/{proposed.id}", as_person(town.alice))
    page.post(verdict="decline_lower", reason="Jag tar också emot böcker.")
    assert state(order) == "manager_approved"
    assert (order.level_id, order.proposed_level_id) == (town.disk.id, None)
    again = as_person(town.carol).get(f"/tasks/{asked(order).id}").text
    assert "Alice Åkesson tackade nej till en lägre nivå" in again
    assert "Jag tar också emot böcker." in again


def test_mail_says_what_is_proposed_and_its_link_answers(
    read: ReadPage, mailed: MailedTo, proposed: Task, order: AccessRequest, read_only: AccessLevel, town: Town
) -> None:
    path = mailed(town.alice)
    page = read(path)
    assert "Räcker Läsa lån i MicroMarc?" in page.page.text
    assert state(order) == "lower_proposed"
    assert page.post(verdict="accept_lower").status_code == 200
    assert state(order) == "manager_approved"
    assert order.level_id == read_only.id
    assert "redan besvarad" in read(path).page.text


@pytest.mark.parametrize("who", ["bob", "carol", "dan"])
def test_nobody_but_the_orderer_answers(as_person: LogIn, proposed: Task, town: Town, who: str) -> None:
    assert as_person(getattr(town, who)).get(f"/tasks/{proposed.id}").status_code == 403


def test_other_methods_are_refused(as_person: LogIn, proposed: Task, town: Town) -> None:
    browser = as_person(town.alice)
    assert {browser.open(f"/tasks/{proposed.id}", method=m).status_code for m in ("PUT", "DELETE")} == {405}


@pytest.mark.parametrize("missing", ["level", "reason"])
def test_proposal_without_level_or_reason_is_asked_for_it(
    read: ReadPage, as_person: LogIn, granting: Task, read_only: AccessLevel, town: Town, missing: str
) -> None:
    filled = {"verdict": "propose_lower", "level": str(read_only.id), "reason": WHY, missing: ""}
    page = read(f"/tasks/{granting.id}", as_person(town.carol)).post(**filled)
    assert {"level": "Välj vilken nivå som räcker.", "reason": "Skriv varför"}[missing] in page.text


@pytest.mark.parametrize("slipped_in", ["admin", "elsewhere", "disk"])
def test_higher_level_or_another_systems_is_never_slipped_in(
    read: ReadPage, as_person: LogIn, granting: Task, order: AccessRequest, town: Town, slipped_in: str
) -> None:
    with transaction() as session:
        found = {
            "admin": level(session, town.mic, "ADM", "Administratör", access="admin", position=3),
            "elsewhere": level(session, town.ad, "FJARR", "Fjärråtkomst", access="read"),
            "disk": town.disk,
        }[slipped_in]
    page = read(f"/tasks/{granting.id}", as_person(town.carol))
    assert "Administratör" not in page.page.text
    answered = page.post(verdict="propose_lower", level=str(found.id), reason=WHY)
    assert "Den nivån ger inte mindre än den som är beställd" in answered.text
    assert state(order) == "manager_approved"
    refused = select(AuditEvent).where(AuditEvent.event == "request.propose_lower.refused")
    assert db.session.scalars(refused).one().reason == "level_not_lower"


def test_level_that_turns_out_higher_meanwhile_is_refused(
    read: ReadPage, as_person: LogIn, proposed: Task, order: AccessRequest, read_only: AccessLevel, town: Town
) -> None:
    with transaction():
        db.session.get_one(AccessLevel, read_only.id).access = "admin"
    page = read(f"/tasks/{proposed.id}", as_person(town.alice)).post(verdict="accept_lower")
    assert "Den nivån ger inte mindre än den som är beställd" in page.text
    assert (state(order), order.level_id) == ("lower_proposed", town.disk.id)


def test_what_the_orderer_could_not_say_yes_to_is_not_proposed(
    read: ReadPage, as_person: LogIn, granting: Task, order: AccessRequest, read_only: AccessLevel, town: Town
) -> None:
    with transaction() as session:
        grant(session, town.alice, read_only)
    page = read(f"/tasks/{granting.id}", as_person(town.carol))
    assert "Det finns redan" in page.post(verdict="propose_lower", level=str(read_only.id), reason=WHY).text
    assert state(order) == "manager_approved"


def test_toxic_pair_of_the_lower_level_refuses_the_yes(
    read: ReadPage, as_person: LogIn, proposed: Task, order: AccessRequest, read_only: AccessLevel, town: Town
) -> None:
    with transaction() as session:
        log = level(session, town.mic, "LOGG", "Loggar", position=4)
        toxic(session, db.session.get_one(AccessLevel, read_only.id), log, "enforce")
        grant(session, town.alice, log)
    page = read(f"/tasks/{proposed.id}", as_person(town.alice)).post(verdict="accept_lower")
    assert "inte får kombineras" in page.text
    assert (state(order), order.level_id) == ("lower_proposed", town.disk.id)


def test_somebody_else_ordered_the_same_meanwhile(
    read: ReadPage, as_person: LogIn, life: Life, proposed: Task, order: AccessRequest,
    read_only: AccessLevel, town: Town,
) -> None:  # fmt: skip
    life.order(town.alice, level=db.session.get_one(AccessLevel, read_only.id))
    page = read(f"/tasks/{proposed.id}", as_person(town.alice)).post(verdict="accept_lower")
    assert "Det finns redan" in page.text
    assert (state(order), order.level_id) == ("lower_proposed", town.disk.id)


def test_silence_ends_the_order(proposed: Task) -> None:
    rows = {r.act: r.fires_on for r in tasks.clocks_ahead(proposed.id)}
    assert set(rows) == {"remind_1", "remind_2", "lapse"}
    calendar, day = clock.calendar(), clock.today()
    assert (proposed.due_on, proposed.lapses_on) == (calendar.add(day, 5), calendar.add(day, 15))


def test_two_answers_at_the_same_instant_give_one(
    app: Flask, as_person: LogIn, read: ReadPage, proposed: Task, order: AccessRequest, town: Town
) -> None:
    path, gate = f"/tasks/{proposed.id}", Barrier(2)
    pages = [read(path, as_person(town.alice)) for _ in range(2)]
    answers: tuple[dict[str, Any], ...] = (
        {"verdict": "accept_lower"},
        {"verdict": "decline_lower", "reason": "Jag tar också emot böcker."},
    )

    def send(number: int) -> str:
        with app.app_context():
            gate.wait()
            return pages[number].post(**answers[number]).text

    with ThreadPoolExecutor(2) as pool:
        texts = list(pool.map(send, range(2)))
    assert state(order) == "manager_approved"
    events = select(AuditEvent.event).where(
        AuditEvent.request_id == order.id, AuditEvent.event.in_(("request.accept_lower", "request.decline_lower"))
    )
    assert len(db.session.scalars(events).all()) == 1, texts
    assert db.session.query(Task).filter_by(request_id=order.id, status="open").count() == 1


@pytest.mark.parametrize(
    ("name", "who", "most"), [("granting", "carol", GRANT_WITH_LEVELS), ("proposed", "alice", LEVEL_TASK)]
)
def test_statements(
    statements: Callable[[], int], as_person: LogIn, request: pytest.FixtureRequest, town: Town,
    name: str, who: str, most: int,
) -> None:  # fmt: skip
    path, browser = f"/tasks/{request.getfixturevalue(name).id}", as_person(getattr(town, who))
    browser.get(path)
    before = statements()
    assert browser.get(path).status_code == 200
    assert statements() - before <= most


def test_task_that_is_answered_says_so(read: ReadPage, as_person: LogIn, proposed: Task, town: Town) -> None:
    browser = as_person(town.alice)
    read(f"/tasks/{proposed.id}", browser).post(verdict="accept_lower")
    assert "Du har godtagit den lägre nivån" in browser.get(f"/tasks/{proposed.id}").text
