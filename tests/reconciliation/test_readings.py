"""A reading that is held: the coordinator hears, two people let it through, and only what they saw happens."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import Appointment
from app.db import db, transaction
from app.directory import holding, services, synchronising, tasks
from app.directory.models import Person
from app.directory.run_models import DirectoryLeaver, DirectoryRun
from app.errors import Conflict, NotAllowed
from app.notifications.models import OutboxMail
from tests.directory.test_synchronising import Reading, account
from tests.requests.conftest import town
from workflows.events import Actor

__all__ = ["town"]
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
REASON = "Frågat personalavdelningen: bolaget tar över hemtjänsten i dag."


@pytest.fixture
def crowd(app, town):
    """Fifty people beside the characters; Carol and Bob coordinate information security."""
    with transaction() as session:
        for who in (town.carol, town.bob):
            session.add(Appointment(person_id=who.id, role="infosec_coordinator", valid_from=clock.today()))
    return [account(n, unit_name="Hemtjänsten", unit_code="HEM") for n in range(50)]


class Quiet(Reading):
    """Has no connection to close."""

    def close(self) -> None:
        """Nothing is open."""


def directory(app, town, *accounts):
    """The directory has the characters and these."""
    own = [
        account(900 + n, employee_number=p.employee_number, display_name=p.display_name)
        for n, p in enumerate(db.session.scalars(select(Person).where(~Person.employee_number.startswith("R"))))
    ]
    db.session.rollback()
    app.extensions["directory"] = Quiet(*own, *accounts)


@pytest.fixture
def held(app, town, crowd) -> DirectoryRun:
    """Forty of them would end."""
    directory(app, town, *crowd)
    tasks.nightly_sync()
    directory(app, town, *crowd[40:])
    with pytest.raises(services.MassLeave):
        tasks.nightly_sync()
    found = holding.open_hold()
    assert found is not None
    return found


def actor(person: Person) -> Actor:
    return Actor(person.id, "infosec_coordinator", "web")


def test_nothing_is_applied_and_the_coordinators_hear_once(app, held, town, crowd):
    assert held.leaving == 40
    assert db.session.query(DirectoryLeaver).count() == 40
    assert db.session.query(Person).filter_by(employment_status="ended").count() == 0
    with pytest.raises(services.MassLeave):
        tasks.nightly_sync()
    mails = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "reading_held")).all()
    told = [mail.recipient_id for mail in mails]
    assert {town.bob.id, town.carol.id} <= set(told) and len(told) == len(set(told))
    assert "Person" not in str([mail.data for mail in mails])


def test_two_different_people_release_and_only_the_listed_end(app, held, town, crowd):
    with transaction():
        holding.propose(held, REASON, actor=actor(town.bob), now=clock.now())
    with pytest.raises(NotAllowed, match="four_eyes"), transaction():
        holding.release(held, actor=actor(town.bob), now=clock.now())
    with transaction():
        holding.release(held, actor=actor(town.carol), now=clock.now())
    report = tasks.read_changes()
    assert report is not None and report.changed == {"active -> ended": 40}
    assert holding.open_hold() is None and not holding.released_holds()
    events = [
        e.event for e in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)) if e.event[:8] == "reading."
    ]
    assert events == ["reading.held", "reading.proposed", "reading.released"]


def test_others_than_the_listed_are_held_again(app, held, town, crowd):
    with transaction():
        holding.propose(held, REASON, actor=actor(town.bob), now=clock.now())
    with transaction():
        holding.release(held, actor=actor(town.carol), now=clock.now())
    own = [p.employee_number for p in (town.alice, town.dan)]
    db.session.rollback()
    directory(app, town)
    app.extensions["directory"].accounts = tuple(
        a for a in app.extensions["directory"].accounts if a.employee_number not in own
    )
    strict = app.extensions["settings"].model_copy(update={"sync_ending_floor": 1, "sync_most_ending_share": 0.01})
    app.extensions["settings"], kept = strict, app.extensions["settings"]
    try:
        with pytest.raises(services.ReadingIsHeld):
            tasks.nightly_sync()
    finally:
        app.extensions["settings"] = kept
    assert db.session.query(Person).filter_by(employment_status="ended").count() == 0


def test_changes_are_not_read_while_a_reading_is_held(app, held):
    assert synchronising.begin_changes(clock.now()) is None


def test_whole_reading_that_is_well_ends_the_hold(app, held, town, crowd):
    directory(app, town, *crowd)
    tasks.nightly_sync()
    assert holding.open_hold() is None
    with pytest.raises(Conflict, match="hold_is_past"), transaction():
        holding.propose(held, REASON, actor=actor(town.bob), now=clock.now())


def test_who_is_on_the_list_decides_nothing(app, held, town):
    with transaction() as session:
        session.add(DirectoryLeaver(run_id=held.id, person_id=town.bob.id, before="active", after="ended", reason="x"))
    with pytest.raises(NotAllowed, match="not_self"), transaction():
        holding.propose(held, REASON, actor=actor(town.bob), now=clock.now())


def test_short_reading_is_held_though_nobody_of_ours_would_end(app, town, crowd):
    directory(app, town, *crowd)
    tasks.nightly_sync()
    with transaction() as session:
        for person in session.query(Person).filter(Person.employee_number.startswith("R")):
            person.employment_status = "ended"
    directory(app, town, *crowd[30:])
    with pytest.raises(services.ReadingIsHeld) as short:
        tasks.nightly_sync()
    assert short.value.reason == "reading_short"


@pytest.fixture
def log_in(app):
    """A browser with somebody logged in."""

    def log_in(who):
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(person_id=who.id, method="ad", since=clock.now().timestamp())
        return browser

    return log_in


def test_pages_lead_two_people_through_it(app, held, town, log_in):
    page = f"/reconciliation/readings/{held.id}"
    bob, carol = log_in(town.bob), log_in(town.carol)
    assert "40 personer skulle" in bob.get("/reconciliation/readings").text
    shown = bob.get(f"{page}?q=person+7&order=unit").text
    assert "Person 7" in shown and "Person 8" not in shown
    token = {"csrf_token": TOKEN.search(bob.get(page).text)[1]}
    assert "frivilligt" not in bob.get(page).text
    for said in ("", "ja"):
        short = bob.post(f"{page}/propose", data=token | {"reason": said})
        assert short.status_code == 422 and "minst 20 tecken" in short.text
    assert bob.post(f"{page}/propose", data=token | {"reason": REASON}).status_code == 302
    assert bob.post(f"{page}/release", data=token).status_code == 422
    assert REASON in carol.get(page).text
    token = {"csrf_token": TOKEN.search(carol.get(page).text)[1]}
    assert carol.post(f"{page}/release", data=token).status_code == 302
    assert carol.post(f"{page}/release", data=token).status_code == 409
    assert carol.get(f"{page}/release").status_code == 405


def test_others_do_not_come_in(app, held, town, log_in):
    for path in ("/reconciliation/readings", f"/reconciliation/readings/{held.id}"):
        assert log_in(town.dan).get(path).status_code == 403
    assert log_in(town.bob).get("/reconciliation/readings/999").status_code == 404


def test_protected_identity_is_on_the_list_without_name_and_is_not_found_by_it(app, held, town, log_in):
    with transaction() as session:
        session.query(Person).filter_by(employee_number="R00007").one().protected_identity = True
    page = log_in(town.bob).get(f"/reconciliation/readings/{held.id}").text
    assert "Skyddad identitet" in page and "R00007" not in page
    assert "Skyddad identitet" not in log_in(town.bob).get(f"/reconciliation/readings/{held.id}?q=R00007").text
