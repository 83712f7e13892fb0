"""A part is away while somebody works: nothing is lost, and what was begun goes on when the part is back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from socket import socket
from time import monotonic
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app import clock
from app.config import Settings
from app.db import db
from app.demonstration.processes import LOOPBACK
from app.grants import queries as grants
from app.grants.models import Grant
from app.notifications import tasks as outbox
from app.requests import tasks as jobs
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.auth.conftest import as_person, token
from tests.journeys.conftest import Library
from tests.servers.ad_admin import AdAdmin
from tests.servers.samba_ad import SambaAD
from tests.servers.smtp import MailServer

__all__ = ["as_person"]

AsPerson = Callable[[Any], FlaskClient]
BOB, CAROL = "bob.ek@exempel.se", "carol.dahl@exempel.se"
ALICE = "alice.akesson@exempel.se"
LATER = timedelta(minutes=5)  # past the first back-off of a mail
QUICK = 4  # seconds at most for a page while Redis is away; kombu by itself would try for six
# Who gets a mail after each step, and what its subject says.
AFTER = {
    "submit": (BOB, "beställning att godkänna"),
    "approve": (CAROL, "behörighet att tilldela"),
    "grant": (ALICE, "är tilldelad"),
    "end": (CAROL, "behörighet att avsluta"),
    "confirm": (ALICE, "är avslutad"),
}


Away = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def directory_away(samba: SambaAD, ad_admin: AdAdmin) -> Away:
    """Stops the directory for a block; the administrator's session is opened anew for the tests that follow."""

    @contextmanager
    def away() -> Iterator[None]:
        ad_admin.connection.unbind()
        samba.stop()
        try:
            yield
        finally:
            samba.start()
            ad_admin.connection.bind()

    return away


def post(browser: FlaskClient, path: str, **fields: str) -> Any:
    """Send a form with the browser's token."""
    return browser.post(path, data={"csrf_token": token(browser.get("/").text), **fields})


class Work:
    """The acts of Alice, Bob and Carol, each in a browser of their own."""

    def __init__(self, as_person: AsPerson, library: Library) -> None:
        self.as_person, self.library = as_person, library

    def order(self) -> AccessRequest:
        """Alice orders the desk of MicroMarc."""
        alice = self.library.person("Alice Åkesson")
        fields = {
            "subject": str(alice.id),
            "valid_from": clock.today().isoformat(),
            "justification": "Ska hjälpa låntagare i lånedisken under våren.",
        }
        path = f"/requests/send/{self.library.disk.id}"
        assert post(self.as_person(alice), path, **fields).status_code == 302
        return db.session.query(AccessRequest).one()

    def answer(self, order: AccessRequest, name: str, **fields: str) -> Any:
        """``name`` answers the order's open task."""
        return self._answer(tasks.open_about(request_id=order.id), name, fields)

    def end(self, order: AccessRequest) -> Any:
        """Alice needs the right no more."""
        right = self.right(order)
        return self._sent(post(self.as_person(self.library.person("Alice Åkesson")), f"/grants/{right.id}/end"))

    def confirm(self, order: AccessRequest) -> Any:
        """Carol has removed it."""
        done = {"done_on": clock.today().isoformat()}
        return self._answer(tasks.open_about(grant_id=self.right(order).id), "Carol Dahl", done)

    def do(self, step: str, order: AccessRequest) -> None:
        """One step of the life that ``order`` has begun; each leads on to a page of thanks."""
        done = {
            "approve": lambda: self.answer(order, "Bob Ek", **APPROVE),
            "grant": lambda: self.answer(order, "Carol Dahl", **receipt()),
            "end": lambda: self.end(order),
            "confirm": lambda: self.confirm(order),
        }[step]()
        assert done.status_code == 302, step

    @staticmethod
    def right(order: AccessRequest) -> Grant:
        """What the order led to."""
        found = grants.of_request(order.id)
        assert found is not None
        return found

    def _answer(self, task: Task | None, name: str, fields: dict[str, str]) -> Any:
        assert task is not None
        return self._sent(post(self.as_person(self.library.person(name)), f"/tasks/{task.id}", **fields))

    @staticmethod
    def _sent(answered: Any) -> Any:
        db.session.rollback()
        db.session.expire_all()
        return answered


@pytest.fixture
def work(as_person: AsPerson, library: Library) -> Work:
    """What the characters do."""
    return Work(as_person, library)


