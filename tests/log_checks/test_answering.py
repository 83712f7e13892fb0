"""Answering and signing a check: whole, by who may, once; and the figures of the report (rules.md C3, IK-08)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import db, transaction
from app.errors import AlreadyDecided, Conflict, Forbidden, NotAllowed
from app.log_checks import queries, services
from app.log_checks.queries import Figures
from app.notifications.models import OutboxMail
from tests import people
from tests.log_checks.conftest import ACTION, Register, log
from workflows.events import Actor
from workflows.log_check import DEVIATION, FINE, UNCHECKED


def test_signed_by_name_with_every_answer_kept(register: Register) -> None:
    check = register.drawn()
    register.sign(check, said=register.said(check, FINE, DEVIATION, UNCHECKED, FINE, FINE))
    check = queries.check(check.id)
    assert check.done_by is not None and check.done_by.display_name == "Olga Åberg"
    assert [item.result for item in check.items] == [FINE, DEVIATION, UNCHECKED, FINE, FINE]
    assert {item.answered_by_id for item in check.items} == {register.town.olga.id}
    assert (check.colleague_cases, check.protected_cases, check.action) == (0, 1, ACTION)
    assert queries.open_task(check.id) is None
    (event,) = log("log_check.signed")
    assert event.actor_id == register.town.olga.id
    told = {"fine": 3, "deviation": 1, "unchecked": 1, "users": 8, "people": 5, "emergencies": []}
    assert event.data.items() >= told.items()


def test_the_coordinator_hears_of_a_deviation_without_names(register: Register) -> None:
    check = register.drawn()
    register.sign(check, said=register.said(check, DEVIATION, *(FINE,) * 4))
    mail = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "log_check_told")).one()
    assert mail.recipient_id == register.town.coordinator.id
    assert (mail.data["deviations"], mail.data["by_name"], mail.data["month"]) == (1, "Olga Åberg", "2026-10-01")
    assert not any("Svensson" in str(value) for value in mail.data.values())


def test_nobody_hears_when_nothing_deviates(register: Register) -> None:
    register.sign(register.drawn())
    assert db.session.scalars(select(OutboxMail).where(OutboxMail.template == "log_check_told")).all() == []


def test_part_of_it_is_saved_and_goes_on_later(register: Register) -> None:
    check = register.drawn()
    half = register.said(check, FINE, DEVIATION, colleague_cases=None, protected_cases=None, action="")
    register.act(services.save, check, register.town.olga, half)
    check = queries.check(check.id)
    assert [item.result for item in check.items] == [FINE, DEVIATION, "", "", ""]
    assert check.done_at is None
    (event,) = log("log_check.saved")
    assert [answer["result"] for answer in event.data["answers"]] == [FINE, DEVIATION]
    again = register.said(check, FINE, DEVIATION, colleague_cases=None, protected_cases=None, action="")
    register.act(services.save, check, register.town.olga, again)
    assert len(log("log_check.saved")) == 1, "nothing new is nothing to tell of"


@pytest.mark.parametrize(
    ("results", "more", "fields"),
    [
        ((FINE,) * 4, {}, ["result"]),
        ((FINE,) * 5, {"colleague_cases": None}, ["colleague_cases"]),
        ((FINE,) * 5, {"protected_cases": -1}, ["protected_cases"]),
        ((DEVIATION, *(FINE,) * 4), {"action": "Inget."}, ["action"]),
        ((FINE,) * 5, {"action": "Gällde 19850709-9805."}, ["action"]),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_kept(
    register: Register, results: tuple[str, ...], more: dict[str, object], fields: list[str]
) -> None:
    check = register.drawn()
    with pytest.raises(NotAllowed) as refused:
        register.sign(check, said=register.said(check, *results, **more))
    faults = refused.value.details["faults"]
    assert isinstance(faults, dict)
    assert [name.rpartition("_")[0] if name.startswith("result") else name for name in faults] == fields
    db.session.expire_all()
    assert {item.result for item in queries.check(check.id).items} == {""}


def test_nobody_who_was_drawn_answers_on_any_path(register: Register) -> None:
    check = register.drawn()
    drawn = check.items[0].person
    with transaction() as session:
        people.appoint(session, "system_owner", drawn, register.system)
    for who, more in ((drawn, {}), (register.town.carol, {"on_behalf_of_id": drawn.id})):
        with pytest.raises(NotAllowed) as refused:
            register.act(services.sign, check, who, **more)
        assert refused.value.reason == "not_self"


def test_the_database_refuses_an_answer_about_oneself(register: Register) -> None:
    check = register.drawn()
    item = check.items[0]
    with pytest.raises(IntegrityError), transaction():
        item.result, item.answered_by_id = FINE, item.person_id
        db.session.flush()


def test_a_role_that_has_ended_answers_no_more(register: Register) -> None:
    check = register.drawn()
    with transaction() as session:
        ended = update(people.Appointment).where(people.Appointment.system_id == register.system.id)
        session.execute(ended.values(valid_to=date(2026, 11, 2)))
    with pytest.raises(Forbidden):
        register.sign(check)


def test_the_slower_of_two_learns_who_was_first(register: Register) -> None:
    check = register.drawn()
    said, task = register.said(check), register.task(check)
    register.sign(check)
    with pytest.raises(AlreadyDecided) as first, transaction():
        services.sign(task, said, actor=Actor(register.town.olga.id, "system_owner"), now=clock.now())
    assert first.value.details["who"] == "Olga Åberg"


def test_what_somebody_else_saved_meanwhile_is_not_written_over_unseen(register: Register) -> None:
    check = register.drawn()
    seen = register.said(check)
    register.act(services.save, check, register.town.olga, register.said(check, DEVIATION))
    with pytest.raises(Conflict):
        register.act(services.save, check, register.town.olga, seen)


def test_figures_of_the_year(register: Register, at_work: time_machine.Traveller) -> None:
    def figures(day: date, system_id: int | None = None) -> Figures:
        return queries.figures(2026, day, system_id)

    october = register.drawn()
    assert figures(date(2026, 11, 17)) == Figures(1, 0, 0, 0, 0, 0, 0)
    assert figures(date(2026, 11, 18)) == Figures(1, 1, 0, 0, 0, 0, 0)
    at_work.move_to(datetime(2026, 11, 17, 22, 30, tzinfo=UTC))  # half past eleven on the last evening
    register.sign(october, said=register.said(october, FINE, FINE, DEVIATION, UNCHECKED, UNCHECKED))
    assert figures(date(2026, 11, 18), register.system.id) == Figures(1, 1, 1, 1, 5, 1, 2)
    at_work.move_to(datetime(2026, 12, 1, 8, 0, tzinfo=UTC))
    november = register.drawn()
    at_work.move_to(datetime(2026, 12, 15, 23, 30, tzinfo=UTC))  # past midnight in Sweden: too late
    register.sign(november)
    assert figures(date(2026, 12, 31)) == Figures(2, 2, 2, 1, 10, 1, 2)
    assert queries.figures(2025, date(2026, 12, 31)).drawn == 0
    assert figures(date(2026, 12, 31), register.town.mic.id).drawn == 0
