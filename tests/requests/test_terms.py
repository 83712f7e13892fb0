"""What a definition says of the right: its longest time where the level says none, and what the grant keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.errors import NotAllowed
from app.requests import definitions, facts
from app.requests.recorded import OF_ORDER
from tests.people import Town, level
from tests.processes.conftest import Activate, activate, ada, propose
from tests.requests.conftest import Life
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
