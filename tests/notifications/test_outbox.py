"""Queueing: in the caller's transaction, once for each key, several in one statement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from celery import Celery
from sqlalchemy import event

from app.db import db, transaction
from app.notifications import queries, services
from app.notifications.letter import Letter
from app.notifications.letters import digest
from tests.notifications.conftest import NOW, Outbox
from tests.notifications.post_office import closed_port


def letter(key: str = "k1", **more: Any) -> Letter:
    return replace(Letter(key=key, template="order_lapsed", mailbox="a@exempel.se"), **more)


def test_same_key_is_queued_once(outbox: Outbox) -> None:
    assert outbox.queue(letter()) == 1
    assert outbox.queue(letter()) == 0
    assert len(outbox.rows()) == 1


def test_same_key_twice_in_one_go_is_queued_once(outbox: Outbox) -> None:
    assert outbox.queue(letter("k1"), letter("k1"), letter("k2")) == 2


def test_nothing_to_queue_is_nothing(outbox: Outbox) -> None:
    assert outbox.queue() == 0


def test_many_mails_are_one_statement(outbox: Outbox) -> None:
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    outbox.queue(*(letter(f"k{n}") for n in range(50)))
    assert len([said for said in statements if "INSERT" in said]) == 1
    assert len(outbox.rows()) == 50


def test_mail_of_an_undone_transaction_was_never_queued(outbox: Outbox) -> None:
    with pytest.raises(RuntimeError), transaction():
        services.queue(letter(), now=NOW)
        raise RuntimeError("the grant could not be written")
    assert outbox.rows() == []


def test_swedish_letters_and_emoji_survive_the_outbox(outbox: Outbox) -> None:
    outbox.queue(letter(data={"reason": "Åsa 🙂 Öst", "days": [1, 2]}))
    assert outbox.row("k1").data == {"reason": "Åsa 🙂 Öst", "days": [1, 2]}


def test_worker_is_nudged_after_the_commit_and_once(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    nudges: list[str] = []

    class Recorder:
        def send_task(self, name: str, **options: object) -> None:
            db.session.rollback()
            nudges.append(f"{name}:{len(outbox.rows())}")

    monkeypatch.setitem(outbox.app.extensions, "celery", Recorder())
    with transaction():
        services.queue(letter("k1"), now=NOW)
        services.queue(letter("k2"), now=NOW)
        assert nudges == []
    assert nudges == ["behorig.send_mail:2"]


def test_worker_that_has_not_begun_is_not_told_again(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    nudges: list[str] = []

    class Recorder:
        def send_task(self, name: str, **options: object) -> None:
            nudges.append(name)

    monkeypatch.setitem(outbox.app.extensions, "celery", Recorder())
    outbox.queue(letter("k1"))
    outbox.queue(letter("k2"))
    assert len(nudges) == 1
    services.take_nudge()
    outbox.queue(letter("k3"))
    assert len(nudges) == 2


def test_nothing_new_nudges_nobody(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox.queue(letter())
    nudges: list[str] = []
    monkeypatch.setattr(services, "nudge", lambda: nudges.append("nudge"))
    outbox.queue(letter())
    assert nudges == []


def test_redis_down_loses_no_mail(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    celery = Celery(broker=f"redis://127.0.0.1:{closed_port()}/0")
    celery.conf.broker_transport_options = {"max_retries": 0}
    monkeypatch.setitem(outbox.app.extensions, "celery", celery)
    assert outbox.queue(letter()) == 1
    assert outbox.row("k1").status == "queued"


def test_who_has_had_the_digest_of_the_day(outbox: Outbox) -> None:
    bob, dan = outbox.person("Bob"), outbox.person("Dan")
    day = date(2026, 11, 24)
    outbox.queue(digest(bob, day, []), digest(dan, date(2026, 11, 23), []))
    assert queries.digest_receivers(day) == {bob}
    assert queries.digest_receivers(date(2026, 11, 25)) == frozenset()


def test_counts_by_status(outbox: Outbox) -> None:
    outbox.queue(letter("k1"), letter("k2"))
    assert queries.counts() == {"queued": 2}
