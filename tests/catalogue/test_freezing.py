"""Freeze windows are planned from the catalogue's rules, and added and ended by people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue import freezing, services
from app.catalogue.freezing import NewWindow
from app.catalogue.loader import understand
from app.catalogue.marked_yaml import parse
from app.catalogue.models import FreezeWindow, System
from app.db import db, transaction
from app.errors import NotAllowed
from tests.catalogue.conftest import TRIAL
from tests.people import Town, municipality
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")  # Monday 2 March 2026

PAY = '    freeze: [{kind: monthly, day: 25, working_days_before: 3, text: "Lönekörning"}]\n'
NEW_YEAR = '    freeze: [{kind: yearly, from: "12-28", to: "01-10", text: "Årsskifte"}]\n'
OWNER = "    owner_role: bibliotekschef\n"
MARCH = (date(2026, 3, 20), date(2026, 3, 25))


@pytest.fixture
def town(app: Any) -> Town:
    """The characters, committed."""
    with transaction() as session:
        return municipality(session)


def load(freeze: str = "") -> System:
    """Load the trial catalogue with these rules."""
    catalogue = understand(parse(TRIAL.replace(OWNER, OWNER + freeze), "katalog.yaml"))
    with transaction():
        services.load(catalogue, now=clock.now())
    return db.session.scalars(select(System).where(System.code == "PROV")).one()


def ahead(system: System) -> list[tuple[date, date]]:
    """First and last day of the windows that hold today or later."""
    db.session.rollback()
    return [(w.first_day, w.last_day) for w in freezing.windows_of(system.id, clock.today())]


def rows() -> list[tuple[Any, ...]]:
    """Every window as it is stored."""
    db.session.rollback()
    columns = FreezeWindow.id, FreezeWindow.first_day, FreezeWindow.last_day, FreezeWindow.ended_on
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(FreezeWindow.id))]


def test_a_load_plans_the_year_ahead(app: Any) -> None:
    found = ahead(load(PAY))
    assert found[0] == MARCH
    assert len(found) in (13, 14)


def test_planning_again_changes_nothing(app: Any) -> None:
    load(PAY)
    before = rows()
    load(PAY)
    with transaction():
        assert freezing.plan_all(clock.now()) == 0
    assert rows() == before


def test_the_year_moves_on_by_itself(app: Any) -> None:
    system = load(PAY)
    known = len(rows())
    with time_machine.travel("2026-04-02 09:00+00:00"), transaction():
        assert freezing.plan_all(clock.now()) == 1
    assert len(rows()) == known + 1
    assert ahead(system)


def test_what_the_file_does_not_say_any_more_ends_and_comes_back_with_it(app: Any) -> None:
    system = load(PAY)
    assert ahead(load(NEW_YEAR))[0] == (date(2026, 12, 28), date(2027, 1, 10))
    load(PAY)
    assert ahead(system)[0] == MARCH
    assert len({row[1:3] for row in rows()}) == len(rows())


def test_what_a_person_ended_stays_ended(town: Town) -> None:
    system = load(PAY)
    first = freezing.windows_of(system.id, clock.today())[0]
    with transaction():
        freezing.end(first.id, reason="Lönen är körd.", actor=Actor(town.olga.id, "system_owner"), now=clock.now())
    load(PAY.replace("Lönekörning", "Lön"))
    assert MARCH not in ahead(system)


class TestPeople:
    def add(self, town: Town, first: date, last: date, reason: str = "Årsbokslut") -> FreezeWindow:
        """Olga adds a window for MicroMarc."""
        with transaction():
            actor = Actor(town.olga.id, "system_owner")
            return freezing.add(town.mic, NewWindow(first, last, reason), actor=actor, now=clock.now())

    @pytest.mark.parametrize(
        ("first", "last", "reason", "refused"),
        [
            (date(2026, 3, 5), date(2026, 3, 4), "Bokslut", "period"),
            (date(2026, 3, 1), date(2026, 3, 4), "Bokslut", "back_dated"),
            (date(2026, 3, 2), date(2026, 6, 2), "Bokslut", "freeze_too_long"),
            (date(2026, 3, 2), date(2026, 3, 4), "  ", "reason_needed"),
        ],
    )
    def test_faulty_windows_are_refused(self, town: Town, first: date, last: date, reason: str, refused: str) -> None:
        with pytest.raises(NotAllowed, match=refused):
            self.add(town, first, last, reason)
        assert rows() == []

    def test_who_added_and_ended_it_and_why_is_on_record(self, town: Town) -> None:
        window = self.add(town, date(2026, 3, 2), date(2026, 3, 6))
        with transaction():
            freezing.end(window.id, reason="Klart.", actor=Actor(town.carol.id, "system_manager"), now=clock.now())
        told = db.session.scalars(
            select(AuditEvent)
            .where(AuditEvent.object_type == "system", AuditEvent.event.startswith("freeze"))
            .order_by(AuditEvent.id)
        ).all()
        assert [(e.event, e.actor_id, e.actor_role, e.reason) for e in told] == [
            ("freeze.added", town.olga.id, "system_owner", "Årsbokslut"),
            ("freeze.ended", town.carol.id, "system_manager", "Klart."),
        ]

    def test_ended_twice_is_refused(self, town: Town) -> None:
        window = self.add(town, date(2026, 3, 9), date(2026, 3, 10))
        ending = {"reason": "Klart.", "actor": Actor(town.olga.id, "system_owner"), "now": clock.now()}
        with transaction():
            freezing.end(window.id, **ending)
        with pytest.raises(NotAllowed, match="already_ended"), transaction():
            freezing.end(window.id, **ending)
