"""/hr-files: who sees what came, and the report of a file that was refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import Appointment
from app.db import db, transaction
from app.hr_feed import services
from app.notifications.models import OutboxMail
from tests.hr_feed.conftest import HEAD, row
from tests.requests.conftest import town

__all__ = ["town"]


@pytest.fixture
def log_in(app):
    """A browser logged in as somebody."""

    def log_in(person):
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(person_id=person.id, method="ad", since=clock.now().timestamp())
        return browser

    return log_in


@pytest.fixture
def refused(app, town, monkeypatch) -> int:
    """A file with a fault; Carol coordinates information security."""
    settings = app.extensions["settings"].model_copy(update={"hr_feed": "hr.csv"})
    monkeypatch.setitem(app.extensions, "settings", settings)
    with transaction() as session:
        session.add(Appointment(person_id=town.carol.id, role="infosec_coordinator", valid_from=clock.today()))
    content = "\n".join([HEAD, row("1", startDate="igår", lastname="Å'Brien"), row("2", endDate="=1+1")]).encode()
    with transaction():
        return services.load(content, name="hr.csv", written_at=clock.now(), now=clock.now()).id


def test_coordinator_sees_each_fault_and_takes_them_as_csv(log_in, town, refused):
    client = log_in(town.carol)
    assert "2 fel" in client.get("/hr-files").text
    page = client.get(f"/hr-files/{refused}").text
    assert "startDate: igår" in page and "Rad 2" in page and "Inget av filen är infört" in page
    csv = client.get(f"/hr-files/{refused}.csv").text
    assert "3;endDate;'=1+1;" in csv
    assert client.get("/hr-files/9999").status_code == 404
    assert client.post(f"/hr-files/{refused}").status_code == 405


def test_colleague_sees_nothing(log_in, town, refused):
    client = log_in(town.alice)
    assert [
        client.get(path).status_code for path in ("/hr-files", f"/hr-files/{refused}", f"/hr-files/{refused}.csv")
    ] == [403] * 3


def test_coordinator_is_told_and_it_is_on_record(town, refused):
    mails = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "hr_file_refused")).all()
    told = [mail.recipient_id for mail in mails]
    assert town.carol.id in told and len(told) == len(set(told))
    assert {mail.data["faults"] for mail in mails} == {2}
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.object_type == "hr_file")).all()
    assert [(event.event, event.data) for event in events] == [("hr_file.refused", {"name": "hr.csv", "faults": 2})]
