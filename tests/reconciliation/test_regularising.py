"""An order from a finding: it is not stopped by it, and settles it or has what is there removed (rules.md C13, G16)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.directory import services as live
from app.grants.models import Grant
from app.reconciliation import settling
from app.reconciliation.settling import Act
from app.requests import facts, queries
from app.requests import services as orders
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks.models import Task
from tests.auth.conftest import LogIn, as_person, token
from tests.requests.conftest import Life, employed
from workflows.events import Actor

__all__ = ["as_person"]
DISK, JOUR = "SYS-MIC-DISK", "SYS-MIC-JOUR"
NEED = {"valid_to": date(2026, 6, 20), "answers": {"need_analysis_ref": "KTN 2026/17", "is_needed": "yes"}}


@pytest.fixture
def life(directory):
    return Life(directory.town)


@pytest.fixture(autouse=True)
def at_noon(directory, time_machine_at):
    """The day after the night on which it is found."""
    time_machine_at(directory.now + timedelta(days=1, hours=8))


def found(directory, findings, *groups):
    """Alice is in the groups, and nobody has ordered it."""
    for group in groups:
        directory.join(directory.town.alice, group)
    directory.read()
    (one,) = findings("unapproved_membership")
    db.session.rollback()
    return one.id


def from_finding(life, number, **values):
    """Bob, Alice's manager, orders the desk from the finding."""
    return life.order(life.town.alice, by=life.town.bob, finding_id=number, **values)


def state_of(findings, number):
    (one,) = [f for f in findings() if f.id == number]
    seen = (one.state, one.request_id)
    db.session.rollback()
    return seen


