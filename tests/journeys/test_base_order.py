"""Bob orders the base access for somebody who is hired and not in AD yet."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.directory.tasks import nightly_sync
from app.notifications import tasks as outbox
from app.requests import tasks as jobs
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from tests.auth.conftest import as_person, token
from tests.journeys.conftest import Library
from tests.servers.smtp import MailServer

__all__ = ["as_person"]

NINA = {"number": "T-nina.ny", "given_name": "Nina", "surname": "Ny"}


@pytest.fixture
def bob(as_person: Any, library: Library) -> FlaskClient:
    """Bob's browser."""
    return as_person(library.person("Bob Ek"))


def post(browser: FlaskClient, path: str, **fields: str) -> Any:
    """Send a form from the page at ``path``'s site."""
    return browser.post(path, data={"csrf_token": token(browser.get("/").text), **fields})


def ordered(bob: FlaskClient, library: Library) -> AccessRequest:
    """Bob names Nina and orders; the order."""
    base = library.base.id
    assert f"/requests/newcomer/{base}" in bob.get(f"/requests/new/{base}").text
    onwards = post(bob, f"/requests/newcomer/{base}", **NINA).headers["Location"]
    form = bob.get(onwards).text
    assert "Nina Ny" in form
    nina = library.person("Nina Ny")
    fields = {
        "subject": str(nina.id),
        "valid_from": form.split('name="valid_from"', 1)[1].split('value="', 1)[1].split('"', 1)[0],
        "justification": "Börjar som bibliotekarie och behöver sitt konto.",
    }
    preview = post(bob, f"/requests/preview/{base}", **fields).text
    assert "Beställningen kommer att vänta först" in preview
    assert post(bob, f"/requests/send/{base}", **fields).status_code == 302
    return db.session.query(AccessRequest).one()


def test_order_waits_two_nights_and_goes_on_by_itself(
    app: Flask, bob: FlaskClient, library: Library, smtp: MailServer
) -> None:
    order = ordered(bob, library)
    assert (order.state, order.wait_reason) == ("waiting_prerequisites", "employment_missing")
    db.session.commit()
    outbox.send_due()
    assert order.case_number in smtp.wait_for("bob.ek@exempel.se")["Subject"]

    nightly_sync()
    assert jobs.recheck_waiting() == 0
    db.session.refresh(order)
    assert order.state == "waiting_prerequisites"

    library.register.employ("Nina Ny", manager=library.accounts["Bob Ek"].dn)
    nightly_sync()
    jobs.recheck_waiting()
    db.session.rollback()
    db.session.refresh(order)
    assert order.state == "manager_approved"
    assert library.person("Nina Ny").employment_status == "active"
    task = tasks.open_about(request_id=order.id)
    assert task is not None
    assert {a.person.display_name for a in task.addressees} == {"Carol Dahl"}
    implicit = [t for t in tasks.of_request(order.id) if t.reason == "implicit"]
    assert [t.decided_by_id for t in implicit] == [order.orderer_id]


def test_number_of_somebody_elses_employee_is_refused(bob: FlaskClient, library: Library) -> None:
    eva = library.register.employ("Eva Lind")
    library.register.employ("Ulla Lund", manager=eva.dn)
    nightly_sync()
    path = f"/requests/newcomer/{library.base.id}"
    refused = post(bob, path, number="T-ulla.lund", given_name="Ulla", surname="Lund")
    assert "har en annan chef" in refused.text
    assert library.person("Ulla Lund").manager_id == library.person("Eva Lind").id


@pytest.mark.parametrize("name", ["Alice Åkesson", "Carol Dahl"])
def test_who_leads_nobody_expects_nobody(as_person: Any, library: Library, name: str) -> None:
    browser = as_person(library.person(name))
    assert post(browser, f"/requests/newcomer/{library.base.id}", **NINA).status_code == 403


def test_only_the_base_access_is_ordered_for_the_expected(bob: FlaskClient, library: Library) -> None:
    assert bob.get(f"/requests/newcomer/{library.disk.id}").status_code == 404
