"""``behorig hr``: what is said of a file, and that looking changes nothing."""

from __future__ import annotations

from sqlalchemy import func, select

from app.commands import hr_feed
from app.db import db
from app.directory.hr_models import HrFile
from app.directory.models import Person
from tests.hr_feed.conftest import HEAD, row, town

__all__ = ["town"]


def run(app, command, path):
    return app.test_cli_runner().invoke(command, [str(path)])


def test_check_says_what_is_wrong_and_changes_nothing(town, tmp_path):
    path = tmp_path / "hr.csv"
    path.write_text("\n".join([HEAD, row("1"), row("2", startDate="igår")]), "utf-8")
    result = run(town.app, hr_feed.check, path)
    assert result.exit_code == 2
    assert "rad 3: startDate igår: Det går inte att läsa som ett datum." in result.output
    assert db.session.scalar(select(func.count(HrFile.id))) == 0


def test_load_applies_and_says_how_many(town, tmp_path):
    path = tmp_path / "hr.csv"
    path.write_text("\n".join([HEAD, row("1"), row("2")]), "utf-8")
    assert run(town.app, hr_feed.check, path).output == "2 personer och 2 anställningar, inga fel.\n"
    assert run(town.app, hr_feed.load, path).output == "2 personer införda.\n"
    assert db.session.scalar(select(func.count(Person.id))) == 2


def test_load_refuses_where_no_file_is_awaited(town, tmp_path, monkeypatch):
    settings = town.app.extensions["settings"].model_copy(update={"hr_feed": None})
    monkeypatch.setitem(town.app.extensions, "settings", settings)
    path = tmp_path / "hr.csv"
    path.write_text(HEAD, "utf-8")
    result = run(town.app, hr_feed.load, path)
    assert (result.exit_code, "BEHORIG_HR_FEED" in str(result.output) + str(result.exception)) == (2, True)
