"""The orders of a period against another definition: the unchanged one makes no difference to any of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from app import clock
from app.cli import behorig
from app.db import db, transaction
from app.processes import proving, replaying
from app.processes.replaying import Compared
from tests.people import Town
from tests.processes.conftest import PROCESS, SLOWER, Edit, Life, edited, first
from workflows.case import EmploymentStatus

Run = Callable[..., Result]
OWNER_GRANTS = ("ask: system_managers", "ask: system_owner")


def replayed(*edits: Edit) -> list[Compared]:
    """The day's orders against the next version."""
    return replaying.since(clock.today(), proving.read(edited(first() + 1, *edits), "ny.yaml"))


@pytest.fixture
def orders(life: Life, town: Town) -> list[str]:
    """Case numbers of orders in several states, newest first."""
    granted = life.order(town.alice)
    life.answer(granted, town.bob, "approve")
    life.answer(granted, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-02"})
    returned = life.order(town.sam)
    life.answer(returned, town.bob, "return", reason="Vilken disk?")
    rejected = life.order(town.carol)
    life.answer(rejected, town.bob, "reject", reason="Behövs inte.")
    waiting = life.order(town.newcomer)
    by_manager = life.order(town.olga, town.eva)
    return [o.case_number for o in (by_manager, waiting, rejected, returned, granted)]


def test_unchanged_definition_makes_no_difference_to_any_order(orders: list[str]) -> None:
    found = replayed()
    assert [one.order.case_number for one in found] == orders
    assert [one.order.case_number for one in found if one.comparison.differs] == []


def test_whoever_would_have_been_asked_instead_is_told(orders: list[str]) -> None:
    found = replayed(OWNER_GRANTS)
    assert all(one.comparison.differs for one in found)
    (change,) = found[-1].comparison.changes
    assert change.after is not None
    assert [a.party.name for a in change.after.asked] == ["Olga Åberg"]


def test_order_is_taken_as_it_was_sent(life: Life, town: Town) -> None:
    """The newcomer has left since, and Alice has her base right since: neither changes what was sent."""
    with transaction():
        town.alice.employment_status = "future"
    life.order(town.alice)
    waited = life.order(town.newcomer)
    assert waited.state == "waiting_prerequisites"
    with transaction():
        town.newcomer.employment_status = "ended"
    found = {one.order.subject_id: one.comparison for one in replayed(SLOWER)}
    assert found[town.alice.id].before.outcome == "asked"
    assert (found[town.newcomer.id].before.outcome, found[town.newcomer.id].after.outcome) == ("waits", "waits")


def test_only_the_period_is_read(life: Life, town: Town) -> None:
    life.order(town.alice)
    workflow = proving.read(edited(first() + 1), "ny.yaml")
    assert replaying.since(clock.today() + timedelta(days=1), workflow) == []


def test_orders_under_way_tell_whom_they_would_ask(life: Life, town: Town) -> None:
    life.order(town.alice)
    (found,) = replaying.under_way(proving.read(edited(first() + 1, OWNER_GRANTS), "ny.yaml"), 10)
    assert [c.after.task for c in found.comparison.changes if c.after] == ["grant"]
    (same,) = replaying.under_way(proving.read(edited(first() + 1), "ny.yaml"), 10)
    assert not same.comparison.differs


def test_nothing_is_written(orders: list[str]) -> None:
    events = text("SELECT count(*) FROM audit_event")
    before = db.session.scalar(events)
    replayed(OWNER_GRANTS)
    assert not db.session.dirty
    assert db.session.scalar(events) == before


class TestCommand:
    @pytest.fixture
    def run(self, app: Flask, tmp_path: Path) -> Run:
        """Runs the back-test of a file with these edits."""

        def run(*edits: Edit, since: str = "2020-01-01") -> Result:
            file = tmp_path / "ny.yaml"
            file.write_text(edited(first() + 1, *edits), encoding="utf-8")
            db.session.commit()
            words = ["workflow", "backtest", str(file), "--since", since]
            return app.test_cli_runner().invoke(behorig, words)

        return run

    def test_unchanged_file_gives_zero_differences(self, run: Run, orders: list[str]) -> None:
        done = run()
        assert done.exit_code == 0, done.output
        assert done.output.splitlines()[0] == (f"{PROCESS}, 5 beställningar från 2020-01-01: 0 skulle bli annorlunda.")
        assert "Chefer, nivåer, kurser och behörigheter är dagens." in done.output
        assert len(done.output.splitlines()) == 2

    def test_changed_file_tells_each_order(self, run: Run, orders: list[str]) -> None:
        done = run(OWNER_GRANTS)
        assert f"{orders[-1]} MicroMarc, Lånedisk" in done.output
        assert "Systemförvaltaren tilldelar: Carol Dahl, Sam Öst, senast" in done.output
        assert "-> Olga Åberg, senast" in done.output

    def test_what_would_have_stopped_is_counted(self, run: Run, life: Life, town: Town) -> None:
        life.order(town.alice, status=EmploymentStatus.ACTIVE)
        done = run(("[basic, standard", "[basic"))
        assert "skulle ha avslagits av reglerna: 1" in done.output
        assert "Gick vidare -> Går inte: Den här nivån kan inte beställas här än." in done.output
