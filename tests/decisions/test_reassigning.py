"""Passing a task on: to whom, what dies, what stays, and what is on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Barrier, Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.decisions import answering, reassigning
from app.directory.models import Person
from app.errors import AlreadyDecided, Forbidden, NotAllowed
from app.events import publish
from app.grants import queries as grants
from app.grants import services as grant_services
from app.links import services as links
from app.notifications.models import OutboxMail
from app.requests import services
from app.requests import tasks as jobs
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task, TaskClock
from tests.auth.conftest import LogIn
from tests.decisions.conftest import Reader, ReadPage
from tests.people import Town, deputise, left, level
from tests.requests.conftest import Life
from workflows.events import Actor

MailedTo = Callable[[Person], str]
WHY = "Du känner arbetet i lånedisken bättre."


def task_of(order: AccessRequest) -> Task:
    """Whatever is asked about the order now."""
    found = tasks.open_about(request_id=order.id)
    assert found is not None
    return found


def names(task: Task) -> list[str]:
    """To whom it may be passed on."""
    return [a.party.name for a in reassigning.receivers(task, clock.now())]


def pass_on(task: Task, who: Person, to: Person, reason: str = WHY) -> None:
    """``who`` passes the task on."""
    reassigning.pass_on(task, to.id, Actor(who.id, "test"), reason=reason, now=clock.now())


@pytest.fixture
def removing(order: AccessRequest, life: Life, town: Town) -> Task:
    """Carol and Sam are asked to remove Alice's right."""
    life.answer(order, town.bob, "approve")
    life.answer(order, town.carol, "grant")
    right = grants.of_request(order.id)
    assert right is not None
    with transaction():
        actor = Actor(town.alice.id, "subject")
        grant_services.order_revocation(right, reason="Behövs inte.", actor=actor, now=clock.now())
    found = tasks.open_about(grant_id=right.id)
    assert found is not None
    return found


class TestAct:
    def test_receiver_is_asked_and_the_passer_is_not(self, life: Life, order: AccessRequest, town: Town) -> None:
        pass_on(task_of(order), town.bob, town.eva)
        assert life.asked(order) == {"Eva"}
        with pytest.raises(Forbidden):
            life.answer(order, town.bob, "approve")
        life.answer(order, town.eva, "approve")
        assert order.state == "manager_approved"

    def test_the_deadlines_stay(self, order: AccessRequest, town: Town) -> None:
        task = task_of(order)
        ahead = [(c.act, c.fires_on) for c in tasks.clocks_ahead(task.id)]
        due, lapses = task.due_on, task.lapses_on
        pass_on(task, town.bob, town.eva)
        db.session.expire_all()
        assert (task.due_on, task.lapses_on, task.created_at) == (due, lapses, task.created_at)
        assert [(c.act, c.fires_on) for c in tasks.clocks_ahead(task.id)] == ahead

    def test_both_and_the_reason_are_on_record_with_the_order(self, order: AccessRequest, town: Town) -> None:
        pass_on(task_of(order), town.bob, town.eva)
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "task.reassigned")).one()
        assert (event.request_id, event.actor_id, event.reason) == (order.id, town.bob.id, WHY)
        assert event.data == {"from": town.bob.id, "to": town.eva.id}

    def test_receiver_gets_a_mail_at_once_that_says_from_whom_and_why(self, order: AccessRequest, town: Town) -> None:
        pass_on(task_of(order), town.bob, town.eva)
        mail = db.session.scalars(select(OutboxMail).where(OutboxMail.recipient_id == town.eva.id)).one()
        assert mail.template == "task_reassigned"
        assert (mail.data["decider_name"], mail.data["reason"]) == ("Bob Ek", WHY)
        assert mail.data["link"] == {"round": order.round, "request_version": order.version}

    def test_deputy_who_receives_it_answers_on_behalf_of_the_manager(
        self, order: AccessRequest, town: Town, life: Life
    ) -> None:
        deputise(db.session, town.bob, town.olga, absence=False, valid_from=date(2026, 1, 1), valid_to=date.max)
        db.session.commit()
        pass_on(task_of(order), town.bob, town.olga)
        (asked,) = [a for a in task_of(order).addressees if a.removed_at is None]
        assert (asked.why, asked.on_behalf_of_id) == ("deputy", town.bob.id)

    def test_removal_goes_to_another_who_runs_the_system(self, removing: Task, town: Town) -> None:
        assert names(removing) == ["Olga Åberg"]
        pass_on(removing, town.carol, town.olga)
        right = grants.grant(removing.grant_id or 0)
        assert right is not None
        with transaction():
            grant_services.confirm_removed(
                removing, actor=Actor(town.olga.id, "system_owner"), now=clock.now(), receipt={}
            )
        assert right.status == "revoked"
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "task.reassigned")).one()
        assert event.request_id == right.request_id

    def test_removal_never_goes_to_whoever_loses_the_right(self, removing: Task, town: Town) -> None:
        right = grants.grant(removing.grant_id or 0)
        assert right is not None
        with transaction():
            right.subject_id = town.olga.id
        assert names(removing) == []


