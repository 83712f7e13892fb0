"""What a definition says of the right: its longest time where the level says none, and what the grant keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.errors import NotAllowed
from app.grants import queries as grants
from app.requests import definitions, facts, review_days
from app.requests.recorded import OF_ORDER
from tests.holdings.test_changing import browser_of
from tests.people import Town, level
from tests.processes.conftest import Activate, activate, ada, propose
from tests.requests.conftest import Life
from workflows.case import Profile
from workflows.reviewing import every_year, next_review
from workflows.terms import RECORDS

__all__ = ["activate", "ada", "propose"]

KEPT = "records: [level_text"
A_MONTH = (KEPT, f"longest_days: 30\n{KEPT}")
DAY = timedelta(days=1)


@pytest.fixture
def monthly(activate: Activate) -> None:
    """A version by which no right may last longer than thirty days."""
    activate(A_MONTH)


@pytest.mark.parametrize(("days", "reason"), [(None, "end_date_needed"), (31, "too_long")])
def test_longest_time_of_the_process_is_the_ceiling_where_the_level_has_none(
    monthly: None, life: Life, town: Town, days: int | None, reason: str
) -> None:
    last = clock.today() + days * DAY if days else None
    with pytest.raises(NotAllowed) as refusal:
        life.order(town.alice, valid_to=last)
    failed = [g for g in refusal.value.details["guards"] if not g.passed]
    assert [(g.guard, g.reason, g.inputs["longest_days"]) for g in failed] == [("G10", reason, 30)]
    assert life.order(town.alice, valid_to=clock.today() + 30 * DAY).state == "requested"


def test_what_the_level_says_goes_before_it(monthly: None, life: Life, town: Town) -> None:
    with transaction() as session:
        longer = level(session, town.mic, "LANG", "Längre", max_days=90)
    workflow = definitions.active("business_system")
    assert workflow is not None
    assert facts.level_facts(longer, clock.today(), workflow).max_days == 90
    assert life.order(town.alice, level=longer, valid_to=clock.today() + 60 * DAY).state == "requested"


def test_grant_keeps_what_the_definition_names(life: Life, town: Town) -> None:
    order = life.order(town.alice, cost_centre="4711")
    life.answer(order, town.bob, "approve")
    life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-02"})
    wanted = select(AuditEvent).where(AuditEvent.request_id == order.id, AuditEvent.event == "request.grant")
    kept = db.session.scalars(wanted).one().data["recorded"]
    assert kept == {
        "level_text": town.disk.description, "guideline_version": "", "cost_centre": "4711",
        "done_on": "2026-03-02", "target_user_id": "aliåke",
    }  # fmt: skip


def test_everything_that_can_be_named_can_be_kept() -> None:
    assert set(OF_ORDER) == {name for name, source in RECORDS.items() if source == "ordered"}


def test_the_right_says_by_which_day_it_is_reviewed(app: Flask, life: Life, town: Town) -> None:
    """By the definition that its order followed, where the level says nothing; on its page and on the level's."""
    order = life.order(town.alice)
    browser, page = browser_of(app, town.alice), f"/requests/{order.case_number}"
    assert "Granskas senast" not in browser.get(page).text
    life.answer(order, town.bob, "approve")
    life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": clock.today().isoformat()})
    grant, months = grants.of_request(order.id), definitions.of(order).review_months
    assert (grant is not None, months) == (True, 24)
    by = next_review(clock.today(), months, yearly=every_year(Profile(town.disk.profile), town.mic.confidentiality))
    assert review_days.of_grant(grant, order) == by
    assert "Granskas senast" in browser.get(page).text
    level_page = browser_of(app, town.coordinator).get(f"/access/levels/{town.disk.id}").text
    assert "Behörigheterna granskas med 24 månaders mellanrum." in level_page
    assert "Granskas senast" in level_page


def test_what_ends_by_itself_or_is_over_is_not_reviewed(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    life.answer(order, town.bob, "approve")
    life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": clock.today().isoformat()})
    grant = grants.of_request(order.id)
    assert grant is not None
    for name, value in (("status", "revocation_pending"), ("status", "revoked"), ("source", "emergency")):
        with db.session.no_autoflush:
            kept = getattr(grant, name)
            setattr(grant, name, value)
            assert review_days.of_grant(grant, order) is None
            setattr(grant, name, kept)
    assert review_days.of_grant(None, order) is None
