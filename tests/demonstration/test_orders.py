"""Orders of the demonstration: each role has something to see, the mailbox is not flooded, again adds nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.config import Settings
from app.db import db
from app.demonstration import furnishing, orders
from app.demonstration.municipality import write_people_json
from app.directory.models import Person
from app.grants.models import Grant
from app.notifications import tasks as outbox
from app.notifications.models import OutboxMail
from app.outages import accounting
from app.outages.models import Outage
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from tests.demonstration.test_ldap_server import BASE, PASSWORD, READER, serve
from tests.servers.smtp import MailServer

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TOLD = {"deputy_named", "matter_told", "paper_registration", "review_told"}  # no task is asked
MOST_MAILS = 36  # a mailbox that a visitor can take in


@pytest.fixture(scope="module")
def directory_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration's directory, with its people as they are on 2 March 2026."""
    file: Path = tmp_path_factory.mktemp("people") / "people.json"
    write_people_json(file, NOW.date())
    process, address = serve(file)
    yield address
    process.communicate(timeout=10)


@pytest.fixture
def settings(settings: Settings, directory_address: str) -> Settings:
    """The application reads it."""
    login = {"ldap_bind_dn": READER, "ldap_bind_password": PASSWORD, "ldap_base": BASE}
    return settings.model_copy(
        update={"ldap_servers": (directory_address,), "ldap_plain_text": True, "ldap_start_tls": False, **login}
    )


@pytest.fixture
def furnished(app: Flask) -> Iterator[None]:
    """The demonstration on its first morning."""
    with time_machine.travel(NOW, tick=False):
        furnishing.furnish(NOW)
        yield


def the(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.display_name == name)).one()


def to_do(name: str) -> list[str]:
    """The kinds of task that wait for somebody."""
    return sorted(task.kind for task in tasks.asked_of(the(name).id))


@pytest.mark.usefixtures("furnished")
def test_orders_stand_in_many_states() -> None:
    states = Counter(db.session.scalars(select(AccessRequest.state)))
    assert states == {
        "requested": 4,
        "manager_approved": 4,
        "granted": 5,
        "waiting_prerequisites": 1,
        "returned": 1,
        "rejected": 1,
    }
    assert db.session.scalar(select(func.count()).where(Grant.status == "revocation_pending")) == 1


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Bob Ek", ["confirmation", "manager_approval"]),
        ("Carol Dahl", ["confirmation", "grant", "revoke"]),
        ("Sean O'Brien", ["grant"]),
        ("Gunilla Sjöström", ["manager_approval"]),
        ("Maria-Therése af Ugglas-Åkerström", ["manager_approval"]),
        ("Pia Norén", ["manager_approval"]),
        ("Ingrid Norrby", ["owner_approval"]),
        ("Dan Öberg", ["complete_request", "prerequisite"]),
        ("Alice Åkesson", []),
    ],
)
def test_roles_have_something_to_do(name: str, kinds: list[str]) -> None:
    assert to_do(name) == kinds


@pytest.mark.usefixtures("furnished")
def test_newcomer_waits_for_the_employment_and_eva_sees_what_she_ordered() -> None:
    waiting = db.session.scalars(select(AccessRequest).where(AccessRequest.subject_id == the("Nora Lövgren").id)).one()
    assert (waiting.wait_reason, waiting.orderer_id) == ("employment_missing", the("Bob Ek").id)
    ordered = db.session.scalars(select(AccessRequest).where(AccessRequest.orderer_id == the("Eva Lind").id)).one()
    assert ordered.state == "granted"


@pytest.mark.usefixtures("furnished")
def test_everything_happened_on_working_days_that_have_passed() -> None:
    moments = db.session.scalars(select(AuditEvent.at).where(AuditEvent.request_id.is_not(None))).all()
    assert moments and all(at < NOW and at.weekday() < 5 for at in moments)


@pytest.mark.usefixtures("furnished")
def test_few_mails_come_and_each_asks_for_something_that_is_open(smtp: MailServer) -> None:
    outbox.send_due()
    assert 5 <= len(smtp.messages) <= MOST_MAILS, [str(message["Subject"]) for message in smtp.messages]
    about_no_task = OutboxMail.status == "sent", OutboxMail.sent_to != "", OutboxMail.task_id.is_(None)
    assert set(db.session.scalars(select(OutboxMail.template).where(*about_no_task))) <= TOLD
    assert db.session.scalar(select(func.count()).where(OutboxMail.status == "queued")) == 0


@pytest.mark.usefixtures("furnished")
def test_starting_again_adds_no_order_and_no_mail(smtp: MailServer) -> None:
    outbox.send_due()
    before = len(smtp.messages)
    db.session.commit()
    assert orders.place(NOW) == 0
    outbox.send_due()
    assert len(smtp.messages) == before


@pytest.mark.usefixtures("furnished")
def test_outage_of_yesterday_waits_for_its_forms() -> None:
    outage = db.session.scalars(select(Outage)).one()
    found = accounting.account(outage)
    assert (outage.ended_at is not None, outage.closed_at, outage.forms_issued) == (True, None, 3)
    assert (found.count("void"), len(found.left())) == (1, 5)
    asked = set(db.session.scalars(select(OutboxMail.recipient_id).where(OutboxMail.template == "paper_registration")))
    assert the("Carol Dahl").id in asked and len(asked) == 2