class TestRefused:
    @pytest.mark.parametrize("who", ["alice", "bob", "dan", "carol", "vera"])
    def test_nobody_beyond_the_step(self, life: Life, order: AccessRequest, town: Town, who: str) -> None:
        with pytest.raises(NotAllowed) as refused:
            pass_on(task_of(order), town.bob, getattr(town, who))
        assert refused.value.reason == "not_a_receiver"
        assert life.asked(order) == {"Bob"}

    def test_manager_who_ordered_is_no_receiver(self, life: Life, town: Town) -> None:
        order = life.order(town.alice, by=town.eva)
        assert life.asked(order) == {"Bob"}
        assert names(task_of(order)) == ["Inga Säker"]

    def test_the_reason_is_needed(self, life: Life, order: AccessRequest, town: Town) -> None:
        with pytest.raises(NotAllowed) as refused:
            pass_on(task_of(order), town.bob, town.eva, reason=" \n")
        assert refused.value.reason == "reason_needed"
        assert life.asked(order) == {"Bob"}

    def test_who_is_not_asked_passes_nothing_on(self, order: AccessRequest, town: Town) -> None:
        with pytest.raises(Forbidden) as refused:
            pass_on(task_of(order), town.dan, town.eva)
        assert refused.value.details["names"] == "Bob Ek"

    def test_the_task_never_comes_back(self, life: Life, order: AccessRequest, town: Town) -> None:
        pass_on(task_of(order), town.bob, town.eva)
        assert "Bob Ek" not in names(task_of(order))

    def test_answered_task_is_not_passed_on(self, life: Life, order: AccessRequest, town: Town) -> None:
        task = life.answer(order, town.bob, "approve")
        with pytest.raises(AlreadyDecided):
            pass_on(task, town.bob, town.eva)
        assert life.asked(order) == {"Carol", "Sam"}

    def test_owner_of_what_is_privileged_is_another_than_the_manager(self, life: Life, town: Town) -> None:
        root = level(db.session, town.mic, "ADMIN", "Administratör", profile="privileged", max_days=365)
        order = life.order(town.alice, level=root, valid_to=clock.today())
        pass_on(task_of(order), town.bob, town.coordinator)
        life.answer(order, town.coordinator, "approve")
        assert life.asked(order) == {"Olga"}
        assert names(task_of(order)) == []


