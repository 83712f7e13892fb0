"""Go-live: what everybody has becomes a right from before, nothing is found the first night, and managers answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.grants.models import Grant
from app.reconciliation import baseline, judging
from app.reconciliation.models import BaselineItem
from app.tasks.models import Task
from tests import people
from tests.auth.conftest import LogIn, as_person, token
from tests.requests.conftest import statements
from workflows.events import Actor

__all__ = ["as_person", "statements"]
DISK, JOUR = "SYS-MIC-DISK", "SYS-MIC-JOUR"
WHY = "Grupperna är genomgångna med varje systemförvaltare i februari."


def take(directory, why=WHY):
    with transaction():
        who = Actor(directory.town.coordinator.id, "infosec_coordinator", "web")
        return baseline.take(why, who, directory.now)


@pytest.fixture
def crowd(unbased):
    """Alice and Carol are in the desk, Alice in the journal; Sam has the desk by right; a scanner is nobody's."""
    town = unbased.town
    for who, group in ((town.alice, DISK), (town.carol, DISK), (town.sam, DISK), (town.alice, JOUR)):
        unbased.join(who, group)
    unbased.join("svc-scanner", JOUR)
    with transaction() as session:
        people.grant(session, town.sam, town.disk)
    unbased.read(judge=False)
    return unbased


def test_scenario_14_baseline_gives_no_findings_and_an_item_for_each_membership(crowd, findings):
    taken = take(crowd)
    assert (taken.rights, taken.people) == (3, 2)
    assert db.session.query(BaselineItem).filter_by(verdict="").count() == 3
    assert crowd.judge() is None and findings() == []
    db.session.rollback()
    crowd.read()
    assert {f.type for f in findings()} == {"shared_or_generic"}  # nobody can answer for it
    sources = db.session.scalars(select(Grant.source).where(Grant.level_id == crowd.journal.id)).all()
    assert sources == ["legacy"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "baseline.taken")).one()
    assert event.reason == WHY and event.data["rights"] == 3


def test_what_is_new_afterwards_is_found(crowd, findings):
    take(crowd)
    crowd.join(crowd.town.dan, DISK)
    crowd.read()
    assert [f.person_id for f in findings("unapproved_membership")] == [crowd.town.dan.id]


def test_once_with_a_reason_and_never_of_an_unknown_reading(crowd):
    with pytest.raises(NotAllowed, match="reason_too_short"):
        take(crowd, "För att")
    take(crowd)
    with pytest.raises(Conflict, match="baseline_taken"):
        take(crowd)


def test_not_of_an_old_directory(unbased):
    unbased.now = unbased.now.replace(day=20)
    unbased.read(judge=False, whole=False)
    assert judging.hindrance(judging.latest()) == "directory_old"
    db.session.rollback()
    with pytest.raises(Conflict, match="baseline_unknown"):
        take(unbased)


class TestAnswers:
    def test_manager_keeps_and_removes_nobody_else_and_not_oneself(self, crowd):
        town = crowd.town
        take(crowd)
        mine = [right.id for right in baseline.mine(town.bob.id, coordinates=False)]
        assert len(mine) == 3 and baseline.mine(town.alice.id, coordinates=False) == []
        db.session.rollback()
        bob = Actor(town.bob.id, "line_manager", "web")
        alice = Actor(town.alice.id, "line_manager", "web")
        with transaction():
            assert baseline.answer(mine, "keep", alice, coordinates=True, now=crowd.now) == 0
            assert baseline.answer(mine[:2], "keep", bob, coordinates=False, now=crowd.now) == 2
            assert baseline.answer(mine, "remove", bob, coordinates=False, now=crowd.now) == 1
        rights = db.session.scalars(select(Grant).where(Grant.id.in_(mine)).order_by(Grant.id)).all()
        assert sorted(right.source for right in rights) == ["legacy", "legacy_attested", "legacy_attested"]
        assert [r.revoke_reason for r in rights if r.status == "revocation_pending"] == ["not_attested"]
        assert db.session.scalars(select(Task.kind).where(Task.kind == "revoke")).all() == ["revoke"]

    def test_page_reads_no_more_for_more_rights(self, crowd, as_person: LogIn, statements: Callable[[], int]):
        take(crowd)
        bob, path = as_person(crowd.town.bob), "/reconciliation/inherited"
        before = statements()
        page = bob.get(path).text
        of_three = statements() - before
        assert page.count('name="chosen"') == 3
        with transaction():
            some = db.session.scalars(select(BaselineItem.grant_id).order_by(BaselineItem.grant_id).limit(2)).all()
            who = Actor(crowd.town.bob.id, "line_manager", "web")
            baseline.answer(some, "keep", who, coordinates=False, now=crowd.now)
        before = statements()
        assert bob.get(path).text.count('name="chosen"') == 1
        assert statements() - before == of_three <= 8

    def test_pages_take_it_and_answer_it(self, crowd, as_person: LogIn, time_machine_at):
        town = crowd.town
        time_machine_at(crowd.now)
        browser = as_person(town.coordinator)
        page = browser.get("/reconciliation/baseline").text
        assert "Ta utgångsläget nu" in page
        said = {"csrf_token": token(page), "reason": "kort"}
        assert browser.post("/reconciliation/baseline", data=said).status_code == 422
        assert browser.post("/reconciliation/baseline", data=said | {"reason": WHY}).status_code == 302
        assert "Väntar på chefen" in browser.get("/reconciliation/baseline").text
        assert as_person(town.alice).get("/reconciliation/baseline").status_code == 403
        bob = as_person(town.bob)
        page = bob.get("/reconciliation/inherited").text
        assert page.count('name="chosen"') == 3
        said = {"csrf_token": token(page), "verdict": "keep"}
        assert "Välj minst en" in bob.post("/reconciliation/inherited", data=said).text
        chosen = [str(i.grant_id) for i in db.session.scalars(select(BaselineItem))]
        db.session.rollback()
        assert bob.post("/reconciliation/inherited", data=said | {"chosen": chosen}).status_code == 302
        assert "Inget väntar på ditt svar" in bob.get("/reconciliation/inherited").text
        assert bob.put("/reconciliation/inherited").status_code == 405
