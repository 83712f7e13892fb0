"""The year 2025 of the town, and its round: opened in December, frozen at New Year, drafted on 7 January."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.control import tasks as jobs
from app.control.report_models import ControlReport
from app.db import db
from tests import people
from tests.auth.conftest import as_person, town
from tests.people import Town
from tests.requests.conftest import statements

__all__ = ["as_person", "statements", "town"]
OPENED = datetime(2025, 12, 1, 8, 0, tzinfo=UTC)
FROZEN = datetime(2025, 12, 31, 23, 20, tzinfo=UTC)  # 00:20 in Stockholm
DRAFTED = datetime(2026, 1, 7, 8, 0, tzinfo=UTC)
WRITING = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)

Follow = Callable[[datetime], int]


@pytest.fixture
def head(town: Town, db_session: Any) -> Any:
    """The head of the administration under KTN."""
    found = people.person(db_session, "Hedda Chef", town.library)
    people.appoint(db_session, "board_manager", found, board="KTN")
    return found


@pytest.fixture
def follow(town: Town, head: Any) -> Follow:
    """The job at a moment."""

    def follow(at: datetime) -> int:
        with time_machine.travel(at, tick=False):
            done = jobs.follow()
        db.session.expire_all()
        return done

    return follow


@pytest.fixture
def drafted(follow: Follow) -> ControlReport:
    """MicroMarc's report about 2025, as it is on 7 January."""
    for at in (OPENED, FROZEN, DRAFTED):
        follow(at)
    return of("MIC")


def of(code: str) -> ControlReport:
    """The report of the system about 2025, read anew."""
    db.session.expire_all()
    wanted = select(ControlReport).join(ControlReport.system).where(ControlReport.year == 2025)
    return db.session.scalars(wanted.where(ControlReport.system.has(code=code))).one()
