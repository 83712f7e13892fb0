"""A batch order (rules.md C16, 34): one order for each person, one mail to whoever is asked, and nobody stopped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.directory import services as directory
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.errors import Conflict
from app.links.models import DecisionLink
from app.notifications import tasks as outbox
from app.notifications.models import OutboxMail
from app.requests import batch_people, ordering
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from tests.auth.conftest import LogIn, as_person, token
from tests.people import Town, appoint, grant, person
from tests.requests.conftest import Life, employed
from tests.servers.smtp import MailServer
from workflows.case import EmploymentStatus

__all__ = ["as_person"]

pytestmark = pytest.mark.usefixtures("frozen_time")
KEY = re.compile(r'name="key" value="([^"]+)"')
PREVIEW_PER_PERSON, SEND_PER_PERSON, FIXED = 3, 24, 20


def as_stored(person: Person, now: object) -> Evidence:
    """What the directory says of ``person``: what the tables say."""
    return employed(person, EmploymentStatus(person.employment_status))


@pytest.fixture(autouse=True)
def everybody_is_employed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory says of each what the tables say."""
    monkeypatch.setattr(directory, "lookup", as_stored)


@pytest.fixture
def orderer(town: Town) -> Person:
    """Dan is authorised orderer for the library: Bob, the manager, is asked."""
    with transaction() as session:
        until = date(2027, 12, 31)
        appoint(session, "authorised_orderer", town.dan, unit=town.library, valid_to=until)
    return town.dan


def substitutes(town: Town, number: int) -> list[str]:
    """That many substitutes with base grants, led by Bob; their employee numbers."""
    with transaction() as session:
        hired = [
            person(session, f"Vikarie Nummer{n:02}", town.library, manager=town.bob, employee_number=f"{4000 + n}")
            for n in range(number)
        ]
        for who in hired:
            grant(session, who, town.base)
        return [who.employee_number for who in hired]


def form_of(browser: FlaskClient, town: Town, numbers: list[str], **more: object) -> dict[str, object]:
    """What the orderer writes."""
    csrf = token(browser.get(f"/requests/batch/{town.disk.id}").text)
    given = {"csrf_token": csrf, "numbers": "\n".join(numbers), "valid_from": clock.today().isoformat()}
    return {**given, "valid_to": "", "justification": "Sommarvikarier som ska arbeta i lånedisken.", **more}


def preview(browser: FlaskClient, town: Town, numbers: list[str], **more: object) -> tuple[str, dict[str, object]]:
    """The preview's page, and the form that it carries."""
    form = form_of(browser, town, numbers, **more)
    page = browser.post(f"/requests/batch/{town.disk.id}/preview", data=form).text
    found = KEY.search(page)
    return page, {**form, "key": found[1] if found else ""}


def posted(browser: FlaskClient, path: str, form: dict[str, object]) -> str:
    """Send the form; the page that it leads to."""
    return browser.get(browser.post(path, data=form).location).text


def send(browser: FlaskClient, town: Town, numbers: list[str]) -> str:
    """Look and send; the page of the bundle."""
    _page, form = preview(browser, town, numbers)
    return posted(browser, f"/requests/batch/{town.disk.id}/send", form)


def orders() -> list[AccessRequest]:
    """Every order, read anew."""
    db.session.rollback()
    return list(db.session.scalars(select(AccessRequest).order_by(AccessRequest.id)))


def test_thirty_substitutes_are_thirty_orders_and_one_mail(
    as_person: LogIn,
    town: Town,
    orderer: Person,
    smtp: MailServer,
    frozen_time: time_machine.Traveller,
) -> None:
    page = send(as_person(orderer), town, substitutes(town, 30))
    assert "30 beställningar är skickade." in page
    assert {order.state for order in orders()} == {"requested"}
    assert len(tasks.asked_of(town.bob.id)) == 30
    outbox.send_due()
    assert smtp.to(town.bob.mail) == []  # not before all of them are sent
    frozen_time.shift(timedelta(minutes=2))
    outbox.send_due()
    (mail,) = smtp.to(town.bob.mail)
    assert mail["Subject"] == "Nya uppgifter: 30 beställningar väntar på dig"
    text = mail.get_body(("plain",)).get_content()
    assert text.count("beställning att godkänna senast") == 10
    assert "och 20 till" in text
    assert "/d/" not in text
    assert db.session.scalars(select(DecisionLink)).all() == []


