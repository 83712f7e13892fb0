"""A K3 right across nämnder, by HTTP: denied, but where a legal ground is stated and both sides approve (G12)."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory.models import Person
from app.requests.models import AccessRequest
from tests.auth.conftest import as_person, token
from tests.people import Town, appoint, deputise, person
from tests.requests.test_sensitive import (
    APPROVE,
    GRANT,
    NEEDED,
    Desk,
    about,
    asked,
    desk,
    directory_says_active,
    right_of,
    secret,
)

__all__ = ["as_person", "desk", "directory_says_active", "secret"]

STATED = {"answer_legal_ground": "10 kap. 28 § OSL, beslut KTN 2026/31"}
FIELD = 'name="answer_legal_ground"'


@pytest.fixture
def ruth(town: Town) -> Person:
    """Heads BUN, where Dan works; Dan's manager is Adam, and Eva heads KTN."""
    with transaction() as session:
        dan = session.get_one(Person, town.dan.id)
        dan.manager = town.administrator
        found = person(session, "Ruth Ö'Neill", town.school)
        appoint(session, "board_manager", found, board="BUN")
        appoint(session, "board_manager", town.eva, board="KTN")
    return found


def ordered(desk: Desk, town: Town) -> AccessRequest:
    """Dan's order, which his manager and the owner have approved."""
    order = desk.order(town.dan, town.dan, **STATED)
    desk.answer(town.administrator, about(order), **NEEDED)
    desk.answer(town.olga, about(order), **APPROVE)
    return order


def test_both_sides_decide_and_what_it_rests_on_is_kept(desk: Desk, town: Town, ruth: Person) -> None:
    order = ordered(desk, town)
    assert (order.state, about(order).kind, asked(about(order)), about(order).board) == (
        "other_board_requested", "other_board_approval", {"Ruth"}, "BUN",
    )  # fmt: skip
    page = desk.as_person(ruth).get(f"/tasks/{about(order).id}").text
    assert "10 kap. 28 § OSL, beslut KTN 2026/31" in page
    desk.answer(ruth, about(order), **APPROVE)
    assert (order.state, asked(about(order))) == ("owner_approved", {"Carol", "Sam"})
    desk.answer(town.carol, about(order), **GRANT)
    assert right_of(order).status == "pending_activation"
    granted = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "request.grant")).one()
    assert granted.data["recorded"]["legal_ground"] == "10 kap. 28 § OSL, beslut KTN 2026/31"
    assert {"G12", "G20"} <= {g["guard"] for g in granted.guards}


def test_without_a_ground_it_is_denied_and_the_words_say_what_is_needed(desk: Desk, town: Town, ruth: Person) -> None:
    refused = desk.send(town.dan, town.dan)
    assert 'id="answer_legal_ground-error"' in refused.text
    assert "Behörigheten nekas om det inte finns laglig grund" in refused.text
    assert "nämndgränsen <span" not in refused.text  # it is not called optional
    assert db.session.scalars(select(AccessRequest)).all() == []


def test_ground_is_asked_of_what_crosses_alone(desk: Desk, town: Town, ruth: Person) -> None:
    assert FIELD in desk.as_person(town.dan).get(f"/requests/new/{desk.secret.id}").text
    assert FIELD not in desk.as_person(town.alice).get(f"/requests/new/{desk.secret.id}").text
    order = desk.order(town.alice, town.alice, **STATED)
    assert "legal_ground" not in order.answers
    desk.answer(town.bob, about(order), **NEEDED)
    desk.answer(town.olga, about(order), **APPROVE)
    assert (order.state, asked(about(order))) == ("owner_approved", {"Carol", "Sam"})


def test_before_sending_it_says_that_the_other_side_is_asked(desk: Desk, town: Town, ruth: Person) -> None:
    browser = desk.as_person(town.dan)
    shown = browser.post(f"/requests/preview/{desk.secret.id}", data=filled(browser, town.dan))
    assert "Personens egen förvaltning beslutar" in shown.text
    assert "Ruth Ö&#39;Neill" in shown.text


def filled(browser: FlaskClient, subject: Person) -> dict[str, str]:
    """The form of an order across nämnder."""
    return {
        "csrf_token": token(browser.get("/").text), "subject": str(subject.id),
        "valid_from": "2026-03-02", "valid_to": "2026-06-20",
        "justification": "Ska läsa ärenden för en utredning.", "answer_need_analysis_ref": "17",
        "answer_is_needed": "y", **STATED,
    }  # fmt: skip


def test_vacant_owner_goes_to_the_systems_side(desk: Desk, town: Town, ruth: Person) -> None:
    order = desk.order(town.dan, town.dan, **STATED)
    with transaction() as session:
        session.get_one(Person, town.olga.id).employment_status = "ended"
    desk.answer(town.administrator, about(order), **NEEDED)
    assert (about(order).kind, asked(about(order))) == ("owner_approval", {"Eva"})


def test_no_to_it_from_the_other_side_ends_it(desk: Desk, town: Town, ruth: Person) -> None:
    order = ordered(desk, town)
    desk.answer(ruth, about(order), verdict="reject", reason="Utredningen kan göras utan åtkomst.")
    assert order.state == "rejected"


def test_other_sides_deputy_answers_and_may_not_grant(desk: Desk, town: Town, ruth: Person) -> None:
    with transaction() as session:
        deputise(session, ruth, town.carol)
    order = ordered(desk, town)
    desk.answer(town.carol, about(order), **APPROVE)
    assert (order.state, asked(about(order))) == ("owner_approved", {"Sam"})


def test_who_moves_on_is_asked_about_again(desk: Desk, town: Town, ruth: Person) -> None:
    """Dan has moved to KTN and on to SOC: what BUN said does not count there, and the order is returned."""
    order = ordered(desk, town)
    desk.answer(ruth, about(order), **APPROVE)
    with transaction() as session:
        session.get_one(Person, town.dan.id).unit.board = "SOC"
        appoint(session, "board_manager", town.coordinator, board="SOC")
    refused = desk.answer(town.carol, about(order), **GRANT)
    assert "Personen hör nu till en annan nämnd" in refused.text
    assert order.state == "owner_approved"
    desk.answer(town.carol, about(order), verdict="return", reason="Du hör till en annan nämnd nu.")
    browser = desk.as_person(town.dan)
    again = filled(browser, town.dan) | {"answer_legal_ground": "Beslut SN 2026/8"}
    sent = browser.post(f"/requests/{order.case_number}/resubmit", data=again)
    assert sent.status_code == 302, sent.text
    db.session.expire_all()
    desk.answer(town.administrator, about(order), **NEEDED)
    desk.answer(town.olga, about(order), **APPROVE)
    assert (asked(about(order)), about(order).board) == ({"Inga"}, "SOC")


def test_move_across_before_the_owner_has_answered_needs_a_ground(desk: Desk, town: Town, ruth: Person) -> None:
    order = desk.order(town.alice, town.alice)
    desk.answer(town.bob, about(order), **NEEDED)
    with transaction() as session:
        session.get_one(Person, town.alice.id).unit = town.school
    refused = desk.answer(town.olga, about(order), **APPROVE)
    assert "Behörigheten nekas om det inte finns laglig grund" in refused.text
    assert order.state == "manager_approved"


def test_level_of_the_same_secrecy_within_the_board_keeps_its_form(desk: Desk, town: Town) -> None:
    level = db.session.get_one(AccessLevel, desk.secret.id)
    assert level.system.board == "KTN"
    assert FIELD not in desk.as_person(town.bob).get(f"/requests/new/{level.id}?subject={town.alice.id}").text
