"""What the control points count from the product's own tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.control import points
from app.db import transaction
from app.reviews.models import ReviewCampaign, ReviewItem
from tests import people
from tests.people import Town

YEAR = 2025
BEFORE, DURING, AFTER = (datetime(year, 6, 2, 8, tzinfo=UTC) for year in (2024, 2025, 2026))


@pytest.fixture
def right(town: Town) -> Any:
    """Alice has had the desk, which is a standard level, for more than a year."""
    with transaction() as session:
        return people.grant(session, town.alice, town.disk, granted_at=BEFORE, valid_from=BEFORE.date())


def reviewed(town: Town, right: Any, closed_at: datetime | None, state: str = "closed") -> None:
    """A review of MicroMarc that looked at the right."""
    with transaction() as session:
        signed = {"closed_at": closed_at, "closed_by_id": town.olga.id, "statement": "Gånget igenom med cheferna."}
        campaign = ReviewCampaign(
            kind="system",
            system_id=town.mic.id,
            state=state,
            planned_on=date(2025, 5, 5),
            created_at=BEFORE,
            opened_at=BEFORE,
            due_on=date(2025, 5, 26),
            **(signed if state == "closed" else {}),
        )
        session.add(campaign)
        session.flush()
        about = {"grant_id": right.id, "reviewer_id": town.bob.id, "subject_id": town.alice.id, "since": BEFORE.date()}
        of = {"level_id": town.disk.id, "system_id": town.mic.id, "profile": "standard", "is_strict": False}
        session.add(ReviewItem(campaign_id=campaign.id, source="request", **about, **of))


def ik01(town: Town) -> tuple[int, int, list[int]]:
    """Sample, deviations and which levels, of MicroMarc."""
    found = points.counted(points.year_of(YEAR))["IK-01"][town.mic.id]
    return found.figures.sample, found.figures.deviations, list(found.rows)


def test_level_that_nobody_has_reviewed_deviates(town: Town, right: Any) -> None:
    assert ik01(town) == (1, 1, [town.disk.id])


def test_review_that_was_signed_in_the_year_counts(town: Town, right: Any) -> None:
    reviewed(town, right, DURING)
    assert ik01(town) == (1, 0, [])


@pytest.mark.parametrize("closed_at", [BEFORE, AFTER])
def test_review_of_another_year_does_not(town: Town, right: Any, closed_at: datetime) -> None:
    reviewed(town, right, closed_at)
    assert ik01(town) == (1, 1, [town.disk.id])


def test_review_that_nobody_has_signed_does_not(town: Town, right: Any) -> None:
    reviewed(town, right, None, state="applying")
    assert ik01(town) == (1, 1, [town.disk.id])


def test_level_that_nobody_had_has_nothing_to_review(town: Town) -> None:
    assert town.mic.id not in points.counted(points.year_of(YEAR))["IK-01"]
