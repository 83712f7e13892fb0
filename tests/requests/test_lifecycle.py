"""The main job at the services' level, on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.errors import AlreadyDecided, NotAllowed
from app.events import publish
from app.grants import queries as grants
from app.grants import services as grant_services
from app.grants.models import Grant
from app.notifications.models import OutboxMail
from app.requests import tasks as jobs
from app.tasks import queries as tasks
from tests.people import Town, deputise, left, level, person
from tests.requests.conftest import Life
from workflows.case import EmploymentStatus
from workflows.events import Actor


def test_order_is_approved_granted_and_revoked(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    assert (order.state, life.asked(order)) == ("requested", {"Bob"})
    life.answer(order, town.bob, "approve")
    assert (order.state, life.asked(order)) == ("manager_approved", {"Carol", "Sam"})
    life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-02"})
    grant = grants.of_request(order.id)
    assert grant is not None
    assert (order.state, grant.status, grant.target_user_id) == ("granted", "active", "aliåke")
    with transaction():
        grant_services.order_revocation(
            grant, reason="behövs inte", actor=Actor(town.alice.id, "subject"), now=clock.now()
        )
    task = tasks.open_about(grant_id=grant.id)
    assert task is not None and task.lapses_on is None
    with transaction():
        grant_services.confirm_removed(task, actor=Actor(town.sam.id, "system_manager"), now=clock.now(), receipt={})
    db.session.refresh(order)
    assert (grant.status, order.state) == ("revoked", "revoked")


def test_every_move_is_on_record_with_its_guards(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.request_id == order.id, AuditEvent.object_type == "request")
    ).all()
    submit, approve = sorted(events, key=lambda e: e.id)
    assert (submit.event, submit.state_from, submit.state_to) == ("request.submit", "draft", "requested")
    assert {g["guard"] for g in submit.guards} >= {"G1", "G2", "G4", "G5", "G10", "G11"}
    assert submit.evidence["status"] == "active"
    assert approve.actor_id == town.bob.id
    assert all(g["passed"] for g in approve.guards)


def test_mails_go_to_whoever_is_asked_and_never_to_dan(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    receivers = set(db.session.scalars(select(OutboxMail.recipient_id)))
    assert receivers == {town.bob.id, town.carol.id, town.sam.id}


@pytest.mark.parametrize("who", ["alice", "dan_as_orderer"])
def test_subject_and_orderer_never_decide(life: Life, town: Town, who: str) -> None:
    order = life.order(town.alice)
    with pytest.raises(NotAllowed) as refused:
        life.answer(order, town.alice, "approve")
    assert refused.value.reason == "not_self"
    assert order.state == "requested"


def test_line_managers_own_order_goes_to_the_next_level(life: Life, town: Town) -> None:
    assert life.asked(life.order(town.bob)) == {"Eva"}


def test_line_manager_who_orders_is_not_asked_again(life: Life, town: Town) -> None:
    order = life.order(town.alice, by=town.bob)
    assert (order.state, life.asked(order)) == ("manager_approved", {"Carol", "Sam"})
    implicit = [t for t in tasks.of_request(order.id) if t.reason == "implicit"]
    assert [t.decided_by_id for t in implicit] == [town.bob.id]


def test_system_manager_who_is_subject_is_not_asked(life: Life, town: Town) -> None:
    order = life.order(town.carol)
    life.answer(order, town.bob, "approve")
    assert life.asked(order) == {"Sam"}


def test_vacant_manager_is_passed_upwards(life: Life, town: Town) -> None:
    town.bob.employment_status = "ended"
    assert life.asked(life.order(town.alice)) == {"Eva"}


def test_manager_of_himself_goes_to_next_level_or_coordinator(life: Life, town: Town) -> None:
    town.dan.manager_id = town.dan.id
    assert life.asked(life.order(town.dan)) == {"Inga"}


def test_without_base_grant_the_order_waits_and_goes_on_when_it_comes(life: Life, town: Town) -> None:
    order = life.order(town.newcomer)
    assert (order.state, order.wait_reason) == ("waiting_prerequisites", "base_grant_missing")
    base = life.order(town.newcomer, by=town.bob, level=town.base)
    life.answer(base, town.carol, "grant", data={})
    db.session.refresh(order)
    # The directory has no answer in this test, so the order waits on, now for the directory.
    assert order.state == "waiting_prerequisites"


def test_unknown_at_submit_waits_and_says_why(life: Life, town: Town) -> None:
    order = life.order(town.alice, status=EmploymentStatus.UNKNOWN)
    assert (order.state, order.wait_reason) == ("waiting_prerequisites", "directory_unavailable")
    assert life.open_task(order) is None


def test_unknown_at_approval_keeps_the_approval_and_waits(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve", status=EmploymentStatus.UNKNOWN)
    assert (order.state, order.resume_state) == ("waiting_prerequisites", "manager_approved")


def test_unknown_at_grant_grants_nothing_and_loses_nothing(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    with pytest.raises(NotAllowed) as refused:
        life.answer(order, town.carol, "grant", status=EmploymentStatus.UNKNOWN)
    db.session.refresh(order)
    assert refused.value.reason == "directory_unavailable"
    assert (order.state, life.asked(order)) == ("manager_approved", {"Carol", "Sam"})
    assert grants.of_request(order.id) is None


def test_employment_that_ended_cancels_at_approval(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve", status=EmploymentStatus.ENDED)
    assert order.state == "cancelled"


def test_second_decider_is_told_who_was_first(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    task = life.open_task(order)
    assert task is not None
    life.answer(order, town.bob, "reject", reason="Behövs inte.")
    with pytest.raises(AlreadyDecided) as late, transaction():
        from app.requests import services

        services.decide(order, task, "approve", Life._push(town.eva, "test", None))  # type: ignore[arg-type]
    assert (late.value.details["who"], late.value.details["verdict"]) == ("Bob Ek", "reject")


def test_returned_order_is_completed_in_a_new_round(life: Life, town: Town) -> None:
    from app.requests import services

    order = life.order(town.alice)
    life.answer(order, town.bob, "return", reason="Vilken disk?")
    assert (order.state, life.asked(order), order.question) == ("returned", {"Alice"}, "Vilken disk?")
    with transaction():
        actor = Actor(town.alice.id, "orderer")
        services.amend(order, {"justification": "Disken i Söråker, hela våren ut."}, actor=actor)
        services.submit(order, Life._push(town.alice, "orderer", _active(town)))
    assert (order.state, order.round, life.asked(order)) == ("requested", 2, {"Bob"})


def _active(town: Town):  # type: ignore[no-untyped-def]
    from tests.requests.conftest import employed

    return employed(town.alice)


def test_duplicate_order_names_the_existing_one(life: Life, town: Town) -> None:
    first = life.order(town.alice)
    with pytest.raises(NotAllowed) as refused:
        life.order(town.alice)
    guard = next(g for g in refused.value.details["guards"] if g.guard == "G4")
    assert guard.inputs["existing"] == [first.case_number]


def test_personnummer_in_the_justification_is_refused(life: Life, town: Town) -> None:
    with pytest.raises(NotAllowed) as refused:
        life.order(town.alice, justification="Ska ge stöd till 19811218-9876 i lånedisken.")
    assert refused.value.reason == "personnummer"


def test_privileged_level_takes_three_people(life: Life, town: Town) -> None:
    with transaction() as session:
        admin = level(session, town.mic, "ADM", "Administratör", profile="privileged", max_days=365)
    end = clock.today().replace(year=clock.today().year + 1)
    order = life.order(town.alice, level=admin, valid_to=end)
    life.answer(order, town.bob, "approve")
    assert (order.state, life.asked(order)) == ("manager_approved", {"Olga"})
    life.answer(order, town.olga, "approve")
    assert (order.state, life.asked(order)) == ("owner_approved", {"Carol", "Sam"})


def test_leaver_loses_everything_and_orders_are_cancelled(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    with transaction():
        publish(left(town.alice.id))
    db.session.refresh(order)
    held = db.session.scalars(select(Grant).where(Grant.subject_id == town.alice.id)).all()
    assert order.state == "cancelled"
    assert {g.status for g in held} == {"revocation_pending"}


def test_manager_who_left_yesterday_is_replaced_in_open_tasks(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    with transaction():
        town.bob.employment_status = "ended"
        publish(left(town.bob.id))
    assert life.asked(order) == {"Eva"}


def test_deputy_during_absence_gets_the_mail_instead(life: Life, town: Town) -> None:
    with transaction() as session:
        deputise(session, town.bob, town.eva)
    order = life.order(town.alice)
    assert life.asked(order) == {"Bob", "Eva"}
    receivers = set(db.session.scalars(select(OutboxMail.recipient_id)))
    assert receivers == {town.eva.id}


def test_job_twice_reminds_once_and_a_standstill_loses_nothing(life: Life, town: Town, frozen_time) -> None:  # type: ignore[no-untyped-def]
    order = life.order(town.alice)
    frozen_time.shift(60 * 60 * 24 * 7)  # Monday to Monday: R1 and R2 are past, and the deputy's day
    jobs.run_clocks()
    jobs.run_clocks()
    digests = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "digest")).all()
    assert [d.recipient_id for d in digests] == [town.bob.id]
    assert life.asked(order) == {"Bob"}


def test_silence_escalates_to_the_next_level_and_then_lapses(life: Life, town: Town, frozen_time) -> None:  # type: ignore[no-untyped-def]
    order = life.order(town.alice)
    frozen_time.shift(60 * 60 * 24 * 11)  # Friday 13 March: nine working days on
    jobs.run_clocks()
    assert life.asked(order) == {"Bob", "Eva"}
    frozen_time.shift(60 * 60 * 24 * 20)
    jobs.run_clocks()
    db.session.refresh(order)
    assert order.state == "lapsed"


def test_whoever_is_asked_later_gets_a_mail_of_their_own(life: Life, town: Town, frozen_time) -> None:  # type: ignore[no-untyped-def]
    life.order(town.alice)
    frozen_time.shift(60 * 60 * 24 * 11)
    jobs.run_clocks()
    mails = select(OutboxMail.template).where(OutboxMail.recipient_id == town.eva.id)
    assert "task_escalated" in db.session.scalars(mails).all()


def test_grant_task_never_lapses(life: Life, town: Town, frozen_time) -> None:  # type: ignore[no-untyped-def]
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    frozen_time.shift(60 * 60 * 24 * 120)
    jobs.run_clocks()
    db.session.refresh(order)
    assert order.state == "manager_approved"
    assert "Olga" in life.asked(order)


def test_order_for_somebody_outside_ones_authority_is_refused(life: Life, town: Town) -> None:
    with pytest.raises(NotAllowed) as refused:
        life.order(town.alice, by=town.dan)
    assert refused.value.reason == "may_not_order"


def test_name_with_an_apostrophe_and_emoji_justification(life: Life, town: Town) -> None:
    with transaction() as session:
        sean = person(session, "Sean O'Brien", town.library, manager=town.bob)
        from tests.people import grant

        grant(session, sean, town.base)
    order = life.order(sean, justification="Ska hjälpa till i lånedisken 📚 hela våren.")
    assert order.state == "requested"


def test_owner_who_approved_as_manager_is_not_asked_as_owner(life: Life, town: Town) -> None:
    with transaction() as session:
        admin = level(session, town.mic, "ADM", "Administratör", profile="privileged", max_days=365)
        town.alice.manager_id = town.olga.id
    end = clock.today().replace(year=clock.today().year + 1)
    order = life.order(town.alice, level=admin, valid_to=end)
    assert life.asked(order) == {"Olga"}
    life.answer(order, town.olga, "approve")
    assert "Olga" not in life.asked(order)
    assert life.asked(order)
