"""behorig training import: the same import, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.cli import behorig
from app.db import db
from app.training.models import Completion
from tests.training.conftest import courses, town

__all__ = ["courses", "town"]
pytestmark = pytest.mark.usefixtures("courses")
ROWS = "Anstnr;Kurs;Datum\nT-alice.akesson;INFOSEC-BAS;2026-01-15\n811228-9874;INFOSEC-BAS;2026-01-15\n"


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Completion)) or 0


def test_refused_rows_are_told_and_the_rest_is_read(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "kurser.csv").write_text(ROWS, encoding="utf-8")
    words = ["training", "import", str(tmp_path / "kurser.csv")]
    tried = app.test_cli_runner().invoke(behorig, [*words, "--dry-run"])
    assert (tried.exit_code, count()) == (0, 0)
    assert "1 skulle läsas in, 0 fanns redan, 1 avvisade." in tried.output
    done = app.test_cli_runner().invoke(behorig, words)
    assert (done.exit_code, count()) == (0, 1)
    assert "rad 3: Anställningsnummer -: Det står något som ser ut som ett personnummer" in done.output
    assert "9874" not in done.output


def test_file_that_cannot_be_read_is_one_line(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "kurser.csv").write_text("", encoding="utf-8")
    done = app.test_cli_runner().invoke(behorig, ["training", "import", str(tmp_path / "kurser.csv")])
    assert (done.exit_code, done.output) == (2, "Filen är tom.\n")
