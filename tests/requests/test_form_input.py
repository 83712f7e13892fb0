"""What people and programs write into the order form: refused beside the field with the text kept, or carried whole."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit.models import AuditEvent
from app.db import db
from app.directory import services as directory
from app.notifications import tasks as outbox
from app.requests.models import AccessRequest
from tests.auth.conftest import as_person, token
from tests.people import Town, grant
from tests.requests.conftest import Life, employed
from tests.servers.smtp import MailServer

__all__ = ["as_person"]

TODAY = "2026-03-02"
WHY = "Ska hjälpa låntagare i lånedisken under våren."
BEYOND_ALL_COLUMNS = ("2147483648", "9" * 30)
UNKNOWN = [*BEYOND_ALL_COLUMNS, "999999", "-1", "alice", "", "\x00"]


@pytest.fixture(autouse=True)
def directory_says_active(monkeypatch: pytest.MonkeyPatch, frozen_time: time_machine.Traveller) -> None:
    """It is TODAY, and the live look-up answers: the form is what is tested."""
    monkeypatch.setattr(directory, "lookup", lambda person, now: employed(person))


@pytest.fixture
def alice(as_person: Any, town: Town) -> FlaskClient:
    """The browser of Alice."""
    return as_person(town.alice)


def order(browser: FlaskClient, town: Town, step: str = "send", **fields: str) -> TestResponse:
    """Fill in the form of MicroMarc's desk for Alice and press the button; ``fields`` are what differs."""
    filled = {
        "csrf_token": token(browser.get("/").text),
        "subject": str(town.alice.id),
        "valid_from": TODAY,
        "justification": WHY,
    }
    return browser.post(f"/requests/{step}/{town.disk.id}", data=filled | fields)


def beside(page: TestResponse, field: str) -> str:
    """The words of the error beside a field, or "" when there is none."""
    _, _, rest = page.text.partition(f'id="{field}-error"')
    return rest.partition("</p>")[0]


@pytest.mark.parametrize("step", ["preview", "send"])
@pytest.mark.parametrize(
    ("field", "fields", "words"),
    [
        ("valid_to", {"valid_from": "2026-03-20", "valid_to": "2026-03-05"}, "Slutdagen ligger före startdagen."),
        ("valid_from", {"valid_from": "2026-02-27"}, "Startdagen har redan varit."),
        ("valid_from", {"valid_from": "31/12 2026"}, "Skriv datumet som år-månad-dag"),
        ("valid_to", {"valid_to": "2026-02-30"}, "Skriv datumet som år-månad-dag"),
        ("justification", {"justification": "Å🙂" * 5_000}, "högst 4 000 tecken"),
        ("justification", {"justification": ""}, "Fyll i det här fältet."),
        ("justification", {"justification": " \n\t"}, "minst 20 tecken"),
        ("justification", {"justification": "Behövs."}, "minst 20 tecken"),
    ],
)  # fmt: skip
def test_fault_is_told_beside_the_field_and_everything_written_is_kept(
    alice: FlaskClient, town: Town, step: str, field: str, fields: dict[str, str], words: str
) -> None:
    page = order(alice, town, step, **fields)
    assert page.status_code == 200
    assert words in beside(page, field)
    for written in (fields.get("justification", WHY).strip(), fields.get("valid_from", TODAY)):
        assert written in page.text
    assert db.session.scalars(select(AccessRequest)).all() == []


@pytest.mark.parametrize("step", ["preview", "send", "new"])
@pytest.mark.parametrize("who", UNKNOWN)
def test_order_for_nobody_is_refused_and_nothing_is_written(
    alice: FlaskClient, town: Town, step: str, who: str
) -> None:
    page = order(alice, town, step, subject=who)
    assert page.status_code == (400 if who in BEYOND_ALL_COLUMNS else 200)
    if step != "new" and page.status_code == 200:
        assert beside(page, "subject")
    assert db.session.scalars(select(AccessRequest)).all() == []
    assert db.session.scalars(select(AuditEvent)).all() == []


