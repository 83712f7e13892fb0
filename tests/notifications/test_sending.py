"""Sending: each mail once, whatever goes down in between, and none that nobody needs."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from app.db import transaction
from app.directory.models import Person
from app.links import services as links
from app.notifications import sending, tasks
from app.notifications.letter import Asked, Letter, To, Waiting
from app.notifications.letters import digest, order_lapsed, task_asked
from app.notifications.models import OutboxMail
from app.notifications.sending import LEASE, Outcome, back_off
from app.notifications.transport import Transport
from app.tasks.models import Task, TaskAddressee
from tests.notifications.conftest import NOW, ORDER, Outbox

MINUTE = timedelta(minutes=1)


def change(model: type, *where: Any, **values: object) -> None:
    with transaction() as session:
        session.execute(update(model).where(*where).values(**values))


def test_mail_is_sent_once_and_says_when_where_and_what(outbox: Outbox) -> None:
    bob = outbox.person("Bob Öberg")
    letter = outbox.ask(bob, outbox.task(bob))
    assert outbox.send() is Outcome.SENT
    assert outbox.send() is None
    row = outbox.row(letter.key)
    assert (row.status, row.sent_at, row.sent_to, row.error) == ("sent", NOW, "0@exempel.se", "")
    assert row.subject == "BEH-2026-000123: beställning att godkänna senast 27 november"
    (mail,) = outbox.office.mails
    assert mail["Subject"] == row.subject and mail["To"] == "Bob Öberg <0@exempel.se>"


def test_link_in_the_mail_is_bobs_and_only_its_hash_is_stored(outbox: Outbox) -> None:
    bob = outbox.person("Bob Öberg")
    task = outbox.task(bob)
    outbox.ask(bob, task)
    outbox.send()
    ((url,), (link,)) = outbox.office.links(), outbox.links()
    token = url.rsplit("/d/", 1)[1]
    assert link.token_hash == links.hashed(token)
    assert (link.task_id, link.person_id, link.round, link.request_version) == (task, bob, 1, 2)
    assert token not in str([vars(row) for row in outbox.rows() + outbox.links()])


def test_link_ends_with_the_day_on_which_the_task_lapses_or_after_20_working_days(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    outbox.ask(bob, outbox.task(bob))
    asked = Asked(task_id=outbox.task(bob), kind="owner_approval", due_on=date(2026, 12, 1), person_id=bob)
    outbox.queue(task_asked(asked, ORDER))
    assert outbox.send() is outbox.send() is Outcome.SENT
    ends = [link.expires_at.isoformat() for link in outbox.links()]
    assert ends == ["2026-12-22T23:00:00+00:00"] * 2


def test_functional_mailbox_gets_the_mail_without_a_link(outbox: Outbox) -> None:
    task = outbox.task(kind="grant")
    asked = Asked(task_id=task, kind="grant", due_on=date(2026, 11, 27), mailbox="bibliotek@exempel.se")
    outbox.queue(task_asked(asked, ORDER))
    assert outbox.send() is Outcome.SENT
    assert outbox.office.links() == ["https://behorig.exempel.se/requests/BEH-2026-000123"] and outbox.links() == []


def test_functional_mailbox_gets_no_link_even_if_a_letter_asks_for_one(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    asked = replace(outbox.ask(bob, outbox.task(bob)), key="to-mailbox", recipient_id=None, mailbox="alla@exempel.se")
    outbox.queue(asked)
    assert outbox.send() is outbox.send() is Outcome.SENT
    assert [link.person_id for link in outbox.links()] == [bob]


def test_address_and_language_are_those_of_the_moment_of_sending(outbox: Outbox) -> None:
    bob = outbox.person("Bob", mail="old@exempel.se")
    letter = outbox.ask(bob, outbox.task(bob))
    change(Person, Person.id == bob, mail="new@exempel.se", language="en")
    outbox.send()
    assert outbox.office.receivers == ["new@exempel.se"]
    assert outbox.row(letter.key).sent_to == "new@exempel.se"
    assert outbox.office.mails[0]["Content-Language"] == "en"


def test_protected_person_is_not_named_in_the_header(outbox: Outbox) -> None:
    bob = outbox.person("Bob Öberg", protected_identity=True)
    outbox.ask(bob, outbox.task(bob))
    outbox.send()
    assert outbox.office.mails[0]["To"] == "0@exempel.se"


@pytest.mark.parametrize("status", ["done", "lapsed", "closed"])
def test_mail_about_a_closed_task_is_dropped(outbox: Outbox, status: str) -> None:
    bob = outbox.person("Bob")
    letter = outbox.ask(bob, outbox.task(bob, status=status))
    assert outbox.send() is Outcome.DROPPED
    assert (outbox.row(letter.key).status, outbox.row(letter.key).error) == ("dropped", "task_closed")
    assert outbox.office.mails == [] and outbox.links() == []


def test_mail_to_who_passed_the_task_on_is_dropped(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    letter = outbox.ask(bob, outbox.task(bob))
    change(TaskAddressee, TaskAddressee.person_id == bob, removed_at=NOW)
    assert outbox.send() is Outcome.DROPPED
    assert outbox.row(letter.key).error == "not_asked_any_more"


def test_mail_to_somebody_who_was_never_asked_is_dropped(outbox: Outbox) -> None:
    bob, dan = outbox.person("Bob"), outbox.person("Dan")
    outbox.ask(dan, outbox.task(bob))
    assert outbox.send() is Outcome.DROPPED and outbox.links() == []


def test_no_mail_to_who_has_left(outbox: Outbox) -> None:
    bob = outbox.person("Bob", employment_status="ended")
    letter = outbox.ask(bob, outbox.task(bob))
    outbox.queue(order_lapsed(To(person_id=bob, role="orderer"), ORDER))
    assert outbox.send() is outbox.send() is Outcome.DROPPED
    assert outbox.row(letter.key).error == "receiver_has_left" and outbox.office.mails == []


def test_directory_that_did_not_answer_stops_no_mail(outbox: Outbox) -> None:
    bob = outbox.person("Bob", employment_status="unknown")
    outbox.ask(bob, outbox.task(bob))
    assert outbox.send() is Outcome.SENT


def test_digest_leaves_out_what_has_been_done_since(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    done, waiting = outbox.task(bob, status="done"), outbox.task(bob)
    lines = [
        Waiting(task_id=task, case_number=f"BEH-2026-{n:06}", kind="grant", due_on=date(2026, 11, 27))
        for n, task in enumerate((done, waiting), start=1)
    ]
    outbox.queue(digest(bob, date(2026, 11, 24), lines))
    assert outbox.send() is Outcome.SENT
    assert outbox.office.mails[0]["Subject"].startswith("Påminnelse: BEH-2026-000002")
    change(Task, Task.id == waiting, status="done")
    outbox.queue(digest(bob, date(2026, 11, 25), lines))
    assert outbox.send() is Outcome.DROPPED


def test_digest_of_the_day_is_sent_once_though_the_job_runs_twice(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    lines = [Waiting(task_id=outbox.task(bob), case_number="BEH-1", kind="grant", due_on=date(2026, 11, 27))]
    assert outbox.queue(digest(bob, date(2026, 11, 24), lines)) == 1
    outbox.send()
    assert outbox.queue(digest(bob, date(2026, 11, 24), lines)) == 0
    assert outbox.send(after=timedelta(days=3)) is None


def test_server_down_then_up_sends_once_after_the_back_off(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    letter = outbox.ask(bob, outbox.task(bob))
    outbox.office.close()
    assert outbox.send() is Outcome.DOWN
    assert outbox.row(letter.key).next_attempt_at == NOW + MINUTE and outbox.row(letter.key).error
    assert outbox.send() is None
    assert outbox.send(after=MINUTE) is Outcome.DOWN
    assert outbox.row(letter.key).next_attempt_at == NOW + 3 * MINUTE
    outbox.office.open()
    assert outbox.send(after=3 * MINUTE) is Outcome.SENT
    assert outbox.send(after=timedelta(days=1)) is None
    assert len(outbox.office.mails) == 1 and outbox.failures == []
    assert outbox.row(letter.key).attempts == 3
    assert links.find(outbox.office.links()[0].rsplit("/", 1)[1]) is not None


def test_back_off_doubles_up_to_an_hour() -> None:
    waits = [back_off(attempts) // MINUTE for attempts in (1, 2, 3, 4, 7, 8, 1000)]
    assert waits == [1, 2, 4, 8, 60, 60, 60]


def test_not_now_is_tried_again_and_given_up_after_two_days(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    letter = outbox.ask(bob, outbox.task(bob))
    outbox.office.answers["0@exempel.se"] = "452 mailbox full"
    assert outbox.send() is Outcome.LATER and outbox.failures == []
    assert outbox.send(after=timedelta(days=2, minutes=1)) is Outcome.FAILED
    assert "452" in outbox.row(letter.key).error and len(outbox.failures) == 1


@pytest.mark.parametrize("mail", ["gone@exempel.se", "", "bob@exempel.se\nBcc: dan@exempel.se"])
def test_refused_address_fails_at_once_and_surfaces_on_the_task(outbox: Outbox, mail: str) -> None:
    bob = outbox.person("Bob", mail=mail)
    task = outbox.task(bob)
    letter = outbox.ask(bob, task)
    outbox.office.answers["gone@exempel.se"] = "550 no such user"
    assert outbox.send() is Outcome.FAILED
    assert outbox.send(after=timedelta(days=1)) is None
    row = outbox.row(letter.key)
    assert row.status == "failed" and row.error
    (failure,) = outbox.failures
    assert (failure.outbox_id, failure.task_id, failure.recipient_id) == (row.id, task, bob)
    assert outbox.office.mails == []


def test_refused_address_does_not_stop_the_others(outbox: Outbox) -> None:
    bob, dan = outbox.person("Bob", mail=""), outbox.person("Dan")
    task = outbox.task(bob, dan)
    outbox.ask(bob, task)
    outbox.ask(dan, task)
    with time_machine.travel(NOW, tick=False):
        assert tasks.send_due() == 1


def test_mail_that_cannot_be_put_into_words_fails_and_does_not_stop_the_others(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    outbox.queue(Letter(key="broken", template="order_lapsed", recipient_id=bob, data={"url_path": "/"}))
    outbox.ask(bob, outbox.task(bob))
    with time_machine.travel(NOW, tick=False):
        assert tasks.send_due() == 1
    assert outbox.row("broken").status == "failed" and "is undefined" in outbox.row("broken").error
    assert len(outbox.failures) == 1


def test_server_away_is_asked_once_for_the_whole_queue(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = outbox.person("Bob")
    for _ in range(5):
        outbox.ask(bob, outbox.task(bob))
    outbox.office.close()
    tries: list[EmailMessage] = []
    send = Transport.send

    def counted(self: Transport, message: EmailMessage) -> None:
        tries.append(message)
        send(self, message)

    monkeypatch.setattr(Transport, "send", counted)
    with time_machine.travel(NOW, tick=False):
        assert tasks.send_due() == 0
    assert len(tries) == 1 and {row.status for row in outbox.rows()} == {"queued"}


def test_crash_between_claim_and_send_sends_after_the_lease(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = outbox.person("Bob")
    letter = outbox.ask(bob, outbox.task(bob))

    def crash(self: Transport, message: EmailMessage) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as during, pytest.raises(KeyboardInterrupt):
        during.setattr(Transport, "send", crash)
        outbox.send()
    assert outbox.row(letter.key).status == "queued"
    assert outbox.send(after=LEASE - MINUTE) is None
    assert outbox.send(after=LEASE) is Outcome.SENT
    assert len(outbox.office.mails) == 1 and len(outbox.links()) == 2


def test_crash_after_the_server_took_the_mail_sends_it_again_under_the_same_id(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = outbox.person("Bob")
    outbox.ask(bob, outbox.task(bob))
    send = Transport.send

    def crash(self: Transport, message: EmailMessage) -> None:
        send(self, message)
        raise KeyboardInterrupt

    with monkeypatch.context() as during, pytest.raises(KeyboardInterrupt):
        during.setattr(Transport, "send", crash)
        outbox.send()
    assert outbox.send(after=LEASE) is Outcome.SENT
    first, second = outbox.office.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert all(links.find(url.rsplit("/", 1)[1]) for url in outbox.office.links())


def test_link_is_committed_before_anybody_can_read_the_mail(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    outbox.ask(bob, outbox.task(bob))
    seen: list[int] = []

    def look() -> None:
        with outbox.app.app_context():
            seen.append(len(outbox.links()))

    outbox.office.before_taking = look
    assert outbox.send() is Outcome.SENT
    assert seen == [1]


def test_two_workers_send_each_mail_once(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    task = outbox.task(bob)
    letter = outbox.ask(bob, task)
    outbox.queue(*(replace(letter, key=f"mail-{n}") for n in range(39)))
    sent: list[int] = []

    def work() -> None:
        with outbox.app.app_context():
            sent.append(tasks.send_due())

    with time_machine.travel(NOW):
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sum(sent) == 40 and min(sent) > 0
    ids = [mail["Message-ID"] for mail in outbox.office.mails]
    assert len(ids) == len(set(ids)) == 40
    assert {row.attempts for row in outbox.rows()} == {1}


def test_row_locked_by_another_worker_is_skipped_not_waited_for(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    outbox.queue(order_lapsed(To(person_id=bob, role="orderer"), ORDER))
    found: list[Outcome | None] = []

    def other() -> None:
        with outbox.app.app_context():
            found.append(sending.send_next(NOW))

    with transaction() as session:
        session.query(OutboxMail).with_for_update().one()
        worker = threading.Thread(target=other)
        worker.start()
        worker.join(timeout=5)
        assert not worker.is_alive()
    assert found == [None]


def test_late_worker_does_not_undo_what_is_settled(outbox: Outbox) -> None:
    bob = outbox.person("Bob")
    letter = outbox.ask(bob, outbox.task(bob))
    outbox.office.answers["0@exempel.se"] = "450 busy"
    outbox.send()
    change(OutboxMail, OutboxMail.key == letter.key, status="sent")
    with transaction():
        sending._settle(outbox.row(letter.key).id, status="failed")
    assert outbox.row(letter.key).status == "sent"