def test_each_is_decided_by_itself_and_told_of_by_itself(
    as_person: LogIn, life: Life, town: Town, orderer: Person, frozen_time: time_machine.Traveller
) -> None:
    send(as_person(orderer), town, substitutes(town, 2))
    frozen_time.shift(timedelta(minutes=5))
    first, second = orders()
    life.answer(first, town.bob, "approve")
    life.answer(second, town.bob, "reject", reason="Behövs inte i sommar.")
    assert [order.state for order in orders()] == ["manager_approved", "rejected"]
    granting = select(OutboxMail).where(OutboxMail.template == "task_grant")
    assert len(db.session.scalars(granting).all()) == 2  # Carol and Sam, about the one


def test_mail_about_a_batch_that_is_answered_is_not_sent(
    as_person: LogIn,
    life: Life,
    town: Town,
    orderer: Person,
    smtp: MailServer,
    frozen_time: time_machine.Traveller,
) -> None:
    send(as_person(orderer), town, substitutes(town, 1))
    life.answer(orders()[0], town.bob, "reject", reason="Behövs inte i sommar.")
    frozen_time.shift(timedelta(minutes=2))
    outbox.send_due()
    assert not [mail for mail in smtp.to(town.bob.mail) if "väntar på dig" in mail["Subject"]]


def test_whoever_cannot_have_it_is_shown_and_stops_nobody(as_person: LogIn, town: Town, orderer: Person) -> None:
    numbers = substitutes(town, 2)
    odd = [town.vera.employee_number, town.administrator.employee_number, "99999", "19121212-1212"]
    page, form = preview(as_person(orderer), town, [*numbers, *odd])
    assert "2 beställningar kommer att skickas." in page
    assert "Anställningen har upphört" in page
    assert "Rad 4: du får inte beställa för T-adam.strom." in page
    assert "Adam Ström" not in page
    assert "Rad 5: numret 99999 finns inte i personalkatalogen." in page
    assert "Rad 6 ser ut som ett personnummer" in page
    assert "19121212" not in page
    browser = as_person(orderer)
    form["csrf_token"] = token(browser.get("/").text)
    sent = posted(browser, f"/requests/batch/{town.disk.id}/send", form)
    assert len(orders()) == 2
    assert "Vera Slut" in sent


@pytest.mark.parametrize("line", ["19121212-1212", "121212-1212", "1212121212", "191212121213", "Nr 121212+1212 ja"])
def test_personnummer_is_neither_shown_nor_kept(as_person: LogIn, town: Town, orderer: Person, line: str) -> None:
    found = batch_people.find(orderer, town.disk, [], None, f"{line}\n{town.alice.employee_number}")
    assert found.numbers == town.alice.employee_number
    assert [who.display_name for who in found.people] == ["Alice Åkesson"]
    assert not [fault for fault in found.faults if "1212" in fault]


def test_sent_twice_makes_nothing_twice(as_person: LogIn, town: Town, orderer: Person) -> None:
    browser = as_person(orderer)
    _page, form = preview(browser, town, substitutes(town, 3))
    path = f"/requests/batch/{town.disk.id}/send"
    answers = [browser.post(path, data=form) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(orders()) == 3
    mails = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "batch_asked")).all()
    assert len(mails) == 1
    assert "Fick ingen beställning" not in browser.get(answers[1].location).text


def test_withdrawn_order_of_a_batch_is_not_made_again(as_person: LogIn, town: Town, orderer: Person) -> None:
    browser = as_person(orderer)
    _page, form = preview(browser, town, substitutes(town, 1))
    path = f"/requests/batch/{town.disk.id}/send"
    browser.post(path, data=form)
    case_number = orders()[0].case_number
    browser.post(f"/requests/{case_number}/withdraw", data={"csrf_token": form["csrf_token"]})
    browser.post(path, data=form)
    assert [order.state for order in orders()] == ["withdrawn"]


