"""W1's assignment variant: a register, a sponsor, a hard end, and rights that rest on all three (rules.md C1, G17)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app import clock
from app.assignments import queries, services, tasks
from app.assignments.models import Assignment
from app.db import db, transaction
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants.models import Grant
from app.requests import services as ordering
from app.requests.models import AccessRequest
from app.requests.services import Push
from tests.appointments.conftest import logged, mails
from tests.assignments.conftest import Register, says, unknown, wanted
from tests.people import Town, grant, person
from tests.requests.conftest import Life
from workflows.assignment_guard import latest_end
from workflows.directory_events import EmploymentEnded
from workflows.events import DIRECTORY, Actor, EmploymentChanged

pytestmark = pytest.mark.usefixtures("frozen_time")


def order(town: Town, who: Person, evidence: Evidence, **more: Any) -> AccessRequest:
    """Bob orders the base for somebody, and the directory answers as given."""
    given = {
        "subject": who,
        "level": town.base,
        "valid_from": clock.today(),
        "valid_to": None,
        "justification": "Ska hjälpa låntagare i lånedisken under våren.",
        **more,
    }
    with transaction():
        made = ordering.draft(given, orderer_id=town.bob.id, now=clock.now())
        ordering.submit(made, Push(Actor(town.bob.id, "orderer"), clock.now(), evidence))
    return made


def granted(town: Town, life: Life, who: Person) -> Grant:
    """The base, ordered by the sponsor and granted."""
    made = order(town, who, says(who))
    task = life.open_task(made)
    assert task is not None
    with transaction():
        ordering.decide(made, task, "grant", Push(Actor(town.carol.id, "system_manager"), clock.now(), says(who)))
    return db.session.scalars(select(Grant).where(Grant.request_id == made.id)).one()


def follow(one: Assignment, evidence: Evidence) -> bool:
    with transaction():
        return tasks.follow_one(db.session.get_one(Assignment, one.id), evidence, clock.now())


def leave(who: Person) -> None:
    """It is certain that somebody has left."""
    with transaction() as session:
        session.execute(text("UPDATE person SET employment_status = 'ended' WHERE id = :id"), {"id": who.id})
        session.expire_all()
        publish(EmploymentEnded(who.id, "seen_again", DIRECTORY, clock.now()))


def status(right: Grant) -> str:
    db.session.expire(right)
    return right.status


class TestRegistering:
    def test_the_sponsor_answers_from_then_on(self, town: Town, kim: Person, register: Register) -> None:
        one = register()
        assert (one.sponsor_id, kim.manager_id, one.confirmed_on) == (town.bob.id, town.bob.id, clock.today())
        (event,) = logged("assignment.registered")
        assert (event.actor_id, event.data["agreement"]) == (town.bob.id, "AVT-2026-17")

    @pytest.mark.parametrize(
        ("more", "reason", "field"),
        [
            ({"kind": "friend"}, "assignment_kind", "kind"),
            ({"agreement_ref": "  "}, "agreement_ref_missing", "agreement_ref"),
            ({"agreement_ref": "19811218-9876"}, "personnummer", "agreement_ref"),
            ({"ends_on": date(2027, 3, 3)}, "assignment_too_long", "ends_on"),
            ({"ends_on": date(2026, 3, 1)}, "assignment_over", "ends_on"),
            ({"starts_on": date(2026, 3, 1)}, "back_dated", "starts_on"),
        ],
    )
    def test_what_is_refused(self, register: Register, more: dict[str, Any], reason: str, field: str) -> None:
        with pytest.raises(NotAllowed) as refusal:
            register(**more)
        assert (refusal.value.reason, refusal.value.details["field"]) == (reason, field)

    def test_a_sponsor_is_a_manager_who_works_here(self, town: Town, kim: Person, register: Register) -> None:
        for who, reason in (
            (town.alice, "sponsor_leads_nobody"),
            (town.vera, "sponsor_not_employed"),
            (kim, "sponsor_not_employed"),
        ):
            with pytest.raises(NotAllowed, match=reason):
                register(sponsor=who)

    def test_neither_the_employed_nor_who_has_left(self, town: Town, register: Register) -> None:
        for who, reason in ((town.alice, "already_employed"), (town.vera, "assignment_former")):
            with pytest.raises(NotAllowed, match=reason):
                register(person=who)

    def test_nobody_registers_themselves(self, kim: Person, register: Register) -> None:
        with pytest.raises(NotAllowed, match="not_self"):
            register(by=kim)

    def test_one_at_a_time(self, register: Register) -> None:
        register()
        with pytest.raises(Conflict, match="assignment_exists"):
            register()

    @pytest.mark.parametrize("change", ["ends_on = ends_on + 400", "sponsor_id = person_id", "agreement_ref = ''"])
    def test_the_database_refuses_what_the_rule_does(self, register: Register, change: str) -> None:
        register()
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(text(f"UPDATE assignment SET {change}"))

    def test_nothing_while_it_is_off(self, town: Town, kim: Person, app: Flask, monkeypatch: Any) -> None:
        monkeypatch.setitem(
            app.extensions, "settings", app.extensions["settings"].model_copy(update={"assignments": False})
        )
        with pytest.raises(NotAllowed, match="assignments_off"), transaction():
            found = wanted(kim, town.bob, town.library.id)
            services.register(found, actor=Actor(town.bob.id, "sponsor"), now=clock.now())


class TestTheBaseOrder:
    def test_the_sponsor_orders_and_the_right_ends_with_the_assignment(
        self, town: Town, life: Life, kim: Person, register: Register
    ) -> None:
        one = register()
        right = granted(town, life, kim)
        assert (right.status, right.valid_to) == ("active", one.ends_on)

    def test_the_sponsor_is_asked_in_the_managers_place(
        self, town: Town, life: Life, kim: Person, register: Register
    ) -> None:
        register(by=town.eva)
        given = {"subject": kim, "level": town.base, "valid_from": clock.today(), "valid_to": None}
        with transaction():
            made = ordering.draft(
                {**given, "justification": "Konto för systembytet."}, orderer_id=town.eva.id, now=clock.now()
            )
            ordering.submit(made, Push(Actor(town.eva.id, "orderer"), clock.now(), says(kim)))
        assert life.asked(made) == {"Bob"}
        task = life.open_task(made)
        assert task is not None
        assert task.step == "sponsor_approval"

    def test_without_an_assignment_it_waits_for_an_employment_as_before(self, town: Town, kim: Person) -> None:
        with transaction():
            kim.manager_id = town.bob.id
        assert (made := order(town, kim, says(kim))).state == "waiting_prerequisites"
        assert made.wait_reason == "employment_missing"

    @pytest.mark.parametrize(
        ("evidence", "state", "reason"),
        [
            (lambda kim: says(kim, enabled=None), "waiting_prerequisites", "employment_missing"),
            (unknown, "waiting_prerequisites", "directory_unavailable"),
            (says, "manager_approved", ""),
        ],
    )
    def test_never_stronger_than_the_directory(
        self, town: Town, kim: Person, register: Register, evidence: Any, state: str, reason: str
    ) -> None:
        register()
        made = order(town, kim, evidence(kim))
        assert (made.state, made.wait_reason) == (state, reason)

    @pytest.mark.parametrize("more", [{"enabled": False}, {"expires_on": date(2026, 3, 1)}])
    def test_a_disabled_account_is_ended(self, town: Town, kim: Person, register: Register, more: Any) -> None:
        register()
        with pytest.raises(NotAllowed, match="employment_ended"):
            order(town, kim, says(kim, **more))

    def test_it_lasts_no_longer_than_the_account(self, town: Town, life: Life, kim: Person, register: Register) -> None:
        register()
        _party, found = queries.under(ordering.facts.party(kim), says(kim, expires_on=date(2026, 4, 1)), clock.today())
        assert (_party.ends_on, found is not None) == (date(2026, 4, 1), True)

    def test_nothing_while_it_is_off(
        self, town: Town, kim: Person, register: Register, app: Flask, monkeypatch: Any
    ) -> None:
        register()
        monkeypatch.setitem(
            app.extensions, "settings", app.extensions["settings"].model_copy(update={"assignments": False})
        )
        assert order(town, kim, says(kim)).wait_reason == "employment_missing"

    def test_without_a_sponsor_it_waits(self, town: Town, life: Life, kim: Person, register: Register) -> None:
        register(by=town.eva)
        leave(town.bob)
        given = {"subject": kim, "level": town.base, "valid_from": clock.today(), "valid_to": None}
        with transaction() as session, pytest.raises(NotAllowed, match="sponsor_not_employed"):
            made = ordering.draft(
                {**given, "justification": "Konto för systembytet."}, orderer_id=town.eva.id, now=clock.now()
            )
            session.flush()
            ordering.submit(made, Push(Actor(town.eva.id, "orderer"), clock.now(), says(kim)))


class TestItsLife:
    def test_extended_before_its_end_and_the_base_follows(
        self, town: Town, life: Life, kim: Person, register: Register, frozen_time: Any
    ) -> None:
        one, right = register(), granted(town, life, kim)
        frozen_time.shift(timedelta(days=60))
        later = latest_end(clock.today())
        with transaction():
            services.extend(one, ends_on=later, actor=Actor(town.bob.id, "sponsor"), now=clock.now())
        db.session.expire_all()
        assert (one.ends_on, one.confirmed_on, right.valid_to) == (later, clock.today(), later)

    def test_what_no_extension_is(self, town: Town, register: Register) -> None:
        one, bob = register(), Actor(town.bob.id, "sponsor")
        for ends_on, reason in ((one.ends_on, "not_later"), (date(2027, 3, 3), "assignment_too_long")):
            with pytest.raises(NotAllowed, match=reason), transaction():
                services.extend(one, ends_on=ends_on, actor=bob, now=clock.now())

    def test_its_last_day_ends_everything(
        self, town: Town, life: Life, kim: Person, register: Register, frozen_time: Any
    ) -> None:
        one, right = register(), granted(town, life, kim)
        frozen_time.shift(timedelta(days=88))
        assert follow(one, says(kim)) is True  # the sponsor is reminded, on the Friday before
        assert follow(one, says(kim)) is False
        frozen_time.shift(timedelta(days=2))
        assert follow(one, says(kim)) is False  # the last day, a Sunday, still counts
        assert (one.ended_at, status(right)) == (None, "active")
        frozen_time.shift(timedelta(days=1))
        follow(one, says(kim))
        assert (one.end_reason, status(right)) == ("over", "revocation_pending")

    def test_ended_early_by_the_sponsor(self, town: Town, life: Life, kim: Person, register: Register) -> None:
        one, right = register(), granted(town, life, kim)
        waiting = order(town, kim, unknown(kim), level=town.disk)
        with transaction():
            services.end(one, reason="withdrawn", actor=Actor(town.bob.id, "sponsor"), now=clock.now())
        db.session.expire_all()
        assert (status(right), waiting.state) == ("revocation_pending", "cancelled")
        with pytest.raises(Conflict, match="assignment_ended"), transaction():
            services.end(one, reason="withdrawn", actor=Actor(town.bob.id, "sponsor"), now=clock.now())

    def test_an_account_that_is_disabled_ends_it(self, town: Town, life: Life, kim: Person, register: Register) -> None:
        one, right = register(), granted(town, life, kim)
        follow(one, says(kim))
        follow(one, unknown(kim))
        assert (one.ended_at, status(right)) == (None, "active")
        follow(one, says(kim, enabled=False))
        assert (one.end_reason, status(right)) == ("account_gone", "revocation_pending")

    def test_an_account_that_has_not_been_opened_yet_ends_nothing(self, kim: Person, register: Register) -> None:
        one = register()
        follow(one, says(kim, enabled=None))
        follow(one, says(kim, enabled=False))
        assert one.ended_at is None

    def test_who_is_employed_meanwhile_keeps_what_they_have(
        self, town: Town, life: Life, kim: Person, register: Register
    ) -> None:
        one, right = register(), granted(town, life, kim)
        with transaction():
            kim.employment_status = "active"
            services.end(one, reason="withdrawn", actor=Actor(town.bob.id, "sponsor"), now=clock.now())
        assert status(right) == "active"

    def test_told_20_and_5_working_days_before(
        self, town: Town, kim: Person, register: Register, frozen_time: Any
    ) -> None:
        one = register()
        told = []
        for _day in range(91):
            told += [clock.today()] if follow(one, says(kim)) else []
            frozen_time.shift(timedelta(days=1))
        assert len(told) == 2 and len(mails(town.bob, "assignment_told")) == 2
        assert [clock.calendar().between(day, one.ends_on) for day in told] == [20, 5]


class TestASponsorWhoLeaves:
    def test_is_told_of_at_once_and_once(self, town: Town, kim: Person, register: Register) -> None:
        one = register()
        leave(town.bob)
        follow(one, says(kim))
        assert one.vacant_since == clock.today()
        (to_eva,), (to_inga,) = (mails(who, "assignment_told") for who in (town.eva, town.coordinator))
        assert (to_eva.data["what"], to_inga.data["role"]) == ("sponsor_left", "coordinator")

    def test_seen_to_have_left_once_is_not_certain_yet(self, town: Town, kim: Person, register: Register) -> None:
        one = register()
        with transaction() as session:
            session.execute(text("UPDATE person SET employment_status = 'ended' WHERE id = :id"), {"id": town.bob.id})
            publish(EmploymentChanged(town.bob.id, "active", "ended", {}))
        db.session.expire_all()
        assert follow(one, says(kim)) is False
        assert one.vacant_since is None

    def test_after_ten_working_days_the_rights_rest_until_somebody_takes_over(
        self, town: Town, life: Life, kim: Person, register: Register, frozen_time: Any
    ) -> None:
        one, right = register(), granted(town, life, kim)
        leave(town.bob)
        frozen_time.move_to(clock.now() + timedelta(days=13))  # nine working days
        follow(one, says(kim))
        assert status(right) == "active"
        frozen_time.shift(timedelta(days=1))
        follow(one, says(kim))
        assert (status(right), one.suspended_at is not None) == ("suspended", True)
        with pytest.raises(NotAllowed, match="sponsor_leads_nobody"), transaction():
            services.name_sponsor(one, town.alice, actor=Actor(town.eva.id, "next_level_manager"), now=clock.now())
        with transaction():
            services.name_sponsor(
                one, town.eva, actor=Actor(town.coordinator.id, "infosec_coordinator"), now=clock.now()
            )
        db.session.expire_all()
        assert (status(right), one.vacant_since, kim.manager_id) == ("active", None, town.eva.id)
        assert [m.data["what"] for m in mails(town.eva, "assignment_told")] == [
            "sponsor_left",
            "suspended",
            "sponsor_named",
        ]

    def test_nobody_extends_it_meanwhile(self, town: Town, register: Register) -> None:
        one = register()
        leave(town.bob)
        with pytest.raises(NotAllowed, match="sponsor_not_employed"), transaction():
            services.extend(one, ends_on=date(2026, 12, 1), actor=Actor(town.bob.id, "sponsor"), now=clock.now())

    def test_who_comes_back_answers_again(self, town: Town, kim: Person, register: Register) -> None:
        one = register()
        leave(town.bob)
        with transaction() as session:
            session.execute(text("UPDATE person SET employment_status = 'active' WHERE id = :id"), {"id": town.bob.id})
            session.expire_all()
        assert follow(one, says(kim)) is True
        assert one.vacant_since is None

    def test_what_another_right_rests_for_is_not_woken(
        self, town: Town, life: Life, kim: Person, register: Register
    ) -> None:
        one = register()
        with transaction() as session:
            other = grant(session, kim, town.disk)
            services.suspend(one, actor=DIRECTORY, now=clock.now())
        from app.grants import suspending

        with transaction():
            suspending.suspend(other, reason="misuse", actor=DIRECTORY, now=clock.now())
            services.sponsor_back(one, actor=DIRECTORY, now=clock.now())
        assert status(other) == "suspended"


def test_a_name_that_is_protected_is_in_no_mail(town: Town, register: Register) -> None:
    with transaction() as session:
        hidden = person(session, "Hemlig Ström", town.library, employment_status="not_found", protected_identity=True)
    register(by=town.eva, person=hidden)
    (told,) = mails(town.bob, "assignment_told")
    assert told.data["name"] == ""