class TestAnOrderFromAFinding:
    def test_is_dealt_with_while_it_is_under_way_and_settles_it_when_it_is_granted(self, directory, findings, life):
        number = found(directory, findings, DISK)
        order = from_finding(life, number)
        assert state_of(findings, number) == ("assigned", None)
        life.answer(order, life.town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-05"})
        assert state_of(findings, number) == ("resolved_regularised", order.id)
        directory.read()
        assert state_of(findings, number) == ("resolved_regularised", order.id)

    def test_rejected_has_what_is_there_removed(self, directory, findings, life):
        number = found(directory, findings, DISK)
        order = life.order(life.town.alice, by=life.town.bob, finding_id=number)
        life.answer(order, life.town.carol, "reject", reason="Det behövs inte i det arbetet.")
        right = db.session.scalars(select(Grant).where(Grant.source == "found")).one()
        assert (right.subject_id, right.status) == (life.town.alice.id, "revocation_pending")
        assert db.session.query(Task).filter_by(kind="revoke", status="open").count() == 1
        assert state_of(findings, number)[0] == "assigned"

    def test_taken_back_gives_the_finding_back(self, directory, findings, life):
        number = found(directory, findings, DISK)
        order = from_finding(life, number)
        with transaction():
            orders.withdraw(queries.by_id(order.id), Push(Actor(life.town.bob.id, "orderer"), clock.now()))
        assert state_of(findings, number)[0] == "reopened"
        assert db.session.query(Grant).filter_by(source="found").count() == 0

    def test_of_two_levels_the_other_stays_found(self, directory, findings, life):
        number = found(directory, findings, DISK, JOUR)
        order = from_finding(life, number)
        life.answer(order, life.town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-05"})
        (one,) = findings("unapproved_membership")
        assert one.state == "assigned" and list(one.evidence) == [f"level:{directory.journal.id}"]

    def test_a_finding_that_was_settled_meanwhile_stays_settled(self, directory, findings, life):
        number = found(directory, findings, DISK)
        order = from_finding(life, number)
        with transaction():
            (one,) = findings("unapproved_membership")
            reason = "Gruppen används för skrivaren i receptionen."
            settling.settle([one], Act("explain", reason), Actor(life.town.carol.id, "system_manager"), directory.now)
        life.answer(order, life.town.carol, "reject", reason="Det behövs inte i det arbetet.")
        assert state_of(findings, number)[0] == "false_positive"
        assert db.session.query(Grant).filter_by(source="found").count() == 0


class TestAGraveFindingStopsOtherOrders:
    """G16: the sensitive process asks for it."""

    def sent(self, life, directory, **values):
        return life.order(life.town.alice, by=life.town.bob, level=directory.journal, **NEED, **values)

    def test_waits_and_goes_on_when_the_finding_is_settled(self, directory, findings, life, monkeypatch):
        monkeypatch.setattr(live, "lookup", lambda who, now: employed(who))
        found(directory, findings, JOUR)
        order = self.sent(life, directory)
        assert (order.state, order.wait_reason) == ("waiting_prerequisites", "finding_open")
        db.session.rollback()
        with transaction():
            (one,) = findings("unapproved_membership")
            reason = "Gruppen används för skrivaren i receptionen."
            settling.settle([one], Act("explain", reason), Actor(life.town.carol.id, "system_manager"), directory.now)
        assert queries.by_id(order.id).state != "waiting_prerequisites"

    def test_not_the_order_from_the_finding(self, directory, findings, life):
        order = self.sent(life, directory, finding_id=found(directory, findings, JOUR))
        assert order.state != "waiting_prerequisites"

    def test_not_for_what_is_less_grave_or_of_paper_or_of_somebody_else(self, directory, findings, life):
        town, number = directory.town, found(directory, findings, JOUR)

        def stops(who=town.alice, level=directory.journal, **columns):
            with transaction() as session:
                (one,) = [f for f in findings() if f.id == number]
                for name, value in columns.items():
                    setattr(one, name, value)
                session.flush()
                values = {"valid_from": clock.today(), **NEED, "justification": "Ska hjälpa låntagare under våren."}
                draft = {"subject": who, "level": level, "kind": "new", **values}
                kept = orders.draft(draft, orderer_id=town.bob.id, now=clock.now())
                case = facts.case_for(kept, now=clock.now(), actor_id=None, evidence=None)
                session.rollback()
            return case.open_findings

        assert stops() == (str(number),)
        assert stops(who=town.dan) == ()
        assert stops(severity="medium") == ()
        assert stops(state="false_positive") == ()
        assert stops(type="paper_order_failed") == ()
        assert stops(level=town.base) == ()


class TestPages:
    def form(self, number, **more):
        said = {"subject": "", "valid_from": "2026-03-05", "justification": "Ska hjälpa låntagare i disken i vår."}
        return {**said, **more}

    def test_the_manager_orders_from_the_finding_and_the_chain_says_so(
        self, directory, findings, as_person: LogIn, life, monkeypatch
    ):
        monkeypatch.setattr(live, "lookup", lambda who, now: employed(who))
        town, number = directory.town, found(directory, findings, DISK)
        bob = as_person(town.bob)
        address = f"{town.disk.id}?finding={number}"
        page = bob.get(f"/requests/new/{address}&subject={town.alice.id}").text
        assert "Beställs i efterhand" in page and f"finding={number}" in page
        said = self.form(number, subject=str(town.alice.id), csrf_token=token(page))
        preview = bob.post(f"/requests/preview/{address}", data=said).text
        assert "I efterhand" in preview and f"finding={number}" in preview
        sent = bob.post(f"/requests/send/{address}", data=said)
        assert sent.status_code == 302, sent.text
        db.session.rollback()
        order = db.session.scalars(select(AccessRequest)).one()
        assert order.finding_id == number
        db.session.rollback()
        carol = as_person(town.carol)
        assert order.case_number in carol.get(f"/reconciliation/findings/{number}").text
        life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-05"})
        why = as_person(town.coordinator).get(f"/access/people/{town.alice.id}").text
        assert "Fanns redan, och beställdes i efterhand." in why and "Hittades utan beställning" in why

    def test_not_for_somebody_else_nor_by_somebody_else_nor_when_it_is_settled(
        self, directory, findings, as_person: LogIn
    ):
        town, number = directory.town, found(directory, findings, DISK)
        bob = as_person(town.bob)
        said = self.form(number, subject=str(town.sam.id), csrf_token=token(bob.get("/").text))
        address = f"{town.disk.id}?finding={number}"
        answer = bob.post(f"/requests/send/{address}", data=said)
        assert answer.status_code == 200 and "Avvikelsen gäller någon annan" in answer.text
        for who in (town.alice, town.dan):
            assert as_person(who).get(f"/requests/new/{address}").status_code == 404
        assert bob.get(f"/requests/new/{town.base.id}?finding={number}").status_code == 404
        assert bob.get(f"/requests/new/{town.disk.id}?finding=99999").status_code == 404
        db.session.rollback()
        with transaction():
            (one,) = findings("unapproved_membership")
            one.state = "false_positive"
        assert bob.get(f"/requests/new/{address}").status_code == 409
        assert db.session.query(AccessRequest).count() == 0
        assert db.session.query(AuditEvent).filter_by(event="request.submit").count() == 0
