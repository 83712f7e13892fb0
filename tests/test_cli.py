"""The behorig command, on a real database; what goes wrong is one Swedish line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select

from app import checks
from app.catalogue.models import Appointment, Deputyship, Installation, System
from app.cli import behorig
from app.config import Settings
from app.db import transaction
from app.requests import definitions
from app.requests.models import WorkflowVersion
from tests.people import Town, municipality
from tests.processes.conftest import edited, first
from tests.servers.smtp import MailServer

ROOT = Path(__file__).parent.parent
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs ``behorig`` with these words."""

    def run(*words: str) -> Result:
        return app.test_cli_runner().invoke(behorig, list(words))

    return run


@pytest.fixture
def town(app: Flask, db_session: Any) -> Town:
    """The characters, stored."""
    made = municipality(db_session)
    db_session.commit()
    return made


def test_unusable_settings_are_one_line_each_and_no_traceback() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BEHORIG_")}
    done = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "check"],
        cwd=ROOT, env=clean, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert all(line.startswith("BEHORIG_") for line in lines)
    assert any(line.startswith("BEHORIG_SECRET_KEY") for line in lines)


def test_the_version_needs_no_settings() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BEHORIG_")}
    done = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "version"], cwd=ROOT, env=clean, capture_output=True
    )
    assert done.returncode == 0


def test_upgrade_stores_the_processes(run: Run, db_session: Any) -> None:
    done = run("db", "upgrade")
    assert done.exit_code == 0, done.output
    stored = set(db_session.scalars(select(WorkflowVersion.process)))
    assert stored == set(definitions.installed())
    assert "0 nya" in run("db", "upgrade").output


