"""Ending a right from its page: who may, and as what the log says that they did it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.grants.models import Grant
from tests.auth.conftest import token
from tests.people import grant, municipality


@pytest.mark.parametrize(
    ("who", "role", "leads_to"),
    [
        ("alice", "subject", "/grants/"),
        ("bob", "line_manager", "/grants/team"),
        ("eva", "next_level_manager", "/grants/team"),
        ("carol", "system_manager", "/systems/MIC"),
        ("olga", "system_owner", "/systems/MIC"),
    ],
)
def test_the_log_says_in_what_capacity_a_right_was_ended(app: Flask, who: str, role: str, leads_to: str) -> None:
    with transaction() as session:
        town = municipality(session)
        held = grant(session, town.alice, town.disk)
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update(person_id=getattr(town, who).id, method="test", since=clock.now().timestamp())
    page = browser.get(f"/grants/{held.id}/end")
    answer = browser.post(f"/grants/{held.id}/end", data={"csrf_token": token(page.text), "reason": "Behövs inte."})
    assert (answer.status_code, answer.location) == (302, leads_to)
    ordered = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "grant.revocation_ordered")).one()
    assert (ordered.actor_id, ordered.actor_role) == (getattr(town, who).id, role)


def test_dan_can_neither_see_nor_end_it(app: Flask) -> None:
    with transaction() as session:
        town = municipality(session)
        held = grant(session, town.alice, town.disk)
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update(person_id=town.dan.id, method="test", since=clock.now().timestamp())
    start = browser.get("/")
    answer = browser.post(f"/grants/{held.id}/end", data={"csrf_token": token(start.text)})
    assert answer.status_code == 404
    assert db.session.get_one(Grant, held.id).status == "active"
