"""/directory-writes: who sees which acts, and trying again."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.directory.models import Person
from app.fulfilment.models import DirectoryWrite
from app.grants.models import Grant
from tests.auth.conftest import token
from tests.fulfilment.conftest import Desk
from tests.people import appoint, grant, system

LogIn = Callable[[Person], FlaskClient]
PAGE = "/directory-writes/"


def act(desk: Desk, **values: object) -> int:
    """An act about Alice's right that came no further; its id."""
    with transaction() as session:
        right = session.scalars(select(Grant).where(Grant.level_id == desk.town.disk.id)).first()
        if right is None:
            right = grant(session, desk.town.alice, desk.town.disk)
        about = {"person_id": desk.town.alice.id, "level_id": desk.town.disk.id, "group_name": desk.group}
        now = clock.now()
        write = DirectoryWrite(
            **{**about, "grant_id": right.id, "act": "add", "queued_at": now, "next_attempt_at": now, **values}
        )
        session.add(write)
        session.flush()
        return write.id


def retry(browser: FlaskClient, write_id: int) -> TestResponse:
    """Press the button."""
    form = {"csrf_token": token(browser.get("/").text)}
    return browser.post(f"{PAGE}{write_id}/retry", data=form)


def test_what_waits_is_shown_with_its_reason_to_whoever_runs_the_system(desk: Desk, as_person: LogIn) -> None:
    act(desk, reason="group_missing", detail=desk.group)
    for who in (desk.town.carol, desk.town.coordinator):
        page = as_person(who).get(PAGE).text
        assert "Lägg in Alice Åkesson" in page and "MicroMarc, Lånedisk" in page
        assert "Gruppen finns inte i katalogen." in page and "Försök nu" in page


def test_who_runs_another_system_sees_nothing_of_it_and_may_not_try(desk: Desk, as_person: LogIn) -> None:
    write_id = act(desk)
    with transaction() as session:
        mail = system(session, "MAIL", "E-post")
        appoint(session, "system_manager", desk.town.dan, mail)
    other = as_person(desk.town.dan)
    page = other.get(PAGE)
    assert page.status_code == 200 and "Alice Åkesson" not in page.text
    assert retry(other, write_id).status_code == 403


def test_who_runs_nothing_is_not_let_in(desk: Desk, as_person: LogIn) -> None:
    act(desk)
    assert as_person(desk.town.alice).get(PAGE).status_code == 403


def test_what_a_person_was_asked_to_do_is_tried_again_and_on_record(desk: Desk, as_person: LogIn) -> None:
    write_id = act(desk, status="handed_over", reason="no_right", refusals=5, ended_at=clock.now())
    browser = as_person(desk.town.carol)
    assert retry(browser, write_id).headers["Location"] == PAGE
    assert "Behörig försöker igen inom en minut." in browser.get(PAGE).text
    (write,) = desk.writes()
    assert (write.status, write.refusals, write.ended_at) == ("waiting", 0, None)
    logged = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "grant.write_retried")).one()
    assert (logged.actor_id, logged.actor_role) == (desk.town.carol.id, "system_manager")


def test_what_is_done_already_is_not_tried_again(desk: Desk, as_person: LogIn) -> None:
    write_id = act(desk, status="done", ended_at=clock.now())
    browser = as_person(desk.town.carol)
    assert "Försök nu" not in browser.get(PAGE).text
    retry(browser, write_id)
    assert "det var redan klart" in browser.get(PAGE).text
    assert [w.status for w in desk.writes()] == ["done"]


def test_unknown_act_is_not_found(desk: Desk, as_person: LogIn) -> None:
    assert retry(as_person(desk.town.coordinator), 999_999).status_code == 404