def test_failure_in_the_middle_stops_nobody_and_is_told(
    as_person: LogIn, town: Town, orderer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ordering.place

    def failing(values: dict[str, object], **more: object) -> str:
        if values["subject"].display_name == "Vikarie Nummer01":  # type: ignore[attr-defined]  # a Person
            raise Conflict("order_changed")
        return place(values, **more)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(ordering, "place", failing)
    page = send(as_person(orderer), town, substitutes(town, 3))
    assert len(orders()) == 2
    assert page.index("Fick ingen beställning") < page.index("Vikarie Nummer01")


def test_manager_orders_for_the_team_and_the_system_managers_get_one_mail_each(
    as_person: LogIn, town: Town, frozen_time: time_machine.Traveller, smtp: MailServer
) -> None:
    substitutes(town, 3)
    browser = as_person(town.bob)
    ids = [p.id for p in batch_people.team(town.bob) if p.display_name.startswith("Vikarie")]
    _page, form = preview(browser, town, [], people=ids)
    browser.post(f"/requests/batch/{town.disk.id}/send", data=form)
    assert {order.state for order in orders()} == {"manager_approved"}
    frozen_time.shift(timedelta(minutes=2))
    outbox.send_due()
    assert [len(smtp.to(who.mail)) for who in (town.carol, town.sam, town.bob)] == [1, 1, 0]


def test_whole_unit_is_chosen(as_person: LogIn, town: Town, orderer: Person) -> None:
    substitutes(town, 2)
    page, _form = preview(as_person(orderer), town, [], unit=str(town.library.id))
    assert page.count("Bob Ek får frågan.") >= 2
    assert "Nina Ny" in page
    assert "Vera Slut" not in page


def test_nobody_chosen_is_told_beside_the_field(as_person: LogIn, town: Town, orderer: Person) -> None:
    page, _form = preview(as_person(orderer), town, ["99999"])
    assert "Välj minst en person som du får beställa för." in page
    assert "Rad 1: numret 99999" in page


def test_end_of_the_employment_shortens_one_and_is_told(
    as_person: LogIn, town: Town, orderer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = date(2026, 8, 14)
    monkeypatch.setattr(directory, "lookup", lambda who, now: replace(as_stored(who, now), ends_on=ends))
    page, _form = preview(as_person(orderer), town, substitutes(town, 1), valid_to="2026-12-31")
    assert "Gäller till 14 augusti 2026." in page


@pytest.mark.parametrize(("who", "status"), [("bob", 200), ("alice", 403), ("carol", 403)])
def test_batches_are_for_managers_and_orderers(as_person: LogIn, town: Town, who: str, status: int) -> None:
    assert as_person(getattr(town, who)).get(f"/requests/batch/{town.disk.id}").status_code == status


def test_the_directory_is_asked_once_about_each_person_when_sent(
    as_person: LogIn, town: Town, orderer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, numbers = as_person(orderer), substitutes(town, 3)
    _page, form = preview(browser, town, numbers)
    asked: list[str] = []

    def lookup(who: Person, now: object) -> Evidence:
        asked.append(who.employee_number)
        return as_stored(who, now)

    monkeypatch.setattr(directory, "lookup", lookup)
    sent = browser.post(f"/requests/batch/{town.disk.id}/send", data=form)
    assert sent.status_code == 302
    assert asked == numbers


@pytest.mark.parametrize("number", [2, 30])
def test_statements_per_person(
    statements: Callable[[], int], as_person: LogIn, town: Town, orderer: Person, number: int
) -> None:
    browser = as_person(orderer)
    numbers = substitutes(town, number)
    before = statements()
    _page, form = preview(browser, town, numbers)
    looked = statements() - before
    assert looked <= 2 * FIXED + number * PREVIEW_PER_PERSON
    browser.post(f"/requests/batch/{town.disk.id}/send", data=form)
    assert statements() - before - looked <= FIXED + number * SEND_PER_PERSON