class TestAfterwards:
    def test_who_passed_it_on_is_asked_again_when_nobody_else_is_left(
        self, life: Life, order: AccessRequest, town: Town
    ) -> None:
        pass_on(task_of(order), town.bob, town.eva)
        with transaction():
            town.eva.employment_status = "ended"
            publish(left(town.eva.id))
        assert life.asked(order) == {"Bob"}
        mails = select(OutboxMail.key).where(OutboxMail.recipient_id == town.bob.id, OutboxMail.task_id.is_not(None))
        assert len(set(db.session.scalars(mails))) == 2

    def test_who_passed_it_on_is_spared_while_somebody_else_is_asked(self, life: Life, town: Town) -> None:
        order = life.order(town.alice)
        life.answer(order, town.bob, "approve")
        pass_on(task_of(order), town.carol, town.olga)
        with transaction():
            town.sam.employment_status = "ended"
            publish(left(town.sam.id))
        assert life.asked(order) == {"Olga"}

    def test_escalation_names_whoever_has_the_task_now(
        self, life: Life, order: AccessRequest, town: Town, frozen_time: Any
    ) -> None:
        pass_on(task_of(order), town.bob, town.coordinator)
        with transaction() as session:
            escalation = select(TaskClock).where(TaskClock.act == "escalate_2")
            session.scalars(escalation).one().fires_on = clock.today()
        jobs.run_clocks()
        assert life.asked(order) == {"Inga", "Eva"}
        mail = db.session.scalars(select(OutboxMail).where(OutboxMail.recipient_id == town.eva.id)).one()
        assert mail.data["waited_for_name"] == "Inga Säker"


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[type[Exception]]:
    """Do all of it at the same instant, each with a session of its own; gives the refusals."""
    start, refused = Barrier(len(acts), timeout=20), []

    def run(act: Callable[[], Any]) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
            except (AlreadyDecided, Forbidden, NotAllowed) as error:
                refused.append(type(error))

    db.session.commit()
    threads = [Thread(target=run, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    db.session.expire_all()
    return refused


def row(model: Any, row_id: int) -> Any:
    """The row in this thread's session."""
    return db.session.get_one(model, row_id)


@pytest.mark.parametrize("turn", range(4))
def test_one_person_who_answers_and_passes_on_at_once_does_one_of_them(
    app: Flask, life: Life, order: AccessRequest, town: Town, turn: int
) -> None:
    """The second act waits for the first one's commit, and then finds nothing to do."""
    task, own, bob, eva = task_of(order).id, order.id, town.bob.id, town.eva.id
    refused = at_once(
        app,
        lambda: life.answer(row(AccessRequest, own), row(Person, bob), "approve"),
        lambda: pass_on(row(Task, task), row(Person, bob), row(Person, eva)),
    )
    assert len(refused) == 1
    assert (order.state, life.asked(order)) in [("manager_approved", {"Carol", "Sam"}), ("requested", {"Eva"})]


def test_link_that_is_being_spent_when_its_task_is_passed_on_stops_nobody(
    app: Flask, order: AccessRequest, town: Town, bobs_link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer has spent the link and not yet closed the task when the other begins: no deadlock, one waits."""
    task, bob, eva, token = task_of(order).id, town.bob.id, town.eva.id, bobs_link.removeprefix("/d/")
    link_spent, decide = Event(), services.decide

    def decide_when_the_other_waits(*given: Any) -> Any:
        link_spent.set()
        wait_for_a_lock()
        return decide(*given)

    def answer_by_link() -> None:
        found = links.find(token)
        actor = Actor(bob, "test")
        answering.answer(row(Task, task), "approve", actor, reason="", receipt={}, now=clock.now(), link=found)

    def pass_on_meanwhile() -> None:
        assert link_spent.wait(20)
        pass_on(row(Task, task), row(Person, bob), row(Person, eva))

    monkeypatch.setattr(services, "decide", decide_when_the_other_waits)
    assert at_once(app, answer_by_link, pass_on_meanwhile) == [AlreadyDecided]
    assert order.state == "manager_approved"


def wait_for_a_lock() -> None:
    """Until some transaction waits for a row that another one holds."""
    waiting = select(func.count()).select_from(text("pg_locks")).where(text("NOT granted"))
    end = monotonic() + 20
    while not db.session.scalar(waiting):
        assert monotonic() < end, "nobody waits"
        sleep(0.02)


def test_one_decides_while_another_passes_on(app: Flask, life: Life, order: AccessRequest, town: Town) -> None:
    life.answer(order, town.bob, "approve")
    task, own, carol, sam, olga = task_of(order).id, order.id, town.carol.id, town.sam.id, town.olga.id
    refused = at_once(
        app,
        lambda: life.answer(row(AccessRequest, own), row(Person, sam), "grant"),
        lambda: pass_on(row(Task, task), row(Person, carol), row(Person, olga)),
    )
    assert order.state == "granted"
    assert refused in ([], [AlreadyDecided])


def test_two_who_pass_on_to_the_same_person_at_once(app: Flask, life: Life, order: AccessRequest, town: Town) -> None:
    life.answer(order, town.bob, "approve")
    task, carol, sam, olga = task_of(order).id, town.carol.id, town.sam.id, town.olga.id
    refused = at_once(
        app,
        lambda: pass_on(row(Task, task), row(Person, carol), row(Person, olga)),
        lambda: pass_on(row(Task, task), row(Person, sam), row(Person, olga)),
    )
    assert refused == [NotAllowed]
    assert life.asked(order) in ({"Olga", "Sam"}, {"Olga", "Carol"})


class TestPage:
    @pytest.fixture
    def path(self, order: AccessRequest) -> str:
        """Where Bob passes the question on."""
        return f"/tasks/{task_of(order).id}/pass-on"

    def test_shows_only_those_who_may_answer(self, as_person: LogIn, path: str, town: Town) -> None:
        page = as_person(town.bob).get(path).text
        main = page.split("<main")[1]
        assert "Eva Lind, chefens chef" in main
        assert "Inga Säker, informationssäkerhetssamordnare" in main
        assert "Carol Dahl" not in main and "checked" not in main

    @pytest.mark.parametrize("who", ["alice", "dan", "eva", "administrator"])
    def test_is_refused_to_others(self, as_person: LogIn, path: str, town: Town, who: str) -> None:
        assert as_person(getattr(town, who)).get(path).status_code == 403

    def test_other_methods_are_refused(self, as_person: LogIn, path: str, town: Town) -> None:
        assert {as_person(town.bob).open(path, method=m).status_code for m in ("PUT", "DELETE")} == {405}

    def test_passes_on_and_tells_in_the_orders_history(
        self, read: ReadPage, as_person: LogIn, path: str, order: AccessRequest, town: Town
    ) -> None:
        bob = as_person(town.bob)
        sent = read(path, bob).post(to=str(town.eva.id), reason=WHY)
        assert (sent.status_code, sent.headers["Location"]) == (302, "/tasks/")
        assert "Uppgiften är vidarebefordrad till Eva Lind." in bob.get("/tasks/").text
        history = as_person(town.alice).get(f"/requests/{order.case_number}").text.split('id="history"')[1]
        assert "Bob Ek vidarebefordrade uppgiften till Eva Lind" in history
        assert WHY in history

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"reason": WHY}, "Välj vem som ska få uppgiften."),
            ({"to": "eva"}, "Skriv varför"),
            ({"to": "eva", "reason": "Se 811218-9876."}, "personnummer"),
            ({"to": "dan", "reason": WHY}, "Den personen får inte svara på uppgiften"),
        ],
    )
    def test_says_what_to_mend_and_keeps_what_was_written(
        self, read: ReadPage, as_person: LogIn, path: str, town: Town, life: Life, order: AccessRequest,
        fields: dict[str, str], words: str,
    ) -> None:  # fmt: skip
        if "to" in fields:
            fields = fields | {"to": str(getattr(town, fields["to"]).id)}
        page = read(path, as_person(town.bob)).post(**fields)
        assert page.status_code == 422
        assert words in page.text
        assert fields.get("reason", "") in page.text
        assert life.asked(order) == {"Bob"}

    def test_says_so_when_nobody_else_may_answer(self, as_person: LogIn, town: Town, life: Life) -> None:
        with transaction():
            town.coordinator.employment_status = "ended"
        order = life.order(town.bob)
        page = as_person(town.eva).get(f"/tasks/{task_of(order).id}/pass-on").text
        assert "Ingen annan får svara" in page
        assert "<form method" not in page.split("<main")[1]

    @pytest.mark.parametrize("from_link", [True, False])
    def test_is_found_from_the_decision_page(
        self, read: ReadPage, as_person: LogIn, path: str, bobs_link: str, town: Town, from_link: bool
    ) -> None:
        page = read(bobs_link) if from_link else read(path.removesuffix("/pass-on"), as_person(town.bob))
        assert f'href="{path}"' in page.page.text

    def test_link_of_who_passed_it_on_is_dead_and_the_receivers_lives(
        self, read: ReadPage, as_person: LogIn, path: str, bobs_link: str, town: Town, mailed: MailedTo,
        order: AccessRequest,
    ) -> None:  # fmt: skip
        before: Reader = read(bobs_link)
        read(path, as_person(town.bob)).post(to=str(town.eva.id), reason=WHY)
        dead = before.post(verdict="approve", reviewed="y")
        assert "Länken gäller inte längre" in dead.text
        receiver = read(mailed(town.eva))
        assert receiver.post(verdict="approve", reviewed="y").status_code == 200
        db.session.expire_all()
        assert order.state == "manager_approved"

    def test_closed_task_says_so(
        self, as_person: LogIn, path: str, town: Town, life: Life, order: AccessRequest
    ) -> None:
        life.answer(order, town.bob, "approve")
        assert "Beställningen är redan besvarad" in as_person(town.bob).get(path).text
