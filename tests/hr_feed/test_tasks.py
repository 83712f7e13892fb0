"""The drop: taken once, told of when it does not come."""

from __future__ import annotations

import os

import pytest
import time_machine
from sqlalchemy import select

from app.db import db
from app.directory.hr_models import HrFile
from app.hr_feed import tasks
from tests.hr_feed.conftest import HEAD, SUNDAY, row
from workflows.directory_events import HrFileLate


@pytest.fixture
def drop(town, tmp_path, monkeypatch):
    """The file of the municipality; gives what writes it."""
    path = tmp_path / "hr.csv"
    settings = town.app.extensions["settings"].model_copy(update={"hr_feed": path})
    monkeypatch.setitem(town.app.extensions, "settings", settings)

    def write(*rows: str, at=SUNDAY) -> None:
        path.write_text("\n".join([HEAD, *rows]), "utf-8")
        os.utime(path, (at.timestamp(), at.timestamp()))

    return write


def states() -> list[str]:
    return list(db.session.scalars(select(HrFile.state).order_by(HrFile.id)))


def test_nothing_is_done_where_no_file_is_awaited(town, monkeypatch):
    settings = town.app.extensions["settings"].model_copy(update={"hr_feed": None})
    monkeypatch.setitem(town.app.extensions, "settings", settings)
    assert tasks.take_drop() == ""


def test_file_is_taken_once_and_days_pass_by_it(town, drop):
    with time_machine.travel(SUNDAY, tick=False) as time:
        assert tasks.take_drop() == "absent"
        drop(row("1", endDate="2026-11-29"))
        assert (tasks.take_drop(), tasks.take_drop(), states()) == ("applied", "unchanged", ["applied"])
        assert town.status("1") == "active"
        time.shift(24 * 3600)
        assert (tasks.take_drop(), town.status("1")) == ("unchanged", "ended")


def test_faulty_file_is_refused_once_and_the_mended_one_taken(town, drop):
    with time_machine.travel(SUNDAY, tick=False):
        drop(row("1", startDate="igår"))
        assert (tasks.take_drop(), tasks.take_drop()) == ("refused", "unchanged")
        drop(row("1"))
        assert (tasks.take_drop(), states()) == ("applied", ["refused", "applied"])


def test_late_file_is_told_of_also_when_it_is_gone(town, drop, tmp_path):
    with time_machine.travel(SUNDAY, tick=False) as time:
        drop(row("1"))
        tasks.take_drop()
        time.shift(49 * 3600)
        (tmp_path / "hr.csv").unlink()
        assert (tasks.take_drop(), tasks.take_drop()) == ("absent", "absent")
    assert len(town.told(HrFileLate)) == 1