def test_upgrade_stores_no_process_that_is_not_safe(run: Run, db_session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the load lets through, the proof does not: a manager's step without the coordinator as last resort."""
    whole = definitions.installed()["base_order"]
    unsafe = replace(whole, version=99, steps=tuple(replace(s, otherwise=("coordinator",)) for s in whole.steps))
    monkeypatch.setattr(definitions, "installed", lambda: {"base_order": unsafe})
    done = run("db", "upgrade")
    assert done.exit_code == 2
    assert "nobody is asked" in done.output
    assert db_session.scalar(select(WorkflowVersion.id).where(WorkflowVersion.version == unsafe.version)) is None


def test_the_example_catalogue_is_loaded_once(run: Run, db_session: Any) -> None:
    first, again = run("catalogue", "load", "--example"), run("catalogue", "load", "--example")
    assert first.exit_code == 0, first.output
    assert again.output.startswith("0 nya, 0 ändrade")
    assert db_session.scalar(select(System.id).limit(1)) is not None


def test_a_faulty_catalogue_says_where(run: Run, tmp_path: Path) -> None:
    faulty = tmp_path / "catalogue.yaml"
    faulty.write_text("systems: 3\n", encoding="utf-8")
    done = run("catalogue", "load", str(faulty))
    assert done.exit_code == 2
    assert f"{faulty}:1" in done.output


def test_an_owner_is_appointed(run: Run, town: Town, db_session: Any) -> None:
    done = run("appoint", "system_owner", "--person", town.eva.employee_number, "--system", "MIC")
    assert done.exit_code == 0, done.output
    assert "Eva Lind är systemägare" in done.output
    given = select(Appointment).where(Appointment.person_id == town.eva.id, Appointment.role == "system_owner")
    assert db_session.scalar(given).system.code == "MIC"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("system_owner", "--person", "T-eva.lind"), "--system"),
        (("system_owner", "--person", "9999", "--system", "MIC"), "finns inte"),
        (("system_owner", "--person", "T-eva.lind", "--system", "NIX"), "finns inte"),
        (("authorised_orderer", "--person", "T-eva.lind", "--unit", "KTF-BIB"), "24 månader"),
        (("system_owner", "--person", "T-vera.slut", "--system", "MIC"), "inte anställd"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused_in_one_line(
    run: Run, town: Town, words: tuple[str, ...], said: str
) -> None:
    done = run("appoint", *words)
    assert done.exit_code == 2
    assert said in done.output
    assert len(done.output.splitlines()) == 1


def test_a_deputy_is_named(run: Run, town: Town, db_session: Any) -> None:
    pair = ("--person", town.bob.employee_number, "--deputy", town.eva.employee_number)
    done = run("deputy", *pair, "--from", "2026-03-01", "--to", "2026-03-31", "--standing")
    assert done.exit_code == 0, done.output
    assert db_session.scalar(select(Deputyship).where(Deputyship.deputy_id == town.eva.id)).absence is False


def test_a_job_runs_now(run: Run) -> None:
    done = run("run-job", "grants_daily")
    assert (done.exit_code, done.output) == (0, "grants_daily: 0\n")


def test_the_directory_that_is_not_there_is_said(run: Run) -> None:
    done = run("directory", "sync")
    assert done.exit_code == 2
    assert done.output.startswith("Katalogen svarar inte")


def test_the_installed_processes_are_sound(run: Run) -> None:
    done = run("workflow", "check")
    assert done.exit_code == 0, done.output
    assert len(done.output.splitlines()) >= len(definitions.installed())


def test_a_faulty_process_says_where(run: Run, tmp_path: Path) -> None:
    faulty = tmp_path / "process.yaml"
    faulty.write_text("process: 7\n", encoding="utf-8")
    done = run("workflow", "check", str(faulty))
    assert done.exit_code == 1
    assert f"{faulty}:1" in done.output


def found(app: Flask) -> dict[str, checks.Finding]:
    """Findings by subject."""
    return {one.subject: one for one in checks.findings()}


def test_a_good_installation_has_only_the_missing_directory_as_fault(run: Run, app: Flask) -> None:
    run("db", "upgrade")
    assert {name for name, one in found(app).items() if one.fault} == {"katalogen"}
    done = run("check")
    assert done.exit_code == 1
    assert "OK   händelseloggen" in done.output
    assert "FEL  katalogen" in done.output


@pytest.mark.usefixtures("samba")
def test_a_good_directory_is_well(app: Flask) -> None:
    assert [one.fault for name, one in found(app).items() if name.startswith("katalogen")] == [""]


def test_processes_that_are_not_stored_are_a_fault(app: Flask) -> None:
    assert "behorig db upgrade" in found(app)["processerna"].fault


def test_a_role_that_may_change_the_log_is_a_fault(
    application_for: Callable[[Settings], Flask], settings: Settings
) -> None:
    owner = application_for(settings.model_copy(update={"database_url": settings.database_owner_url}))
    with owner.app_context():
        assert "UPDATE" in found(owner)["händelseloggen"].fault
        assert "samma roll" in found(owner)["databasen som tabellernas ägare"].fault


def test_the_demonstrations_database_is_a_fault_in_production(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        session.execute(insert(Installation).values(id=1, demo=True))
    assert not found(app)["databasens märkning"].fault
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update={"mode": "production"}))
    assert "demonstrationens" in found(app)["databasens märkning"].fault


def test_servers_that_are_away_are_faults(
    application_for: Callable[[Settings], Flask], settings: Settings, smtp: MailServer
) -> None:
    away = {"redis_url": "redis://127.0.0.1:1/0", "database_url": "postgresql+psycopg://nobody@127.0.0.1:1/nothing"}
    app = application_for(settings.model_copy(update=away))
    smtp.stop()
    with app.app_context():
        faults = {name for name, one in found(app).items() if one.fault}
    assert {"Redis", "databasen som applikationens roll", f"e-postservern 127.0.0.1:{smtp.port}"} <= faults


def test_a_key_that_can_be_guessed_is_a_fault(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update={"secret_key": "a" * 40}))
    assert found(app)["hemlig nyckel"].fault


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_described(name: str) -> None:
    described = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert f"`BEHORIG_{name.upper()}`" in described


def test_a_version_that_waits_to_be_activated_is_told(run: Run, town: Town, app: Flask, tmp_path: Path) -> None:
    run("db", "upgrade")
    proposed = tmp_path / "ny.yaml"
    proposed.write_text(edited(first() + 1), encoding="utf-8")
    run("workflow", "propose", str(proposed), "--as", town.administrator.login, "--why", "Prov.")
    assert f"business_system {first() + 1} väntar på att aktiveras" in found(app)["processerna"].note
