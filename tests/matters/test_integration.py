"""W10: an integration from draft to production and out of it (rules.md C10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app import clock
from app.audit import queries as log
from app.db import db, transaction
from app.directory.models import Person
from app.errors import AlreadyDecided, Conflict, Forbidden, NotAllowed
from app.matters import conditions, queries, services, tasks
from app.matters.models import Matter
from app.notifications.models import OutboxMail
from app.requests.tasks import run_clocks
from app.tasks.models import Task
from tests.matters.conftest import PERSONAL, Council, Open, all_asked, asked, say, task_of, tasks_of
from tests.people import Town, appoint, left
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
HIGH = [{"event": "Uppgifter läcker", "likelihood": 3, "consequence": 3, "measure": ""}]


def to_owners(matter: Matter, town: Town, council: Council) -> None:
    say(matter, council.ivar)
    say(matter, town.coordinator)


def to_production(matter: Matter, town: Town, council: Council) -> None:
    to_owners(matter, town, council)
    say(matter, town.olga)
    say(matter, council.lena)
    say(matter, town.sam)
    say(matter, town.sam)


def answer_step(matter: Matter, who: Person, step: str) -> None:
    """Somebody who is asked twice answers this step."""
    (task,) = (t for t in tasks_of(matter) if t.step == step)
    with transaction():
        push = services.Push(Actor(who.id, "system_owner"), clock.now())
        services.decide(queries.hold(matter.id), task, "approve", push)
    db.session.expire_all()


def mails(template: str) -> list[OutboxMail]:
    return list(db.session.scalars(select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id)))


class TestTheWay:
    def test_asks_each_in_turn_and_is_in_production_for_24_months(
        self, town: Town, council: Council, opened: Open
    ) -> None:
        matter = opened()
        assert matter.case_number == "INT-2026-0001"
        assert asked(matter) == ("completeness", [council.ivar.id])
        say(matter, council.ivar)
        assert asked(matter) == ("risk_statement", [town.coordinator.id])
        say(matter, town.coordinator)
        assert all_asked(matter) == {"owner_a": [town.olga.id], "owner_b": [council.lena.id]}
        say(matter, council.lena)  # in any order
        assert all_asked(matter) == {"owner_a": [town.olga.id]}
        assert matter.state == "risk_assessed"
        say(matter, town.olga)
        assert asked(matter) == ("start_test", [town.sam.id])  # Carol opened it, and confirms nothing of her own
        say(matter, town.sam)
        say(matter, town.sam)
        assert (matter.state, matter.valid_to) == ("in_production", date(2028, 3, 2))
        assert [e.state_to for e in log.of_matter(matter.id)][-1] == "in_production"

    def test_numbers_count_for_themselves(self, opened: Open) -> None:
        assert [opened().case_number for _ in range(3)] == ["INT-2026-0001", "INT-2026-0002", "INT-2026-0003"]

    def test_asks_the_dpo_beside_the_coordinator_when_there_is_personal_data(
        self, town: Town, council: Council, opened: Open
    ) -> None:
        matter = opened(**PERSONAL)
        say(matter, council.ivar)
        assert all_asked(matter) == {"risk_statement": [town.coordinator.id], "dpo_statement": [council.disa.id]}
        since = matter.state_since
        say(matter, council.disa)
        assert (matter.state, matter.state_since) == ("checked", since)
        assert all_asked(matter) == {"risk_statement": [town.coordinator.id]}
        assert mails("matter_told") == []  # nothing has happened that the opener need know
        say(matter, town.coordinator)
        assert matter.state == "risk_assessed"

    def test_one_no_ends_what_others_are_asked(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened(**PERSONAL)
        say(matter, council.ivar)
        say(matter, council.disa, "return", "Vilken rättslig grund?")
        assert asked(matter) == ("complete_request", [town.carol.id])
        with transaction():
            services.submit(queries.hold(matter.id), services.Push(Actor(town.carol.id, "orderer"), clock.now()))
        say(matter, council.ivar)
        say(matter, town.coordinator)
        assert all_asked(matter) == {"dpo_statement": [council.disa.id]}  # what was said in round 1 does not count

    def test_of_k3_holds_for_12_months(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened(confidentiality="3")
        to_production(matter, town, council)
        assert matter.valid_to == date(2027, 3, 2)

    def test_scenario_23_a_lex_integration_without_both_owners_cannot_go_to_production(
        self, town: Town, council: Council, opened: Open
    ) -> None:
        matter = opened()
        to_owners(matter, town, council)
        say(matter, town.olga)
        assert matter.state == "risk_assessed"
        for trigger in ("confirm", "restore"):
            with pytest.raises(NotAllowed, match="no_such_move"), transaction():
                services.move(queries.hold(matter.id), trigger, services.Push(Actor(town.sam.id, "x"), clock.now()))
        with pytest.raises(Forbidden):
            say(matter, town.olga, "approve")  # the first owner is not the second
        assert queries.by_id(matter.id).state == "risk_assessed"

    def test_the_same_owner_twice_gets_one_question_and_the_it_manager_the_other(
        self, town: Town, council: Council, opened: Open
    ) -> None:
        matter = opened(target="AD")  # Olga owns both
        to_owners(matter, town, council)
        assert all_asked(matter) == {"owner_a": [town.olga.id], "owner_b": [council.chief.id]}

    def test_who_has_answered_for_one_system_is_let_go_for_the_other(
        self, town: Town, council: Council, opened: Open
    ) -> None:
        with transaction() as session:
            appoint(session, "system_owner", council.lena, town.mic)  # Lena owns LEX alone, and MicroMarc with Olga
        matter = opened()
        to_owners(matter, town, council)
        both = sorted([town.olga.id, council.lena.id])
        assert all_asked(matter) == {"owner_a": both, "owner_b": [council.lena.id]}
        answer_step(matter, council.lena, "owner_b")
        assert all_asked(matter) == {"owner_a": [town.olga.id]}

    def test_one_owner_of_two_who_says_yes_to_the_first_leaves_the_second_to_others(
        self, town: Town, council: Council, opened: Open
    ) -> None:
        with transaction() as session:
            appoint(session, "system_owner", council.lena, town.mic)
        matter = opened()
        to_owners(matter, town, council)
        answer_step(matter, council.lena, "owner_a")
        assert all_asked(matter) == {"owner_b": [council.chief.id]}

    def test_an_owner_who_opened_it_decides_nothing(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened(by=town.olga)
        to_owners(matter, town, council)
        assert town.olga.id not in all_asked(matter)["owner_a"]


class TestTheForm:
    def test_lacks_nothing_when_it_is_sent(self, opened: Open) -> None:
        with pytest.raises(NotAllowed) as refusal:
            opened(flow="", risks=[])
        assert refusal.value.details["faults"] == {"flow": "needed", "risks": "needed"}

    def test_every_decision_has_the_version_that_it_rests_on(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened()
        to_owners(matter, town, council)
        events = log.of_matter(matter.id)
        assert [e.data["form_version"] for e in events] == [1, 1 + ("completeness_note" in matter.answers), 2 + 0]
        kept = queries.version(matter.id, matter.form_version).answers
        assert kept["risk_reasons"] == "Små risker."
        assert "risk_reasons" not in queries.version(matter.id, 1).answers

    def test_what_was_answered_is_never_changed(self, opened: Open) -> None:
        matter = opened()
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(
                text("UPDATE matter_answers SET answers = '{}' WHERE matter_id = :id"), {"id": matter.id}
            )

    def test_a_personnummer_is_refused(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened()
        say(matter, council.ivar)
        with pytest.raises(NotAllowed) as refusal:
            say(matter, town.coordinator, risk_reasons="Gäller 19811218-9876.")
        assert refusal.value.details["faults"] == {"risk_reasons": "personnummer"}
        assert queries.by_id(matter.id).state == "checked"

    def test_a_new_round_voids_opinions_and_conditions(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened()
        say(matter, council.ivar)
        due = [{"text": "Kryptera.", "due": "2026-04-01"}]
        say(matter, town.coordinator, risk_opinion="with_conditions", risk_conditions=due)
        say(matter, town.olga, "return", "Vilket konto?")
        assert asked(matter) == ("complete_request", [town.carol.id])
        with transaction():
            held = queries.hold(matter.id)
            services.submit(held, services.Push(Actor(town.carol.id, "orderer"), clock.now()))
        assert (matter.round, matter.state) == (2, "proposed")
        assert "risk_opinion" not in matter.answers
        assert not queries.conditions(matter.id)


class TestRisks:
    def test_a_high_one_needs_a_measure_or_the_owner(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened(risks=HIGH)
        to_owners(matter, town, council)
        with pytest.raises(NotAllowed, match="risk_unhandled"):
            say(matter, town.olga)
        with pytest.raises(NotAllowed, match="risk_unhandled"):
            say(matter, council.lena)
        say(matter, council.lena, owner_b_acceptance="yes")  # one of them is enough, whoever answers first
        say(matter, town.olga)
        assert matter.state == "approved"

    def test_a_measure_is_enough(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened(risks=[HIGH[0] | {"measure": "Kryptera."}])
        to_owners(matter, town, council)
        say(matter, town.olga)
        assert all_asked(matter) == {"owner_b": [council.lena.id]}


class TestConditions:
    @pytest.fixture
    def approved(self, town: Town, council: Council, opened: Open) -> Matter:
        matter = opened()
        say(matter, council.ivar)
        due = [{"text": "Byt certifikat.", "due": "2026-03-09"}]
        say(matter, town.coordinator, risk_opinion="with_conditions", risk_conditions=due)
        say(matter, town.olga)
        say(matter, council.lena)
        return matter

    def test_are_done_before_the_test_begins(self, town: Town, approved: Matter) -> None:
        with pytest.raises(NotAllowed, match="conditions_left"):
            say(approved, town.sam)
        (condition,) = queries.conditions(approved.id)
        with transaction():
            conditions.meet(condition, "Bytt.", Actor(town.sam.id, "system_manager"), clock.now())
        say(approved, town.sam)
        assert approved.state == "in_test"

    def test_are_met_once(self, town: Town, approved: Matter) -> None:
        (condition,) = queries.conditions(approved.id)
        for expected in (None, Conflict):
            if expected:
                with pytest.raises(expected), transaction():
                    conditions.meet(condition, "", Actor(town.sam.id, "system_manager"), clock.now())
            else:
                with transaction():
                    conditions.meet(condition, "", Actor(town.sam.id, "system_manager"), clock.now())

    def test_are_told_of_three_days_before_and_when_late(self, town: Town, approved: Matter, frozen_time: Any) -> None:
        for _ in range(9):
            frozen_time.shift(timedelta(days=1))
            tasks.follow()
            tasks.follow()
        told = [(mail.data["days"], mail.recipient_id) for mail in mails("matter_condition")]
        runs = sorted([town.carol.id, town.sam.id])
        assert told == [(3, who) for who in runs] + [(0, who) for who in runs]


class TestAfterwards:
    @pytest.fixture
    def running(self, town: Town, council: Council, opened: Open) -> Matter:
        matter = opened()
        to_production(matter, town, council)
        return matter

    def test_it_is_suspended_and_restored_by_its_owner(self, town: Town, council: Council, running: Matter) -> None:
        with transaction():
            push = services.Push(Actor(council.lena.id, "system_owner"), clock.now(), "Dubbla poster.")
            services.move(queries.hold(running.id), "suspend", push)
        assert asked(running) == ("restore", [town.olga.id])
        told = {mail.recipient_id for mail in mails("matter_told") if mail.data["state"]["sv"] == "Vilande"}
        assert {town.olga.id, town.carol.id, town.sam.id} <= told
        say(running, town.olga)
        assert running.state == "in_production"

    def test_it_is_retired_when_all_is_confirmed(self, town: Town, running: Matter) -> None:
        with transaction():
            push = services.Push(Actor(town.sam.id, "system_manager"), clock.now(), "Behövs inte.")
            services.move(queries.hold(running.id), "retire", push)
        with pytest.raises(NotAllowed):
            say(running, town.sam, archived="")
        say(running, town.sam)
        assert running.state == "retired" and running.ended_at is not None

    def test_time_asks_for_a_renewal_and_suspends_what_has_none(
        self, town: Town, council: Council, running: Matter, frozen_time: Any
    ) -> None:
        frozen_time.move_to("2028-01-10 08:00:00+00:00")
        tasks.follow()
        tasks.follow()
        renewal = queries.renewal_of(running.id)
        assert renewal is not None and renewal.state == "returned"
        assert asked(renewal) == ("complete_request", [town.carol.id])
        assert renewal.answers == {k: v for k, v in running.answers.items() if k in renewal.answers}
        assert "risk_opinion" not in renewal.answers
        frozen_time.move_to("2028-03-03 08:00:00+00:00")
        tasks.follow()
        assert queries.by_id(running.id).state == "suspended"

    def test_a_renewal_takes_its_place(self, town: Town, council: Council, running: Matter, frozen_time: Any) -> None:
        frozen_time.move_to("2028-01-10 08:00:00+00:00")
        tasks.follow()
        renewal = queries.renewal_of(running.id)
        assert renewal is not None
        with transaction():
            services.submit(queries.hold(renewal.id), services.Push(Actor(town.carol.id, "orderer"), clock.now()))
        to_production(renewal, town, council)
        assert queries.by_id(running.id).state == "replaced"
        assert renewal.valid_to == date(2030, 1, 10)


class TestFaults:
    def test_the_slower_of_two_finds_the_answer_given(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened()
        task = task_of(matter)
        say(matter, council.ivar)
        from app.matters import answering

        with pytest.raises((AlreadyDecided, NotAllowed)):
            given = answering.Answer("confirm", "", {})
            answering.answer(db.session.get_one(Task, task.id), given, Actor(council.ivar.id, "x"), now=clock.now())
        assert queries.by_id(matter.id).state == "checked"

    def test_somebody_else_is_asked_when_the_owner_has_left(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened()
        to_owners(matter, town, council)
        leave(town.olga)
        assert all_asked(matter)["owner_a"] == [council.chief.id]  # the library has no board manager

    def test_what_the_opener_left_is_somebody_elses(self, town: Town, council: Council, opened: Open) -> None:
        matter = opened()
        say(matter, council.ivar, "return", "Vilket konto?")
        leave(town.carol)
        assert (queries.by_id(matter.id).opened_by_id, asked(matter)[1]) == (town.sam.id, [town.sam.id])

    def test_it_keeps_its_version_when_the_definition_changes(self, opened: Open) -> None:
        matter = opened()
        db.session.execute(text("UPDATE workflow_version SET status = 'superseded' WHERE process = 'integration'"))
        assert asked(matter)[0] == "completeness"

    def test_nobody_answers_and_it_lapses(self, town: Town, council: Council, opened: Open, frozen_time: Any) -> None:
        matter = opened()
        frozen_time.shift(timedelta(days=63))
        run_clocks()
        db.session.expire_all()
        assert matter.state == "lapsed"
        assert town.carol.id in {mail.recipient_id for mail in mails("matter_told")}


def leave(person: Any) -> None:
    """The directory says that somebody's employment has ended."""
    from app.events import publish

    with transaction():
        person.employment_status = "ended"
        db.session.flush()
        publish(left(person.id))
    db.session.expire_all()