APPROVE = {"verdict": "approve", "reviewed": "y"}
STEPS = ("approve", "grant", "end", "confirm")


def receipt() -> dict[str, str]:
    """What Carol fills in when she has granted."""
    return {
        "verdict": "grant",
        "done_on": clock.today().isoformat(),
        "target_user_id": "aliåke",
        "note": "Lånedisken i Tallvik",
    }


def life_until(step: str, work: Work) -> AccessRequest:
    """An order for which ``step`` is next."""
    order = work.order()
    for earlier in STEPS[: STEPS.index(step)]:
        work.do(earlier, order)
    return order


class TestRedisIsAway:
    @pytest.fixture(params=["refuses", "is silent"])
    def settings(self, settings: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
        """Redis is not there, or takes what is sent and says nothing."""
        with socket() as server:
            server.bind((LOOPBACK, 0))
            if request.param == "is silent":
                server.listen()
            yield settings.model_copy(update={"redis_url": f"redis://{LOOPBACK}:{server.getsockname()[1]}/0"})

    def test_every_step_is_quick_and_the_sweep_sends_its_mail(self, work: Work, smtp: MailServer) -> None:
        taken = {}
        for step, (address, words) in AFTER.items():
            begun = monotonic()
            if step == "submit":
                order = work.order()
            else:
                work.do(step, order)
            taken[step] = monotonic() - begun
            db.session.commit()
            before = len(smtp.messages)
            assert outbox.send_due() > 0
            mail = next(m for m in smtp.messages[before:] if address in str(m["To"]))
            assert words in mail["Subject"]
        assert order.state == "revoked"
        assert max(taken.values()) < QUICK, taken


@pytest.mark.parametrize("step", ["submit", *STEPS])
def test_mails_wait_for_the_mail_server_and_go_once(work: Work, smtp: MailServer, step: str) -> None:
    order = None if step == "submit" else life_until(step, work)
    db.session.commit()
    outbox.send_due()
    smtp.messages.clear()
    smtp.stop()
    if order is None:
        order = work.order()
    else:
        work.do(step, order)
    db.session.commit()
    assert outbox.send_due() == 0
    smtp.start()
    with time_machine.travel(clock.now() + LATER):
        sent = outbox.send_due()
        assert outbox.send_due() == 0
    address, words = AFTER[step]
    assert len(smtp.messages) == sent
    assert [words in mail["Subject"] for mail in smtp.to(address)] == [True]


def test_order_waits_for_the_directory_and_goes_on_by_itself(work: Work, directory_away: Away) -> None:
    with directory_away():
        order = work.order()
        assert (order.state, order.wait_reason) == ("waiting_prerequisites", "directory_unavailable")
        db.session.commit()
        assert jobs.recheck_waiting() == 0
    assert jobs.recheck_waiting() == 1
    db.session.refresh(order)
    assert order.state == "requested"


def test_approval_is_kept_while_the_directory_is_away_and_goes_on_by_itself(work: Work, directory_away: Away) -> None:
    order = work.order()
    with directory_away():
        work.do("approve", order)
        assert (order.state, order.wait_reason) == ("waiting_prerequisites", "directory_unavailable")
        alice = work.as_person(work.library.person("Alice Åkesson"))
        assert "Väntar på personalkatalogen" in alice.get(f"/requests/{order.case_number}").text
        assert tasks.open_about(request_id=order.id) is None
        db.session.commit()
    assert jobs.recheck_waiting() == 1
    db.session.refresh(order)
    assert order.state == "manager_approved"
    work.do("grant", order)


def test_grant_that_cannot_be_checked_keeps_what_was_filled_in(work: Work, directory_away: Away) -> None:
    order = life_until("grant", work)
    with directory_away():
        refused = work.answer(order, "Carol Dahl", **receipt())
        assert refused.status_code == 503
        assert "aliåke" in refused.text
        assert "Lånedisken i Tallvik" in refused.text
        assert grants.of_request(order.id) is None
    work.do("grant", order)
    assert order.state == "granted"


def test_end_is_ordered_and_confirmed_while_the_directory_is_away(work: Work, directory_away: Away) -> None:
    order = life_until("end", work)
    with directory_away():
        work.do("end", order)
        assert work.right(order).status == "revocation_pending"
        work.do("confirm", order)
    assert (work.right(order).status, order.state) == ("revoked", "revoked")