@pytest.mark.parametrize(("who", "words"), [("dan", "Du får inte beställa för den här personen."), ("vera", "Du får")])
def test_order_for_somebody_elses_people_is_refused(alice: FlaskClient, town: Town, who: str, words: str) -> None:
    page = order(alice, town, subject=str(getattr(town, who).id))
    assert words in beside(page, "subject")
    assert db.session.scalars(select(AccessRequest)).all() == []


@pytest.mark.parametrize("fields", [{"verdict": "steal"}, {"verdict": "grant"}, {}, {"verdict": "\x00"}])
def test_answer_that_does_not_exist_is_none(as_person: Any, town: Town, life: Life, fields: dict[str, str]) -> None:
    sent = life.order(town.alice)
    task = life.open_task(sent)
    assert task is not None
    bob = as_person(town.bob)
    page = bob.post(f"/tasks/{task.id}", data={"csrf_token": token(bob.get("/").text), "reviewed": "y", **fields})
    assert "<title>Fel: " in page.text
    db.session.expire_all()
    assert (sent.state, task.status) == ("requested", "open")


def test_completed_order_with_its_dates_turned_round_is_told_so(alice: FlaskClient, town: Town, life: Life) -> None:
    sent = life.order(town.alice)
    life.answer(sent, town.bob, "return", reason="Hur länge?")
    path = f"/requests/{sent.case_number}/resubmit"
    turned = {"subject": str(town.alice.id), "valid_from": "2026-03-20", "valid_to": "2026-03-05"}
    page = alice.post(path, data={"csrf_token": token(alice.get("/").text), "justification": WHY, **turned})
    assert "Slutdagen ligger före startdagen." in beside(page, "valid_to")
    assert "2026-03-20" in page.text
    db.session.expire_all()
    assert (sent.state, sent.round, sent.valid_to) == ("returned", 1, None)


def test_extension_to_a_day_that_has_been_is_told_so(alice: FlaskClient, town: Town) -> None:
    held = grant(db.session, town.alice, town.disk, valid_to=date(2026, 4, 1))
    page = alice.post(
        f"/grants/{held.id}/extend",
        data={"csrf_token": token(alice.get("/").text), "valid_to": "2026-02-01", "justification": WHY},
    )
    assert "Slutdagen ligger före startdagen." in beside(page, "valid_to")
    assert WHY in page.text
    assert db.session.scalars(select(AccessRequest)).all() == []


TEXT = 'Åsa på Tallviks ö behöver disken \N{BOOKS} & <b>"hyllan"</b> hela våren, säger O\'Brien \\o/'
QUESTION = "Vilken ö: Söråker eller Ånge? \N{SLIGHTLY SMILING FACE} (*)\\"


def test_letters_signs_and_emoji_are_carried_from_form_to_page_mail_and_log(
    alice: FlaskClient, as_person: Any, town: Town, life: Life, smtp: MailServer
) -> None:
    assert order(alice, town, "send", justification=TEXT).status_code == 302
    sent = db.session.scalars(select(AccessRequest)).one()
    assert sent.justification == TEXT
    task = life.open_task(sent)
    assert task is not None
    bob = as_person(town.bob)
    assert escape(TEXT) in bob.get(f"/tasks/{task.id}").text
    answer = {"verdict": "return", "reason": QUESTION, "csrf_token": token(bob.get("/").text)}
    assert bob.post(f"/tasks/{task.id}", data=answer).status_code == 302
    outbox.send_due()
    mail = smtp.to(town.alice.mail)[-1]
    for kind, shown in (("plain", QUESTION), ("html", escape(QUESTION))):
        body = mail.get_body((kind,))
        assert body is not None
        assert shown in body.get_content()
    question = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "request.return")).one()
    assert question.reason == QUESTION
    for page in ("", "/audit", "/resubmit"):
        assert escape(QUESTION) in alice.get(f"/requests/{sent.case_number}{page}").text
    assert escape(TEXT) in alice.get(f"/requests/{sent.case_number}").text
