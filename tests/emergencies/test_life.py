"""The life of emergency access: granted at once, ended by the hour, controlled afterwards (rules.md C7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.emergencies import tasks as jobs
from app.errors import Conflict, Forbidden, NotAllowed
from app.grants import emergencies, emergency_control, emergency_queries
from app.grants import services as grants
from app.grants.models import Emergency, Grant
from app.notifications.models import OutboxMail
from app.reconciliation.models import Finding
from app.requests.tasks import run_clocks
from tests.emergencies.conftest import WHY, Night
from tests.people import Town, appoint, deputise, grant
from workflows.case import EmploymentStatus
from workflows.events import Actor

Later = Callable[..., None]
HOUR = timedelta(hours=1)
EXTENDED = "Personalen är sjuk ett dygn till, och ingen annan kan."


def refused(night: Night, **values: object) -> str:
    """Why the rules refuse such an order."""
    with pytest.raises(NotAllowed) as refusal:
        night.ask(**values)
    return refusal.value.reason


def log_of(found: Emergency) -> list[str]:
    """What the log says of the emergency, in order."""
    wanted = select(AuditEvent.event).where(AuditEvent.object_type == "emergency", AuditEvent.object_id == found.id)
    return list(db.session.scalars(wanted.order_by(AuditEvent.id)))


def mails(template: str) -> list[int]:
    """Who is sent mails of this template."""
    wanted = select(OutboxMail.recipient_id).where(OutboxMail.template == template).order_by(OutboxMail.id)
    return [person_id or 0 for person_id in db.session.scalars(wanted)]


class TestAsking:
    def test_a_manager_of_others_asks_and_the_system_managers_are_asked_at_once(self, night: Night) -> None:
        order = night.ask()
        assert order.orderer_authority == "manager"
        assert night.life.asked(order) == {"Carol", "Sam"}
        assert night.life.open_task(order).due_on == date(2026, 3, 2)
        assert len(mails("task_grant")) == 2

    def test_never_for_oneself(self, night: Night, town: Town) -> None:
        assert refused(night, subject=town.eva) == "emergency_for_self"

    def test_not_by_who_leads_nobody(self, night: Night, town: Town) -> None:
        assert refused(night, by=town.dan) == "may_not_ask_emergency"

    def test_the_duty_officer_may_ask(self, night: Night, town: Town) -> None:
        with transaction() as session:
            appoint(session, "duty_officer", town.dan)
        assert night.ask(by=town.dan).orderer_authority == "duty_officer"

    def test_the_systems_manager_may_ask_and_another_grants(self, night: Night, town: Town) -> None:
        order = night.ask(by=town.carol)
        assert order.orderer_authority == "system_manager"
        assert night.life.asked(order) == {"Sam"}
        with pytest.raises(NotAllowed, match="not_self"):
            night.life.answer(order, town.carol, "grant")

    def test_only_levels_that_are_for_emergencies(self, night: Night, town: Town) -> None:
        assert refused(night, level=town.disk) == "not_for_emergency"

    @pytest.mark.parametrize(
        ("values", "reason"),
        [
            ({"emergency_reason": "boredom"}, "emergency_reason_missing"),
            ({"incident_number": " "}, "incident_missing"),
            ({"incident_number": "19811228-9874"}, "personnummer"),
            ({"justification": "kort"}, "justification_too_short"),
        ],
    )
    def test_reason_text_and_number_are_asked_for(self, night: Night, values: dict[str, str], reason: str) -> None:
        assert refused(night, **values) == reason

    def test_without_the_base_right_it_waits(self, night: Night, town: Town) -> None:
        assert night.ask(subject=town.newcomer).state == "waiting_prerequisites"

    def test_unknown_waits_and_never_grants(self, night: Night, town: Town) -> None:
        assert night.ask(status=EmploymentStatus.UNKNOWN).state == "waiting_prerequisites"
        order = night.ask(subject=town.sam)
        with pytest.raises(NotAllowed, match="directory_unavailable"):
            night.life.answer(order, town.carol, "grant", status=EmploymentStatus.UNKNOWN)
        assert emergency_queries.of_request(order.id) is None

    def test_courses_owner_and_freeze_do_not_stop_it(self, night: Night, town: Town, alarm: AccessLevel) -> None:
        with transaction() as session:
            session.merge(alarm).courses = ["GDPR-BAS"]
            session.merge(alarm).profile = "sensitive"
        found = night.granted()
        assert found.grant.status == "active"
        assert found.deferred == ["GDPR-BAS"]

    def test_not_twice_in_thirty_days_for_the_same_need(self, night: Night, later: Later) -> None:
        found = night.granted()
        later(days=2)
        with transaction():
            grants.confirm_removed(
                night.task(found, "revoke"), actor=Actor(night.town.sam.id, "x"), now=clock.now(), receipt={}
            )
        assert refused(night) == "emergency_again"
        later(days=29)
        assert night.ask().state == "requested"

    def test_beside_an_ordinary_order_for_the_same(self, night: Night, town: Town, alarm: AccessLevel) -> None:
        night.life.order(town.alice, level=alarm)
        assert night.ask().state == "requested"
        assert refused(night) == "duplicate"

    def test_not_beside_a_right_that_is_active(self, night: Night, town: Town, alarm: AccessLevel) -> None:
        with transaction() as session:
            grant(session, town.alice, alarm)
        assert refused(night) == "duplicate"


class TestHours:
    def test_it_ends_by_itself_after_24_hours(self, night: Night, later: Later) -> None:
        found = night.granted()
        assert found.expires_at == found.granted_at + 24 * HOUR
        later(hours=23, minutes=59)
        assert found.grant.status == "active"
        later(minutes=1)
        assert found.grant.status == "expired"
        assert night.asked(found, "revoke") == {"Carol", "Sam"}
        assert night.task(found, "revoke").due_on == date(2026, 3, 3), "the same day, whatever the level"

    def test_a_run_after_an_outage_of_days_ends_it_once(self, night: Night, later: Later) -> None:
        found = night.granted()
        later(days=5)
        later(days=1)
        assert found.ended_at == clock.now() - timedelta(days=1)
        assert log_of(found).count("emergency.over") == 1

    def test_auto_revocation_does_not_wait_for_the_answers(self, night: Night, later: Later) -> None:
        found = night.granted()
        later(days=1)
        assert found.approved is None and found.followed_up_at is None and found.ended_at is not None

    @pytest.mark.parametrize(
        ("granted_at", "local_end"),
        [
            (datetime(2026, 3, 28, 20, 0, tzinfo=UTC), "2026-03-29 22:00"),  # 21:00 winter time; the night has 23 hours
            (datetime(2026, 10, 24, 20, 0, tzinfo=UTC), "2026-10-25 21:00"),  # 22:00 summer time; the night has 25
        ],
    )
    def test_24_hours_also_when_the_clocks_change(
        self, night: Night, later: Later, granted_at: datetime, local_end: str
    ) -> None:
        later(granted_at)
        found = night.granted()
        assert clock.local(found.expires_at).strftime("%Y-%m-%d %H:%M") == local_end
        later(granted_at + 24 * HOUR - timedelta(seconds=1))
        assert found.ended_at is None
        later(granted_at + 24 * HOUR)
        assert found.ended_at == granted_at + 24 * HOUR

    def test_never_beyond_the_employment(self, night: Night, town: Town) -> None:
        from dataclasses import replace

        from app.directory import services as directory
        from tests.requests import conftest

        said = replace(conftest.employed(town.alice), ends_on=date(2026, 3, 2))
        night.life._push = lambda who, role, _evidence, **more: conftest.Push(  # type: ignore[method-assign]
            Actor(who.id, role), clock.now(), said, **more
        )
        assert directory.lookup is not None
        found = night.granted()
        assert clock.local(found.expires_at).strftime("%Y-%m-%d %H:%M") == "2026-03-03 00:00"
        assert found.grant.valid_to == date(2026, 3, 2)

    def test_the_owner_extends_once_and_at_most_to_72_hours(self, night: Night, town: Town) -> None:
        found, owner = night.granted(), Actor(town.olga.id, "system_owner")
        with pytest.raises(NotAllowed, match="too_many_hours"), transaction():
            emergencies.extend(found.id, 49, EXTENDED, actor=owner, now=clock.now())
        with transaction():
            emergencies.extend(found.id, 48, EXTENDED, actor=owner, now=clock.now())
        assert found.expires_at == found.granted_at + 72 * HOUR
        with pytest.raises(Conflict, match="emergency_extended"), transaction():
            emergencies.extend(found.id, 12, EXTENDED, actor=owner, now=clock.now())

    @pytest.mark.parametrize("name", ["alice", "bob", "carol", "eva", "coordinator"])
    def test_nobody_else_extends(self, night: Night, town: Town, name: str) -> None:
        found = night.granted()
        with pytest.raises(Forbidden), transaction():
            who = Actor(getattr(town, name).id, "system_owner")
            emergencies.extend(found.id, 12, EXTENDED, actor=who, now=clock.now())

    def test_an_owner_who_asked_does_not_extend(self, night: Night, town: Town) -> None:
        with transaction() as session:
            appoint(session, "system_owner", town.eva, town.mic)
        found = night.granted()
        with pytest.raises(Forbidden), transaction():
            emergencies.extend(found.id, 12, EXTENDED, actor=Actor(town.eva.id, "system_owner"), now=clock.now())

    def test_extending_at_the_very_moment_of_expiry(
        self, night: Night, town: Town, frozen_time: time_machine.Traveller
    ) -> None:
        """At the moment itself it has ended, also when no job has run yet; a second before, the extension wins."""
        found, owner = night.granted(), Actor(town.olga.id, "system_owner")
        frozen_time.move_to(found.expires_at)
        with pytest.raises(Conflict, match="emergency_over"), transaction():
            emergencies.extend(found.id, 12, EXTENDED, actor=owner, now=clock.now())
        frozen_time.move_to(found.expires_at - timedelta(seconds=1))
        listed = emergency_queries.expired(found.expires_at)
        with transaction():
            emergencies.extend(found.id, 12, EXTENDED, actor=owner, now=clock.now())
        frozen_time.shift(timedelta(seconds=1))
        assert list(listed) == [found.id], "the job had found it"
        with transaction():
            assert emergencies.expire(found.id, clock.now()) is False, "and looks again under the lock"
        assert found.grant.status == "active"

    def test_the_database_keeps_none_beyond_72_hours(self, night: Night) -> None:
        found = night.granted()
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(text("UPDATE emergency SET expires_at = granted_at + interval '73 hours'"))
        assert found.id

    def test_an_ordinary_right_that_came_meanwhile_stays(
        self, night: Night, town: Town, alarm: AccessLevel, later: Later
    ) -> None:
        found = night.granted()
        order = night.life.order(town.alice, level=alarm)
        night.life.answer(order, town.bob, "approve")
        night.life.answer(order, town.sam, "grant")
        later(days=1)
        kinds = {t.kind for t in jobs.tasks.open_of_grant(found.grant_id)}
        assert (found.grant.status, found.end_reason) == ("revoked", "emergency_replaced")
        assert "revoke" not in kinds
        assert db.session.scalar(select(Grant.status).where(Grant.request_id == order.id)) == "active"


class TestControl:
    def test_the_line_manager_and_the_owner_are_asked(self, night: Night) -> None:
        found = night.granted()
        assert night.asked(found, "emergency_approval") == {"Bob"}
        assert night.asked(found, "emergency_followup") == {"Olga"}
        assert (found.approve_by, found.follow_up_by, found.close_by) == (
            date(2026, 3, 3),
            date(2026, 3, 9),
            date(2026, 3, 16),
        )

    def test_who_asked_does_not_approve(self, night: Night, town: Town) -> None:
        found = night.granted(by=town.carol)
        assert night.asked(found, "emergency_approval") == {"Bob"}

    def test_the_line_manager_who_asked_is_passed_by_upwards(self, night: Night, town: Town) -> None:
        order = night.ask(by=town.bob)
        night.life.answer(order, town.carol, "grant")
        found = emergency_queries.of_request(order.id)
        assert found is not None
        assert night.asked(found, "emergency_approval") == {"Eva"}
        with pytest.raises(NotAllowed, match="not_self"):
            night.judge(found, town.bob)

    def test_who_granted_neither_approves_nor_follows_up(self, night: Night, town: Town) -> None:
        with transaction() as session:
            appoint(session, "system_manager", town.bob, town.mic)
            appoint(session, "system_owner", town.bob, town.mic)
        order = night.ask(by=town.dan) if False else night.ask(by=town.sam)
        night.life.answer(order, town.bob, "grant")
        found = emergency_queries.of_request(order.id)
        assert found is not None
        assert night.asked(found, "emergency_approval") == {"Eva"}
        assert night.asked(found, "emergency_followup") == {"Olga"}

    def test_the_deputy_of_an_absent_manager_is_asked(self, night: Night, town: Town) -> None:
        with transaction() as session:
            session.merge(town.bob).employment_status = "on_leave"
            deputise(session, town.bob, town.dan)
        found = night.granted()
        assert night.asked(found, "emergency_approval") == {"Bob", "Dan"}

    def test_all_in_time_closes_by_itself(self, night: Night, town: Town, later: Later) -> None:
        found = night.granted()
        night.judge(found, town.bob)
        night.follow_up(found, town.olga)
        assert found.state == "open", "the right still lives"
        later(days=1)
        assert (found.state, found.deviations) == ("closed", [])
        assert log_of(found)[-2:] == ["emergency.over", "emergency.closed"]

    def test_disapproval_ends_the_right_at_once_and_is_a_deviation(self, night: Night, town: Town) -> None:
        found = night.granted()
        night.judge(found, town.bob, approved=False, reason="Nadia var på plats och kunde ha gjort det.")
        assert found.grant.status == "revocation_pending"
        assert found.deviations == ["disapproved"]
        assert night.asked(found, "emergency_closing") == {"Inga"}
        assert set(mails("emergency_told")) >= {town.eva.id, town.coordinator.id}

    def test_a_no_needs_a_reason(self, night: Night, town: Town) -> None:
        found = night.granted()
        with pytest.raises(NotAllowed, match="reason_needed"):
            night.judge(found, town.bob, approved=False)

    def test_misuse_is_a_deviation(self, night: Night, town: Town) -> None:
        found = night.granted()
        night.follow_up(found, town.olga, misused=True)
        assert found.deviations == ["misused"]

    def test_scenario_19_emergency_24_h_auto_expires_not_after_approved_gives_a_finding(
        self, night: Night, town: Town, later: Later
    ) -> None:
        found = night.granted()
        later(days=1)
        assert (found.grant.status, found.deviations) == ("expired", [])
        later(days=1)
        assert found.deviations == ["approval_late"]
        later(hours=1)
        assert log_of(found).count("emergency.deviated") == 1, "noted once"
        (finding,) = db.session.query(Finding).all()
        assert (finding.type, finding.severity, finding.state) == ("emergency_deviation", "high", "open")
        assert (finding.person_id, finding.system_id) == (town.alice.id, town.mic.id)
        assert night.asked(found, "emergency_closing") == {"Inga"}

    def test_the_coordinator_closes_with_a_lesson(self, night: Night, town: Town, later: Later) -> None:
        found = night.granted()
        later(days=10)
        assert found.deviations == ["approval_late", "follow_up_late"]
        with transaction():
            task, inga = night.task(found, "emergency_closing"), Actor(town.coordinator.id, "coordinator")
            emergency_control.close(task, "Skriv upp ersättare för helgerna.", True, actor=inga, now=clock.now())
        assert (found.state, found.is_incident, found.lesson) == (
            "closed_deviation",
            True,
            "Skriv upp ersättare för helgerna.",
        )
        assert {t.kind for t in jobs.tasks.open_of_grant(found.grant_id)} == {"revoke"}, "removal never lapses"
        assert [f.state for f in db.session.query(Finding)] == ["resolved_removed"]

    def test_it_is_not_closed_while_it_lives(self, night: Night, town: Town) -> None:
        found = night.granted()
        night.follow_up(found, town.olga, misused=True)
        with pytest.raises(NotAllowed, match="still_alive"), transaction():
            task, inga = night.task(found, "emergency_closing"), Actor(town.coordinator.id, "coordinator")
            emergency_control.close(task, "Skriv upp ersättare för helgerna.", False, actor=inga, now=clock.now())

    def test_silence_reaches_coordinator_then_it_and_head_of_administration(
        self, night: Night, town: Town, later: Later
    ) -> None:
        with transaction() as session:
            appoint(session, "it_manager", town.administrator)
            appoint(session, "board_manager", town.dan, board="KTN")
        found = night.granted()
        for day, expected in ((3, {"Bob"}), (4, {"Bob", "Inga"}), (5, {"Bob", "Inga", "Adam", "Dan"})):
            later(datetime(2026, 3, day, 9, 0, tzinfo=UTC))
            run_clocks()
            db.session.expire_all()
            assert night.asked(found, "emergency_approval") == expected

    def test_reminded_the_next_morning_once_and_on_any_day(self, night: Night, town: Town, later: Later) -> None:
        later(datetime(2026, 3, 6, 22, 0, tzinfo=UTC))  # Friday 23:00
        night.granted()
        later(datetime(2026, 3, 7, 5, 59, tzinfo=UTC))
        assert mails("task_reminder") == []
        later(datetime(2026, 3, 7, 6, 0, tzinfo=UTC))
        later(hours=5)
        assert sorted(mails("task_reminder")) == sorted([town.bob.id, town.olga.id])

    def test_who_leaves_loses_it_and_is_controlled_all_the_same(self, night: Night, town: Town) -> None:
        found = night.granted()
        with transaction():
            grants.end_all(
                town.alice.id, reason="employment_ended", actor=Actor(None, "directory", "system"), now=clock.now()
            )
        db.session.expire_all()
        assert (found.end_reason, found.state) == ("employment_ended", "open")
        assert night.asked(found, "emergency_approval") == {"Bob"}

    def test_the_figures_of_the_report(self, night: Night, town: Town, later: Later) -> None:
        found = night.granted()
        night.judge(found, town.bob)
        later(days=10)
        year = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        figures = emergency_queries.figures(*year)
        assert (figures.count, figures.late, figures.deviations, figures.incidents) == (1, 1, 1, 0)
        assert figures.judged == 0 and figures.lasted == 240.0
        assert emergency_queries.figures(*year, system_id=town.ad.id).count == 0


def test_the_text_is_what_the_requester_wrote(night: Night) -> None:
    assert night.ask().justification == WHY
