"""Forms that were used: registered by one, verified by another, judged by the rules, settled (rules.md C12, W12)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.directory import services as directory
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants import services as grants
from app.grants.models import Grant
from app.notifications.models import OutboxMail
from app.outages import deviations, packs, registering, scans, tasks, verifying
from app.outages.models import Outage, PaperForm
from app.outages.paper_models import PaperOrder, PaperScan
from app.reconciliation import services as findings
from app.reconciliation.models import Finding
from app.tasks import queries as task_queries
from tests.outages.paperwork import FIRST, PDF, act, ended, printed, register, verify, written
from tests.people import Town, appoint, deputise, grant, left, level
from tests.requests.conftest import Life, employed
from workflows.case import EmploymentStatus
from workflows.events import Actor
from workflows.paper import Counted

pytestmark = pytest.mark.usefixtures("frozen_time")


@pytest.fixture
def outage(town: Town) -> Outage:
    """MicroMarc was out, and one form was taken out of the binder."""
    printed(town)
    return ended(town, Counted(1, 0))


def finding() -> Finding:
    """The one that there is."""
    db.session.expire_all()
    return db.session.scalars(select(Finding)).one()


def reasons(paper: PaperOrder) -> set[str]:
    """Why the rules said no."""
    return {trial["reason"] for trial in paper.trials if not trial["passed"]}


def test_what_passes_is_an_ordinary_right_with_its_original_times(town: Town, outage: Outage) -> None:
    paper = verify(town, register(town, outage))
    right = db.session.get_one(Grant, paper.grant_id)
    assert (paper.state, right.status, right.source, right.subject_id) == ("granted", "active", "paper", town.alice.id)
    assert (right.granted_by_id, right.granted_at, right.valid_from) == (town.carol.id, paper.done_at, clock.today())
    assert right.granted_at < paper.registered_at
    assert db.session.scalar(select(Finding.id)) is None
    logged = db.session.scalars(
        select(AuditEvent).where(AuditEvent.object_type == "paper_order").order_by(AuditEvent.id)
    )
    assert [row.event for row in logged] == ["paper_order.register", "paper_order.verify", "paper_order.pass"]


def test_every_guard_is_stored_as_of_then_and_as_of_now(town: Town, outage: Outage) -> None:
    paper = verify(town, register(town, outage))
    asked = {(trial["act"], trial["moment"], trial["guard"]) for trial in paper.trials}
    for moment in ("then", "now"):
        assert {("submit", moment, g) for g in ("G1", "G2", "G3", "G4", "G5", "G10", "G13")} <= asked
        assert {("approve", moment, "G6"), ("grant", moment, "G6"), ("grant", moment, "G7")} <= asked
    assert ("approve", "then", "authority") in asked and ("approve", "now", "authority") not in asked
    assert all(trial["passed"] for trial in paper.trials)


def test_scenario_24_paper_order_with_failing_employment_is_a_finding(town: Town, frozen_time: Any) -> None:
    printed(town)
    frozen_time.shift(timedelta(days=8))  # the outage has lasted for six working days
    outage = ended(town, Counted(1, 0), began=timedelta(days=8))
    paper = verify(town, register(town, outage), status=EmploymentStatus.NOT_FOUND)
    found = finding()
    assert (paper.state, paper.grant_id, reasons(paper)) == ("deviating", None, {"employment_missing"})
    assert (found.type, found.state, found.person_id) == ("paper_order_failed", "open", town.alice.id)
    assert found.evidence[FIRST]["reasons"] == ["employment_missing"]
    assert clock.calendar().between(clock.today(), found.due_on) == 5
    told = db.session.scalars(select(OutboxMail.recipient_id).where(OutboxMail.template == "paper_finding"))
    assert set(told) == {town.carol.id, town.sam.id}


def test_unknown_employment_waits_and_goes_on_when_the_directory_answers(
    town: Town, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = verify(town, register(town, outage), status=EmploymentStatus.UNKNOWN)
    assert (paper.state, paper.grant_id, paper.finding_id) == ("waiting", None, None)
    assert tasks.judge_waiting() == 0  # no directory is there in this test
    db.session.refresh(paper)
    assert paper.state == "waiting"
    monkeypatch.setattr(directory, "lookup", lambda person, _now: employed(person))
    assert (tasks.judge_waiting(), tasks.judge_waiting()) == (1, 0)
    db.session.refresh(paper)
    assert paper.state == "granted"


def test_who_has_left_loses_it_at_once(town: Town, outage: Outage) -> None:
    paper = verify(town, register(town, outage), status=EmploymentStatus.ENDED)
    right = db.session.get_one(Grant, paper.grant_id)
    assert (paper.state, right.status, finding().state) == ("removing", "revocation_pending", "assigned")
    task = task_queries.open_about(grant_id=right.id)
    assert task is not None and {a.person_id for a in task.addressees} == {town.carol.id, town.sam.id}


def test_who_leaves_after_the_finding_loses_it_too(town: Town, outage: Outage) -> None:
    paper = verify(town, register(town, outage, executor_id=town.bob.id))
    assert paper.state == "deviating"
    with transaction():
        publish(left(town.alice.id))
    db.session.refresh(paper)
    assert paper.state == "removing"


def test_owner_cannot_live_with_access_that_the_rules_refuse(town: Town, outage: Outage) -> None:
    verify(town, register(town, outage), status=EmploymentStatus.NOT_FOUND)
    with pytest.raises(NotAllowed, match="must_be_settled"), transaction():
        findings.accept(finding().id, "Vi vill ha det så här en tid.", clock.today(), act(town.olga), clock.now())


def test_removal_is_an_ordinary_task_and_settles_the_finding(town: Town, outage: Outage) -> None:
    paper = verify(town, register(town, outage), status=EmploymentStatus.NOT_FOUND)
    with transaction():
        deviations.remove(paper, actor=act(town.sam), now=clock.now())
    task = task_queries.open_about(grant_id=paper.grant_id)
    assert task is not None and (task.kind, task.lapses_on) == ("revoke", None)
    with transaction():
        grants.confirm_removed(task, actor=act(town.carol), now=clock.now(), receipt={})
    db.session.refresh(paper)
    assert (paper.state, finding().state) == ("removed", "resolved_removed")


def test_ordinary_order_afterwards_regularises_and_is_linked(town: Town, outage: Outage, life: Life) -> None:
    paper = verify(town, register(town, outage, employment_checked="no"))
    assert reasons(paper) == {"employment_not_checked"}
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    life.answer(order, town.sam, "grant")
    db.session.refresh(paper)
    assert (paper.state, paper.request_id, finding().state) == ("regularised", order.id, "resolved_regularised")


def test_right_that_was_held_already_is_linked_and_not_removed(town: Town, outage: Outage, life: Life) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    life.answer(order, town.sam, "grant")
    paper = verify(town, register(town, outage))
    assert reasons(paper) == {"duplicate"}
    with pytest.raises(NotAllowed, match="has_ordinary_right"), transaction():
        deviations.remove(paper, actor=act(town.sam), now=clock.now())
    with pytest.raises(NotAllowed, match="order_unknown"), transaction():
        deviations.regularise(paper, "BEH-1", actor=act(town.sam), now=clock.now())
    with transaction():
        deviations.regularise(paper, order.case_number, actor=act(town.sam), now=clock.now())
    db.session.refresh(paper)
    assert paper.state == "regularised"


def test_one_finding_for_each_person_and_system_is_settled_with_the_last_of_its_forms(town: Town) -> None:
    printed(town)
    with transaction() as session:
        other = level(session, town.mic, "INKOP", "Inköp")
    outage = ended(town, Counted(2, 0))
    first = verify(town, register(town, outage), status=EmploymentStatus.NOT_FOUND)
    second = verify(town, register(town, outage, "PB-MIC-0002", level_id=other.id), status=EmploymentStatus.NOT_FOUND)
    assert first.finding_id == second.finding_id and set(finding().evidence) == {FIRST, "PB-MIC-0002"}
    for paper, state in ((first, "assigned"), (second, "resolved_removed")):
        with transaction():
            deviations.remove(paper, actor=act(town.sam), now=clock.now())
        task = task_queries.open_about(grant_id=paper.grant_id)
        assert task is not None
        with transaction():
            grants.confirm_removed(task, actor=act(town.carol), now=clock.now(), receipt={})
        assert finding().state == state


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"executor_id": "bob"}, "executor_is_manager"),
        ({"executor_id": "dan"}, "not_asked_grant"),
        ({"manager_id": "dan"}, "not_asked_manager_approval"),
        ({"manager_id": "alice"}, "not_self"),
        ({"executor_id": "alice"}, "not_self"),
        ({"orderer_id": "dan"}, "may_not_order"),
        ({"subject_id": "newcomer", "orderer_id": "newcomer"}, "base_grant_missing"),
        ({"employment_checked": "no"}, "employment_not_checked"),
        ({"purpose": "Disken."}, "justification_too_short"),
        ({"valid_from": timedelta(days=-1)}, "back_dated"),
        ({"valid_to": timedelta(days=8)}, "beyond_outage"),
    ],
)
def test_what_the_rules_say_no_to(town: Town, outage: Outage, changes: dict[str, Any], reason: str) -> None:
    known = {k: getattr(town, v).id if isinstance(v, str) and hasattr(town, v) else v for k, v in changes.items()}
    known = {k: clock.today() + v if isinstance(v, timedelta) else v for k, v in known.items()}
    paper = verify(town, register(town, outage, **known))
    assert paper.state == "deviating"
    assert reason in reasons(paper)


def test_last_day_is_five_working_days_after_the_end(town: Town, outage: Outage) -> None:
    last = clock.calendar().add(clock.today(), 5)
    assert verify(town, register(town, outage, valid_to=last)).state == "granted"


def test_manager_that_has_left_since_was_manager_then(town: Town, outage: Outage) -> None:
    paper = register(town, outage)
    with transaction():
        town.bob.employment_status, town.bob.ends_on = "ended", clock.today()
    assert verify(town, paper).state == "granted"


def test_base_that_was_given_after_the_paper_does_not_heal_it(town: Town, outage: Outage) -> None:
    with transaction() as session:
        session.add(
            Grant(
                subject_id=town.newcomer.id, level_id=town.base.id, status="active", source="request",
                valid_from=clock.today(), granted_at=clock.now(),
            )
        )  # fmt: skip
    paper = verify(town, register(town, outage, subject_id=town.newcomer.id, orderer_id=town.newcomer.id))
    failed = {(t["moment"], t["reason"]) for t in paper.trials if not t["passed"]}
    assert failed == {("then", "base_grant_missing")}


def test_k3_needs_the_owner_on_paper_and_phone_is_enough(town: Town, outage: Outage) -> None:
    with transaction() as session:
        secret = level(session, town.mic, "SEKR", "Sekretess", details={"k": 3}, max_days=90)
    without = verify(town, register(town, outage, level_id=secret.id))
    assert "owner_missing_on_paper" in reasons(without)
    owner = {"owner_id": town.olga.id, "owner_note": "Per telefon 09.10."}
    with_owner = register(town, outage, "PB-MIC-0002", level_id=secret.id, **owner)
    assert "owner_missing_on_paper" not in reasons(verify(town, with_owner))


def test_right_whose_days_have_passed_expires_as_any_other(town: Town, frozen_time: Any) -> None:
    printed(town)
    outage = ended(town, Counted(1, 0))
    paper = register(town, outage, valid_to=clock.today())
    frozen_time.shift(timedelta(days=1))
    verify(town, paper)
    with transaction():
        assert grants.expire_due(clock.now()) == 1


@pytest.mark.parametrize(
    ("serial", "reason"),
    [("PB-MIC-0099", "serial_unknown"), ("", "serial_unknown"), ("PB-AD-0001", "serial_of_other_system")],
)
def test_serial_that_cannot_be(town: Town, outage: Outage, serial: str, reason: str) -> None:
    with transaction():
        packs.make(town.ad, None, 1, act(town.carol), clock.now())
    with pytest.raises(NotAllowed, match=reason) as refusal:
        register(town, outage, serial)
    assert refusal.value.details["field"] == "serial"


def test_serial_is_used_once(town: Town, outage: Outage) -> None:
    register(town, outage)
    with pytest.raises(NotAllowed, match="serial_used"):
        register(town, outage, f" {FIRST.lower()} ")


def test_form_that_was_void_is_not_registered(town: Town, outage: Outage) -> None:
    with transaction():
        db.session.scalars(select(PaperForm).where(PaperForm.serial == FIRST)).one().status = "void"
    with pytest.raises(NotAllowed, match="serial_void"):
        register(town, outage)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"occurred_at": timedelta(hours=-6)}, "before_outage", "occurred_at"),
        ({"occurred_at": timedelta(minutes=-10)}, "after_outage", "occurred_at"),
        ({"done_at": timedelta(hours=-5)}, "done_before_decided", "done_at"),
        ({"done_at": timedelta(minutes=1)}, "done_later", "done_at"),
        ({"valid_to": timedelta(days=-1)}, "period_reversed", "valid_to"),
        ({"purpose": "Gäller 19121212-1212."}, "personnummer", "purpose"),
        ({"done": "Gäller 19121212-1212."}, "personnummer", "done"),
        ({"level_id": "base"}, "level_of_other_system", "level_id"),
        ({"subject_id": "carol"}, "not_self", "subject_number"),
    ],
)
def test_what_cannot_be_written_is_told_beside_the_field(
    town: Town, outage: Outage, changes: dict[str, Any], reason: str, field: str
) -> None:
    known = {k: getattr(town, v).id if isinstance(v, str) and hasattr(town, v) else v for k, v in changes.items()}
    since = {"valid_to": clock.today()}
    known = {k: since.get(k, clock.now()) + v if isinstance(v, timedelta) else v for k, v in known.items()}
    with pytest.raises(NotAllowed, match=reason) as refusal:
        register(town, outage, **known)
    assert refusal.value.details["field"] == field
    assert db.session.scalar(select(PaperOrder.id)) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "scan_empty"),
        (b"<html><script>alert(1)</script></html>", "scan_kind"),
        (b"MZ" + PDF, "scan_kind"),
        (b" " + PDF, "scan_kind"),
        (b"GIF89a", "scan_kind"),
        (PDF + b"x" * scans.LARGEST, "scan_too_large"),
    ],
)
def test_scan_that_cannot_be(content: bytes, reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        scans.media_type_of(content)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
    ],
)
def test_scan_is_what_its_first_bytes_say(content: bytes, media_type: str) -> None:
    assert scans.media_type_of(content) == media_type


def test_scan_is_kept_with_its_hash_and_cannot_be_changed(town: Town, outage: Outage) -> None:
    paper = register(town, outage)
    scan = db.session.get_one(PaperScan, paper.scan_id)
    assert (scan.content, scan.size, len(scan.digest)) == (PDF, len(PDF), 64)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction():
        db.session.execute(text("UPDATE paper_scan SET content = 'x' WHERE id = :id"), {"id": scan.id})


@pytest.mark.parametrize(("who", "reason"), [("carol", "own_registration"), ("alice", "not_self")])
def test_second_person_is_neither_registrar_nor_subject(town: Town, outage: Outage, who: str, reason: str) -> None:
    paper = register(town, outage)
    with pytest.raises(NotAllowed, match=reason):
        verify(town, paper, by=getattr(town, who))
    with pytest.raises(NotAllowed, match=reason), transaction():
        verifying.send_back(paper, "Fel dag.", actor=act(getattr(town, who)), now=clock.now())


def test_database_itself_refuses_one_person_who_does_both(town: Town, outage: Outage) -> None:
    paper = register(town, outage)
    with pytest.raises(IntegrityError, match="ck_paper_order_second_person"), transaction():
        db.session.get_one(PaperOrder, paper.id).verified_by_id = town.carol.id


def test_sent_back_form_is_corrected_and_verified_by_another_than_who_corrected(town: Town, outage: Outage) -> None:
    paper = register(town, outage, valid_to=clock.today() + timedelta(days=30))
    with pytest.raises(NotAllowed, match="question_needed"), transaction():
        verifying.send_back(paper, "Fel", actor=act(town.sam), now=clock.now())
    with transaction():
        verifying.send_back(paper, "Slutdagen är den 6 mars.", actor=act(town.sam), now=clock.now())
    with transaction():
        registering.correct(paper, written(town), None, actor=act(town.sam), now=clock.now())
    with pytest.raises(NotAllowed, match="own_registration"):
        verify(town, paper)
    assert verify(town, paper, by=town.carol).state == "granted"
    with pytest.raises(NotAllowed, match="no_such_move"):
        verify(town, paper, by=town.olga)


def test_verifier_is_asked_and_never_the_registrar_or_the_subject(town: Town, outage: Outage) -> None:
    register(town, outage, subject_id=town.sam.id, orderer_id=town.sam.id)
    wanted = select(OutboxMail).where(OutboxMail.template == "paper_registration", OutboxMail.key.contains(":verify:"))
    assert [mail.recipient_id for mail in db.session.scalars(wanted)] == [town.olga.id]


def test_outage_that_lasts_or_is_closed_takes_no_forms(town: Town) -> None:
    printed(town)
    closed = ended(town, Counted(0, 0))
    with pytest.raises(Conflict, match="outage_closed"):
        register(town, closed)


@pytest.mark.parametrize("kind", ["product", "mail", "network"])
def test_works_when_only_the_product_or_the_mail_was_down(town: Town, kind: str) -> None:
    with transaction() as session:
        appoint(session, "it_manager", town.eva)
    printed(town)
    outage = ended(town, Counted(1, 0), kind)
    assert verify(town, register(town, outage)).state == "granted"


def test_deputy_of_the_manager_may_have_signed(town: Town, outage: Outage) -> None:
    with transaction() as session:
        deputise(session, town.bob, town.dan, absence=True)
    assert verify(town, register(town, outage, manager_id=town.dan.id)).state == "granted"


def test_two_who_register_the_same_serial_at_once(app: Flask, town: Town, outage: Outage) -> None:
    ready, outcomes = threading.Barrier(2), []

    def try_it(person_id: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    actor = Actor(person_id, "registrar")
                    mine = db.session.get_one(Outage, outage_id)
                    registering.register(mine, FIRST, paper, PDF, actor=actor, now=now)
                outcomes.append("registered")
            except NotAllowed as refusal:
                outcomes.append(refusal.reason)

    paper, now, outage_id = written(town), clock.now(), outage.id
    people = (town.carol.id, town.sam.id)
    db.session.commit()
    threads = [threading.Thread(target=try_it, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["registered", "serial_used"]
    assert db.session.scalar(select(func.count()).select_from(PaperScan)) == 1


def test_two_who_verify_at_once(app: Flask, town: Town, outage: Outage) -> None:
    paper_id = register(town, outage).id
    evidence, now, people = employed(town.alice), clock.now(), (town.sam.id, town.olga.id)
    ready, outcomes = threading.Barrier(2), []
    db.session.commit()

    def try_it(person_id: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    paper = db.session.get_one(PaperOrder, paper_id)
                    verifying.verify(paper, evidence=evidence, actor=Actor(person_id, "verifier"), now=now)
                outcomes.append("verified")
            except NotAllowed as refusal:
                outcomes.append(refusal.reason)

    threads = [threading.Thread(target=try_it, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["no_such_move", "verified"]
    assert db.session.scalar(select(func.count()).select_from(Grant).where(Grant.source == "paper")) == 1


def test_grant_from_before_is_seen_as_of_then(town: Town, outage: Outage) -> None:
    with transaction() as session:
        grant(session, town.alice, town.disk, status="revoked", revoked_at=clock.now() - timedelta(hours=2))
    paper = verify(town, register(town, outage))
    failed = {(t["moment"], t["reason"]) for t in paper.trials if not t["passed"]}
    assert failed == {("then", "duplicate")}
