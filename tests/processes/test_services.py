"""One person proposes a version and another activates it; nobody does both, and of two at once one wins."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.directory.models import Person
from app.errors import BehorigError, Conflict, Forbidden, NotAllowed
from app.processes import checks, queries, services
from app.requests import definitions
from app.requests.models import WorkflowVersion
from tests.people import Town
from tests.processes.conftest import (
    PROCESS,
    SLOWER,
    UNGATED,
    Activate,
    Propose,
    as_administrator,
    edited,
    first,
    shipped,
)
from workflows.errors import DefinitionError


def statuses() -> dict[int, str]:
    """Status of each version of the process."""
    db.session.expire_all()
    return {v.version: v.status for v in queries.versions(PROCESS)}


def logged(name: str) -> list[AuditEvent]:
    """Events of one kind, oldest first."""
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.event == name).order_by(AuditEvent.id)))


def offer(source: str, who: Person, why: str = "Därför.") -> WorkflowVersion:
    """``who`` proposes this text."""
    with transaction():
        return services.propose(source, "ny.yaml", why=why, actor=as_administrator(who), now=clock.now())


def confirm(proposal: WorkflowVersion, who: Person, instead_of: int | None = None) -> None:
    """``who`` activates, having compared with the shipped version."""
    with transaction():
        number = instead_of or first()
        services.activate(proposal, instead_of=number, actor=as_administrator(who), now=clock.now())


class TestProposing:
    def test_is_kept_with_who_and_why_and_changes_nothing(self, propose: Propose, town: Town) -> None:
        made = propose(SLOWER)
        assert (made.version, made.status, made.proposed_by_id) == (first() + 1, "proposed", town.administrator.id)
        active = definitions.active(PROCESS)
        assert active is not None and active.version == first()
        event = logged("workflow.proposed")[-1]
        assert (event.actor_id, event.reason) == (town.administrator.id, "Fyra dagar i stället för tre.")
        assert event.data["digest"] == made.digest

    @pytest.mark.parametrize("other", ["alice", "bob", "carol", "olga", "coordinator"])
    def test_is_for_administrators(self, town: Town, other: str) -> None:
        with pytest.raises(Forbidden):
            offer(edited(first() + 1), getattr(town, other))
        assert list(statuses()) == [first()]

    @pytest.mark.parametrize("number", [1, 8])
    def test_must_have_the_next_number(self, town: Town, number: int) -> None:
        with pytest.raises(DefinitionError) as refused:
            offer(edited(number), town.administrator)
        assert (refused.value.key, refused.value.found) == ("version", str(number))
        assert refused.value.expected == str(first() + 1)
        assert shipped().splitlines()[refused.value.line - 1].startswith("version:")

    def test_faulty_file_says_where_and_leaves_nothing(self, town: Town) -> None:
        with pytest.raises(DefinitionError) as refused:
            offer(edited(first() + 1, ("ask: system_managers", "ask: the_boss")), town.administrator)
        assert (refused.value.file, "the_boss" in refused.value.found) == ("ny.yaml", True)
        assert list(statuses()) == [first()]

    def test_unsafe_process_is_refused_with_every_problem(self, town: Town) -> None:
        unsafe = edited(first() + 1, UNGATED)
        with pytest.raises(NotAllowed, match="version_unsafe") as refused:
            offer(unsafe, town.administrator)
        told = "\n".join(map(str, _tuple(refused.value.details["problems"])))
        assert "ny.yaml:" in told
        assert "grants without G1, G2" in told
        assert list(statuses()) == [first()]

    def test_example_that_does_not_come_true_is_refused(self, town: Town) -> None:
        changed = shipped().replace("ask: system_managers", "ask: system_owner")
        changed = changed.replace(f"version: {first()}", f"version: {first() + 1}")
        with pytest.raises(NotAllowed, match="version_unsafe") as refused:
            offer(changed, town.administrator)
        assert "examples: found" in "\n".join(map(str, _tuple(refused.value.details["problems"])))

    @pytest.mark.parametrize("why", ["", "  \n "])
    def test_needs_a_reason(self, town: Town, why: str) -> None:
        with pytest.raises(NotAllowed, match="reason_needed"):
            offer(edited(first() + 1), town.administrator, why)

    def test_number_of_a_withdrawn_proposal_is_not_used_again(self, propose: Propose, ada: Person) -> None:
        made = propose(SLOWER)
        with transaction():
            services.withdraw(made, why="Ångrat.", actor=as_administrator(ada), now=clock.now())
        assert propose(SLOWER).version == made.version + 1
        assert logged("workflow.withdrawn")[-1].reason == "Ångrat."


class TestActivating:
    def test_another_administrator_makes_it_the_one_for_new_orders(
        self, propose: Propose, ada: Person, town: Town
    ) -> None:
        made = propose(SLOWER)
        confirm(made, ada)
        assert statuses() == {first(): "superseded", first() + 1: "active"}
        assert definitions.for_level(town.disk, "new").version == first() + 1
        event = logged("workflow.activated")[-1]
        assert (event.actor_id, event.data["instead_of"]) == (ada.id, first())

    def test_is_refused_to_whoever_proposed(self, propose: Propose, town: Town) -> None:
        made = propose(SLOWER)
        with pytest.raises(NotAllowed, match="version_four_eyes"):
            confirm(made, town.administrator)
        assert statuses()[made.version] == "proposed"

    def test_database_keeps_the_two_apart_too(self, propose: Propose) -> None:
        made = propose(SLOWER)
        alone = text("UPDATE workflow_version SET activated_by_id = proposed_by_id WHERE id = :id")
        with pytest.raises(IntegrityError, match="two_people"):
            db.session.execute(alone, {"id": made.id})
        db.session.rollback()

    def test_database_allows_one_active_version(self, propose: Propose) -> None:
        made = propose(SLOWER)
        second = text("UPDATE workflow_version SET status = 'active', activated_at = now() WHERE id = :id")
        with pytest.raises(IntegrityError, match="uq_workflow_version_active"):
            db.session.execute(second, {"id": made.id})
        db.session.rollback()

    @pytest.mark.parametrize("change", ["UPDATE workflow_version SET source = 'x'", "DELETE FROM workflow_version"])
    def test_database_keeps_what_is_stored(self, town: Town, change: str) -> None:
        with pytest.raises(DBAPIError, match="workflow_version is kept"):
            db.session.execute(text(change))
        db.session.rollback()

    def test_is_for_administrators(self, propose: Propose, town: Town) -> None:
        made = propose(SLOWER)
        with pytest.raises(Forbidden):
            confirm(made, town.coordinator)

    def test_is_refused_when_the_reader_compared_with_another_version(
        self, propose: Propose, ada: Person, town: Town
    ) -> None:
        one, other = propose(SLOWER), propose()
        confirm(one, ada)
        with pytest.raises(Conflict, match="version_changed"):
            confirm(other, ada)
        confirm(other, ada, instead_of=one.version)
        assert statuses()[other.version] == "active"

    def test_older_proposal_does_not_come_back(self, propose: Propose, ada: Person) -> None:
        one, other = propose(SLOWER), propose()
        confirm(other, ada)
        with pytest.raises(Conflict, match="version_overtaken"):
            confirm(one, ada, instead_of=other.version)

    @pytest.mark.parametrize("status", ["active", "superseded", "withdrawn"])
    def test_only_a_proposal_is_activated(
        self, activate: Activate, propose: Propose, ada: Person, town: Town, status: str
    ) -> None:
        made = activate(SLOWER)
        if status == "superseded":
            activate()
        if status == "withdrawn":
            made = propose()
            with transaction():
                services.withdraw(made, why="Nej.", actor=as_administrator(ada), now=clock.now())
        with pytest.raises(Conflict, match=f"version_{status}"):
            confirm(made, ada, instead_of=made.version)

    def test_of_two_at_the_same_instant_one_wins_and_the_other_is_told(
        self, app: Flask, propose: Propose, ada: Person, town: Town
    ) -> None:
        made = propose(SLOWER, by=town.administrator)
        third = _third_administrator(town)
        outcomes = _at_once(app, made.id, [ada.id, third.id])
        assert sorted(outcomes) == ["", "version_active"]
        assert statuses() == {first(): "superseded", first() + 1: "active"}
        assert len(logged("workflow.activated")) == 1


def test_versions_that_come_with_the_product_are_active_at_the_first_installation(town: Town) -> None:
    stored = list(db.session.scalars(select(WorkflowVersion)))
    assert {v.status for v in stored} == {"active"}
    assert {v.process for v in stored} == set(definitions.installed())
    assert {(v.proposed_by_id, v.activated_by_id) for v in stored} == {(None, None)}


class TestLaterVersionFromTheProduct:
    @pytest.fixture
    def upgraded(self, town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Callable[[str], int]:
        """The product comes with this text instead."""
        from workflows import loader

        def upgraded(source: str) -> int:
            path = tmp_path / f"{PROCESS}.yaml"
            path.write_text(source, encoding="utf-8")
            newest = {**definitions.installed(), PROCESS: loader.load(path)}
            monkeypatch.setattr(definitions, "installed", lambda: newest)
            with transaction():
                return definitions.store(clock.now())

        return upgraded

    def test_is_proposed_by_the_product_and_activated_by_a_person(
        self, upgraded: Callable[[str], int], ada: Person
    ) -> None:
        before = first()
        assert upgraded(edited(before + 1, SLOWER)) == 1
        assert statuses() == {before: "active", before + 1: "proposed"}
        assert logged("workflow.proposed")[-1].actor_role == "system"
        checks.run_waiting()
        confirm(queries.version(PROCESS, before + 1), ada, instead_of=before)
        assert statuses()[before + 1] == "active"

    def test_with_the_number_of_an_own_version_is_left_alone(
        self, upgraded: Callable[[str], int], activate: Activate
    ) -> None:
        own = activate(SLOWER)
        assert upgraded(edited(own.version)) == 0
        assert [w.process for w in definitions.overtaken()] == [PROCESS]
        assert definitions.version(PROCESS, own.version).digest == own.digest

    def test_that_says_something_else_under_its_old_number_stops(self, upgraded: Callable[[str], int]) -> None:
        with pytest.raises(ValueError, match="give it a new version number"):
            upgraded(edited(first(), SLOWER))


def _third_administrator(town: Town) -> Person:
    from tests.people import appoint, person

    with transaction() as session:
        found = person(session, "Abbe Holm", town.school)
        appoint(session, "administrator", found)
    return found


def _at_once(app: Flask, version_id: int, people: list[int]) -> list[str]:
    """Everybody activates the version at the same instant; the reason of each refusal, "" for who won."""
    barrier = Barrier(len(people))

    def activate(person_id: int) -> str:
        with app.app_context():
            who = db.session.get_one(Person, person_id)
            try:
                with transaction():
                    proposal = db.session.get_one(WorkflowVersion, version_id)
                    barrier.wait(10)
                    actor = as_administrator(who)
                    services.activate(proposal, instead_of=first(), actor=actor, now=clock.now())
            except BehorigError as refused:
                return refused.reason
            return ""

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(activate, people))


def _tuple(value: object) -> tuple[object, ...]:
    assert isinstance(value, tuple)
    return value
