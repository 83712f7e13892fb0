"""A part is away while somebody works: nothing is lost, and what was begun goes on when the part is back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app import clock
from app.config import Settings
from app.db import db
from app.demonstration.processes import LOOPBACK, free_port
from app.grants import queries as grants
from app.notifications import tasks as outbox
from app.requests import tasks as jobs
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from tests.auth.conftest import as_person, token
from tests.journeys.conftest import Library
from tests.servers.ad_admin import AdAdmin
from tests.servers.samba_ad import SambaAD
from tests.servers.smtp import MailServer

__all__ = ["as_person"]

AsPerson = Callable[[Any], FlaskClient]
BOB, CAROL = "bob.ek@exempel.se", "carol.dahl@exempel.se"
LATER = timedelta(minutes=5)  # past the first back-off of a mail


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
        task = tasks.open_about(request_id=order.id)
        assert task is not None
        answered = post(self.as_person(self.library.person(name)), f"/tasks/{task.id}", **fields)
        db.session.rollback()
        db.session.expire_all()
        return answered


@pytest.fixture
def work(as_person: AsPerson, library: Library) -> Work:
    """What the characters do."""
    return Work(as_person, library)


APPROVE = {"verdict": "approve", "reviewed": "y"}


class TestRedisIsAway:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"redis_url": f"redis://{LOOPBACK}:{free_port()}/0"})

    def test_decision_is_kept_and_the_sweep_sends_the_mail(self, work: Work, smtp: MailServer) -> None:
        order = work.order()
        assert work.answer(order, "Bob Ek", **APPROVE).status_code == 302
        assert order.state == "manager_approved"
        assert smtp.messages == []
        outbox.send_due()
        assert order.case_number in smtp.wait_for(CAROL)["Subject"]


def test_mails_wait_for_the_mail_server(work: Work, smtp: MailServer) -> None:
    smtp.stop()
    order = work.order()
    db.session.commit()
    assert outbox.send_due() == 0
    smtp.start()
    with time_machine.travel(clock.now() + LATER):
        assert outbox.send_due() == 1
    assert len(smtp.to(BOB)) == 1
    assert work.answer(order, "Bob Ek", **APPROVE).status_code == 302


def test_order_waits_for_the_directory_and_goes_on_by_itself(work: Work, directory_away: Away) -> None:
    with directory_away():
        order = work.order()
        assert (order.state, order.wait_reason) == ("waiting_prerequisites", "directory_unavailable")
        db.session.commit()
        assert jobs.recheck_waiting() == 0
    assert jobs.recheck_waiting() == 1
    db.session.refresh(order)
    assert order.state == "requested"


def test_grant_that_cannot_be_checked_keeps_what_was_filled_in(work: Work, directory_away: Away) -> None:
    order = work.order()
    work.answer(order, "Bob Ek", **APPROVE)
    receipt = {
        "verdict": "grant",
        "done_on": clock.today().isoformat(),
        "target_user_id": "aliåke",
        "note": "Lånedisken i Tallvik",
    }
    with directory_away():
        refused = work.answer(order, "Carol Dahl", **receipt)
        assert refused.status_code == 503
        assert "aliåke" in refused.text
        assert "Lånedisken i Tallvik" in refused.text
        assert grants.of_request(order.id) is None
    assert work.answer(order, "Carol Dahl", **receipt).status_code == 302
    assert grants.of_request(order.id) is not None
    assert order.state == "granted"
