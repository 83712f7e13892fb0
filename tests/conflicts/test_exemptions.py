"""An exemption is asked for by one and approved by two others, each with an event in the log."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app import clock
from app.audit.models import AuditEvent
from app.conflicts import queries, services
from app.conflicts.models import ToxicExemption
from app.db import db, transaction
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from tests.conflicts.conftest import Economy
from tests.people import appoint, grant
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
CONTROL = "Ekonomichefen går igenom alla betalningar varje månad."


def asked(economy: Economy, by: Person | None = None, control: str = CONTROL, days: int = 90) -> ToxicExemption:
    """Bob asks for Alice unless somebody else is given."""
    who = by or economy.town.bob
    wish = (control, clock.today() + timedelta(days=days))
    with transaction():
        made = services.ask(economy.pair, economy.town.alice.id, wish, Actor(who.id, "line_manager"), clock.now())
    return queries.exemption(made)


def approve(exemption: ToxicExemption, who: Person, role: str) -> str:
    """``who`` approves; the status afterwards."""
    with transaction():
        services.approve(exemption, Actor(who.id, role), clock.now())
    return exemption.status


def test_second_of_the_two_makes_it_valid_and_the_log_has_all_three(economy: Economy) -> None:
    town, exemption = economy.town, asked(economy)
    assert approve(exemption, town.coordinator, "infosec_coordinator") == "asked"
    assert approve(exemption, town.olga, "system_owner") == "approved"
    wanted = select(AuditEvent).where(AuditEvent.object_type == "toxic_exemption").order_by(AuditEvent.id)
    log = [(e.event, e.actor_id) for e in db.session.scalars(wanted)]
    assert log == [
        ("toxic_exemption.asked", town.bob.id),
        ("toxic_exemption.approved", town.coordinator.id),
        ("toxic_exemption.approved", town.olga.id),
    ]


def test_one_person_with_both_roles_is_not_two(economy: Economy) -> None:
    with transaction() as session:
        appoint(session, "infosec_coordinator", economy.town.olga)
    exemption = asked(economy)
    approve(exemption, economy.town.olga, "system_owner")
    with pytest.raises(NotAllowed, match="four_eyes"):
        approve(exemption, economy.town.olga, "infosec_coordinator")


@pytest.mark.parametrize("party", ["alice", "olga"])
def test_neither_subject_nor_asker_approves(economy: Economy, party: str) -> None:
    exemption = asked(economy, by=economy.town.olga)
    with pytest.raises(NotAllowed, match="not_self"):
        approve(exemption, getattr(economy.town, party), "system_owner")


def test_database_itself_refuses_one_approver_for_both(economy: Economy) -> None:
    exemption = asked(economy)
    both = text("UPDATE toxic_exemption SET owner_id = :by, coordinator_id = :by WHERE id = :id")
    with pytest.raises(IntegrityError, match="four_eyes"), transaction():
        db.session.execute(both, {"by": economy.town.olga.id, "id": exemption.id})


@pytest.mark.parametrize(
    ("control", "days", "reason"),
    [
        ("Kollas.", 90, "control_too_short"),
        ("Kontroll av 19121212-1212 varje månad.", 90, "personnummer"),
        (CONTROL, -1, "back_dated"),
        (CONTROL, 366, "exemption_too_long"),
    ],
)
def test_wish_that_lacks_something(economy: Economy, control: str, days: int, reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        asked(economy, control=control, days=days)


def test_second_question_about_the_same_is_refused(economy: Economy) -> None:
    asked(economy)
    with pytest.raises(NotAllowed, match="already_asked"):
        asked(economy)


@pytest.mark.parametrize("economy", ["enforce", "record"], indirect=True)
def test_no_exemption_from_a_pair_of_another_mode(economy: Economy) -> None:
    with pytest.raises(NotAllowed, match="no_exemption"):
        asked(economy)


def test_rejected_exemption_says_why_and_is_settled(economy: Economy) -> None:
    exemption, actor = asked(economy), Actor(economy.town.olga.id, "system_owner")
    with pytest.raises(NotAllowed, match="reason_needed"), transaction():
        services.reject(exemption, actor, " ", clock.now())
    with transaction():
        services.reject(exemption, actor, "Kontrollen räcker inte.", clock.now())
    assert (exemption.status, exemption.reason) == ("rejected", "Kontrollen räcker inte.")
    with pytest.raises(Conflict, match="exemption_settled"):
        approve(exemption, economy.town.coordinator, "infosec_coordinator")


def test_role_that_has_answered_does_not_answer_again(economy: Economy) -> None:
    exemption = asked(economy)
    approve(exemption, economy.town.olga, "system_owner")
    with pytest.raises(Conflict, match="exemption_settled"):
        approve(exemption, economy.town.eva, "system_owner")


def test_exemption_ends_by_itself_after_its_last_day(economy: Economy) -> None:
    with transaction() as session:
        grant(session, economy.town.alice, economy.register)
    exemption = asked(economy, days=1)
    approve(exemption, economy.town.olga, "system_owner")
    approve(exemption, economy.town.coordinator, "infosec_coordinator")
    seen = [queries.violators([economy.pair.id], day)[0].is_exempt for day in (date(2026, 3, 3), date(2026, 3, 4))]
    assert seen == [True, False]
