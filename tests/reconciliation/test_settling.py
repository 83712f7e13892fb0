"""What people do about findings: who may, what follows, and that all of it happens or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.db import db, transaction
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.grants.models import Grant
from app.notifications.models import OutboxMail
from app.reconciliation import following, services, settling
from app.reconciliation.settling import Act
from app.tasks.models import Task
from tests import people
from tests.auth.conftest import LogIn, as_person, token
from tests.requests.conftest import Life, statements
from workflows.events import Actor

__all__ = ["as_person", "statements"]
DISK, JOUR = "SYS-MIC-DISK", "SYS-MIC-JOUR"
WHY = "Gruppen används också för skrivaren i receptionen."


@pytest.fixture
def found(directory, findings):
    """Alice is in the desk, Dan in the journal, and nobody has ordered it."""
    directory.join(directory.town.alice, DISK)
    directory.join(directory.town.dan, JOUR)
    directory.read()
    rows = {f.person_id: f.id for f in findings("unapproved_membership")}
    db.session.rollback()
    return rows


def settle(directory, findings, act, who, *ids):
    with transaction():
        chosen = [f for f in findings() if f.id in ids]
        settling.settle(chosen, act, Actor(who.id, "system_manager", "web"), directory.now)


class TestRemove:
    def test_what_nobody_granted_is_put_on_record_and_its_removal_ordered(self, directory, findings, found):
        town = directory.town
        settle(directory, findings, Act("remove"), town.carol, *found.values())
        rights = db.session.scalars(select(Grant).where(Grant.source == "found").order_by(Grant.id)).all()
        assert {(g.subject_id, g.status) for g in rights} == {
            (town.alice.id, "revocation_pending"),
            (town.dan.id, "revocation_pending"),
        }
        assert db.session.query(Task).filter_by(kind="revoke", status="open").count() == 2
        assert {f.state for f in findings()} == {"assigned"}
        db.session.rollback()
        directory.leave(town.alice, DISK)
        directory.leave(town.dan, JOUR)
        directory.read()
        assert {f.state for f in findings()} == {"resolved_removed"}

    def test_twice_orders_once(self, directory, findings, found):
        alice = found[directory.town.alice.id]
        for _ in range(2):
            settle(directory, findings, Act("remove"), directory.town.carol, alice)
        assert db.session.query(Grant).filter_by(source="found").count() == 1

    def test_manager_is_asked_to_order_by_a_mail_that_leads_there(self, directory, findings, found, as_person):
        town = directory.town
        settle(directory, findings, Act("order"), town.carol, found[town.alice.id])
        (mail,) = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "finding_order")).all()
        assert mail.recipient_id == town.bob.id and mail.data["name"] == "Alice Åkesson"
        browser = as_person(town.bob)
        page = browser.get(browser.get(mail.data["url_path"]).headers["Location"])
        assert page.status_code == 200 and "Beställs i efterhand" in page.text

    def test_nobody_to_order_is_told_and_nothing_is_done(self, directory, findings, found):
        town = directory.town
        with transaction() as session:
            session.execute(update(Person).where(Person.id == town.alice.id).values(manager_id=None))
        with pytest.raises(NotAllowed, match="nobody_orders"):
            settle(directory, findings, Act("order"), town.carol, found[town.alice.id])
        assert {f.state for f in findings()} == {"open"}

    def test_order_afterwards_settles_it_and_is_linked(self, directory, findings, found):
        town = directory.town
        settle(directory, findings, Act("order"), town.carol, found[town.alice.id])
        order = Life(town).order(town.alice).id
        with transaction() as session:
            at = directory.now + timedelta(hours=1)
            people.grant(session, town.alice, town.disk, source="request", request_id=order, granted_at=at)
        directory.read()
        settled = next(f for f in findings() if f.id == found[town.alice.id])
        assert (settled.state, settled.request_id) == ("resolved_regularised", order)


class TestRefusals:
    def test_nobody_settles_what_is_about_oneself_and_then_nothing_is_done(self, directory, findings, found):
        with pytest.raises(NotAllowed, match="not_self"):
            settle(directory, findings, Act("explain", WHY), directory.town.alice, *found.values())
        assert {f.state for f in findings()} == {"open"}

    @pytest.mark.parametrize(("act", "why"), [
        (Act("explain", "kort"), "reason_too_short"), (Act("accept", WHY), "until_needed"),
        (Act("explain", "Gäller 19121212-1212 som har slutat."), "personnummer"),
        (Act("accept", WHY, date(2027, 3, 1)), "risk_too_long"), (Act("accept", WHY, date(2026, 3, 1)), "back_dated"),
    ])  # fmt: skip
    def test_reasons(self, directory, findings, found, act, why):
        with pytest.raises(NotAllowed, match=why):
            settle(directory, findings, act, directory.town.olga, *found.values())

    def test_settled_is_settled(self, directory, findings, found):
        alice = found[directory.town.alice.id]
        settle(directory, findings, Act("explain", WHY), directory.town.carol, alice)
        for act in (Act("explain", WHY), Act("remove")):
            with pytest.raises(Conflict):
                settle(directory, findings, act, directory.town.carol, alice)

    def test_leavers_access_cannot_be_lived_with(self, directory, findings):
        directory.join(directory.town.vera, DISK)
        directory.read()
        (one,) = findings("leaver_has_access")
        with pytest.raises(NotAllowed, match="must_be_settled"):
            settle(directory, findings, Act("accept", WHY, date(2026, 6, 1)), directory.town.olga, one.id)


def test_accepted_risk_comes_back_after_its_day(directory, findings, found):
    alice = found[directory.town.alice.id]
    settle(directory, findings, Act("accept", WHY, date(2026, 3, 20)), directory.town.olga, alice)
    directory.read()
    assert next(f for f in findings() if f.id == alice).state == "accepted_risk"
    db.session.rollback()
    with transaction():
        assert not services.reopen_lapsed(alice, directory.now)
        assert services.reopen_lapsed(alice, directory.now + timedelta(days=30))
    assert next(f for f in findings() if f.id == alice).state == "reopened"


class TestTelling:
    def told(self):
        mails = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "findings").order_by(OutboxMail.id))
        return [(m.recipient_id, [(x["act"], x["count"]) for x in m.data["lines"]]) for m in mails]

    def tell(self, at):
        with transaction():
            return following.tell(at)

    def test_managers_hear_once_in_one_mail_and_owner_and_coordinator_when_it_is_late(self, directory, findings, found):
        town, night = directory.town, directory.now
        assert self.tell(night) == 2  # Thursday: both managers
        assert self.tell(night) == 0
        assert sorted(self.told()) == sorted([(who.id, [("ask", 1), ("ask", 1)]) for who in (town.carol, town.sam)])
        self.tell(night + timedelta(days=5))  # Tuesday: the grave one was due on Monday
        late = {who: lines for who, lines in self.told()[2:]}
        assert late[town.olga.id] == [("escalate", 1)]
        assert "Alice" not in str([m.data for m in db.session.scalars(select(OutboxMail))])
        db.session.rollback()
        self.tell(night + timedelta(days=30))
        assert town.coordinator.id in dict(self.told())

    def test_coordinator_hears_of_what_is_in_no_system(self, directory):
        with transaction():
            directory.group("SYS-NY")
        directory.read()
        self.tell(directory.now)
        assert self.told() == [(directory.town.coordinator.id, [("ask", 1)])]


class TestPages:
    @pytest.fixture(autouse=True)
    def at(self, found, directory, time_machine_at):
        time_machine_at(directory.now)

    def test_list_is_for_those_who_answer_for_it(self, directory, as_person: LogIn, findings, found):
        town = directory.town
        for who, status in ((town.carol, 200), (town.olga, 200), (town.coordinator, 200), (town.alice, 403)):
            assert as_person(who).get("/reconciliation/findings").status_code == status
        page = as_person(town.carol).get("/reconciliation/findings").text
        assert "Alice Åkesson" in page and "Medlem utan beslut" in page
        high = as_person(town.carol).get("/reconciliation/findings?severity=high&type=unapproved_membership").text
        assert "Dan Öberg" in high and "Alice Åkesson" not in high
        for odd in ("?type=x&severity=y&after=z", "?state=settled", "?system=NEJ"):
            assert as_person(town.carol).get(f"/reconciliation/findings{odd}").status_code == 200

    def test_one_is_hidden_from_others_and_gone_is_gone(self, directory, as_person: LogIn, found):
        number = next(iter(found.values()))
        assert as_person(directory.town.carol).get(f"/reconciliation/findings/{number}").status_code == 200
        assert as_person(directory.town.dan).get(f"/reconciliation/findings/{number}").status_code == 404
        assert as_person(directory.town.carol).get("/reconciliation/findings/99999").status_code == 404
        assert as_person(directory.town.carol).delete(f"/reconciliation/findings/{number}").status_code == 405

    def test_system_beside_its_groups(self, directory, as_person: LogIn):
        page = as_person(directory.town.carol).get("/reconciliation/systems/MIC").text
        assert "SYS-MIC-DISK" in page and "Utan beslut" in page
        assert as_person(directory.town.dan).get("/reconciliation/systems/MIC").status_code == 403
        assert as_person(directory.town.carol).get("/reconciliation/systems/NEJ").status_code == 404

    def test_each_reader_is_offered_the_acts_that_are_his_or_hers(self, directory, as_person: LogIn, found):
        number = next(iter(found.values()))
        for path in ("/reconciliation/findings", f"/reconciliation/findings/{number}", "/reconciliation/systems/MIC"):
            manager, owner = (as_person(who).get(path).text for who in (directory.town.carol, directory.town.olga))
            assert "Beställ borttagning" in manager and "Beställ borttagning" in owner
            assert "Godta risken" not in manager and "sex månader" not in manager
            assert "Godta risken" in owner and "sex månader" in owner

    @pytest.mark.parametrize(
        ("path", "who", "most"),
        [
            ("/reconciliation/findings", "carol", 9),
            ("/reconciliation/systems/MIC", "carol", 12),
        ],
    )
    def test_statements_of_a_page_have_a_ceiling(
        self, directory, as_person: LogIn, found, statements: Callable[[], int], path: str, who: str, most: int
    ):
        browser = as_person(getattr(directory.town, who))
        before = statements()
        assert browser.get(path).status_code == 200
        assert statements() - before <= most

    def test_bulk_on_the_page_all_or_none(self, directory, as_person: LogIn, findings, found):
        browser = as_person(directory.town.carol)
        page = browser.get("/reconciliation/systems/MIC").text
        said = {"csrf_token": token(page), "act": "accept", "reason": WHY, "until": "2026-05-01"}
        chosen = [str(number) for number in found.values()]
        answer = browser.post("/reconciliation/systems/MIC", data=said | {"chosen": chosen})
        assert answer.status_code == 422 and "Bara systemägaren" in answer.text and "checked" in answer.text
        assert "Välj minst en" in browser.post("/reconciliation/systems/MIC", data=said | {"act": "explain"}).text
        gone = browser.post("/reconciliation/findings", data=said | {"act": "remove", "chosen": chosen})
        assert gone.status_code == 302 and {f.state for f in findings()} == {"assigned"}
        db.session.rollback()
        owner = as_person(directory.town.olga)
        one = f"/reconciliation/findings/{chosen[0]}"
        said["csrf_token"] = token(owner.get(one).text)
        assert owner.post(one, data=said).status_code == 302
        assert "Godtagen till och med" in owner.get(one).text

    def test_person_page_shows_them_to_the_manager_and_not_to_oneself(self, directory, as_person: LogIn):
        town = directory.town
        path = f"/access/people/{town.alice.id}"
        assert "Medlem utan beslut" in as_person(town.bob).get(path).text
        assert "Medlem utan beslut" not in as_person(town.alice).get(path).text
