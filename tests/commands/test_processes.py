"""``behorig workflow propose, versions, activate, withdraw, move`` and ``behorig simulate``, on a real database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from app.cli import behorig
from app.db import db, transaction
from app.directory.models import Person
from tests.people import Town, deputise, level
from tests.processes.conftest import PROCESS, SLOWER, UNGATED, Edit, Life, ada, edited, first
from tests.requests.conftest import life, town

__all__ = ["ada", "life", "town"]
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs ``behorig`` with these words."""

    def run(*words: str) -> Result:
        db.session.commit()
        return app.test_cli_runner().invoke(behorig, list(words))

    return run


@pytest.fixture
def propose(run: Run, town: Town, tmp_path: Path) -> Callable[..., Result]:
    """Adam proposes the next version from a file."""

    def propose(*edits: Edit, number: int | None = None, by: Person | None = None) -> Result:
        file = tmp_path / "ny.yaml"
        file.write_text(edited(number or first() + 1, *edits), encoding="utf-8")
        login = (by or town.administrator).login
        return run("workflow", "propose", str(file), "--as", login, "--why", "Fyra dagar i stället för tre.")

    return propose


def test_two_people_change_a_process(run: Run, propose: Callable[..., Result], town: Town, ada: Person) -> None:
    assert propose(SLOWER).exit_code == 0
    number = str(first() + 1)
    alone = run("workflow", "activate", PROCESS, number, "--as", town.administrator.login)
    assert (alone.exit_code, alone.output.count("\n")) == (2, 1)
    assert "någon annan än den som föreslog" in alone.output
    assert (
        run("workflow", "activate", PROCESS, number, "--as", ada.login).output
        == f"{PROCESS} version {number} är aktiv.\n"
    )
    told = run("workflow", "versions", PROCESS).output.splitlines()
    assert told[0] == (f"{PROCESS} {number}  aktiv (Adam Ström, aktiverad av Ada Berg): Fyra dagar i stället för tre.")
    assert told[1] == f"{PROCESS} {first()}  ersatt (levererad)"


def test_the_wrong_number_says_file_line_found_and_expected(propose: Callable[..., Result]) -> None:
    done = propose(number=99)
    assert done.exit_code == 2
    line = next(n for n, text in enumerate(edited(99).splitlines(), 1) if text.startswith("version:"))
    assert f"ny.yaml:{line}: version: found 99, expected {first() + 1}" in done.output


def test_an_unsafe_process_is_refused_with_its_problems(propose: Callable[..., Result]) -> None:
    done = propose(UNGATED)
    assert done.exit_code == 2
    assert "grants without G1, G2" in done.output


def test_only_an_administrator_proposes(propose: Callable[..., Result], town: Town) -> None:
    done = propose(by=town.bob)
    assert (done.exit_code, done.output) == (2, "Det får bara en administratör göra.\n")


def test_a_proposal_is_withdrawn(run: Run, propose: Callable[..., Result], ada: Person) -> None:
    propose(SLOWER)
    run("workflow", "withdraw", PROCESS, str(first() + 1), "--as", ada.login, "--why", "Nej.")
    assert "tillbakatagen (Adam Ström)" in run("workflow", "versions", PROCESS).output


def test_an_order_is_moved(run: Run, propose: Callable[..., Result], life: Life, town: Town, ada: Person) -> None:
    order = life.order(town.alice)
    words = ("workflow", "move", order.case_number, "--as", ada.login, "--why", "Ny ordning.")
    assert run(*words).output == "Beställningen följer redan den aktiva versionen.\n"
    propose(SLOWER)
    run("workflow", "activate", PROCESS, str(first() + 1), "--as", ada.login)
    assert run(*words).output == f"{order.case_number} följer {PROCESS} version {first() + 1}.\n"


def test_the_simulated_path_says_who_why_and_when_and_orders_nothing(run: Run, town: Town) -> None:
    done = run("simulate", "--system", "MIC", "--level", "DISK", "--for", town.alice.login)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == "MicroMarc, Lånedisk till Alice Åkesson"
    assert lines[2].startswith("1. Chefen beslutar: Bob Ek (chef). Frågas ")
    assert "Carol Dahl (systemförvaltare); Sam Öst (systemförvaltare)" in lines[3]
    assert lines[3].endswith("förfaller aldrig.")
    assert db.session.scalar(text("SELECT count(*) FROM access_request")) == 0


def test_the_simulation_says_who_stands_in(run: Run, town: Town) -> None:
    with transaction() as session:
        town.bob.employment_status = "on_leave"
        deputise(session, town.bob, town.dan)
    done = run("simulate", "--system", "MIC", "--level", "DISK", "--for", town.alice.login)
    assert "Bob Ek (chef); Dan Öberg (ersättare för Bob Ek)" in done.output


def test_the_manager_who_orders_is_not_asked(run: Run, town: Town) -> None:
    words = ("simulate", "--system", "MIC", "--level", "DISK", "--for", town.alice.login)
    done = run(*words, "--orderer", town.bob.login)
    assert done.output.startswith("MicroMarc, Lånedisk till Alice Åkesson, beställt av Bob Ek\n")
    assert "1. Chefen beslutar: Bob Ek har redan svarat i och med beställningen." in done.output


def test_an_order_that_would_wait_says_what_for(run: Run, town: Town) -> None:
    done = run("simulate", "--system", "MIC", "--level", "DISK", "--for", town.newcomer.login)
    assert done.exit_code == 0
    assert "Väntar först: Väntar på grundbehörigheten, som måste finnas först." in done.output


@pytest.mark.parametrize(
    ("who", "orderer", "said"),
    [("alice", "dan", "Du får inte beställa för den här personen."), ("vera", None, "Anställningen har upphört")],
)
def test_an_order_that_would_be_refused_says_why_and_ends_with_one(
    run: Run, town: Town, who: str, orderer: str | None, said: str
) -> None:
    more = ("--orderer", getattr(town, orderer).login) if orderer else ()
    done = run("simulate", "--system", "MIC", "--level", "DISK", "--for", getattr(town, who).login, *more)
    assert done.exit_code == 1
    assert f"Går inte: {said}" in done.output
    assert "1." not in done.output


def test_a_level_without_an_active_process_cannot_be_simulated(run: Run, town: Town) -> None:
    with transaction() as session:
        level(session, town.mic, "HEMLIG", "Hemligt", profile="forbidden")
    done = run("simulate", "--system", "MIC", "--level", "HEMLIG", "--for", town.alice.login)
    assert (done.exit_code, done.output) == (2, "Det finns ingen process för nivån.\n")
