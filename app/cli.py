"""The ``behorig`` command. A fault is one line in Swedish; exit code 2 for what the user can mend, 1 for ``check``."""

from __future__ import annotations

import sys
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
import flask_migrate
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import select

from app import checks, clock, create_app, worker
from app.catalogue import queries as catalogue
from app.catalogue import services as catalogue_services
from app.catalogue.appointing import ROLES, NewAppointment
from app.catalogue.deputising import NewDeputy
from app.catalogue.loader import EXAMPLE
from app.commands import Commands, Fault, backtest, processes, training, workflow
from app.db import db, transaction
from app.directory import queries as directory
from app.directory import services as directory_services
from app.directory import tasks as directory_tasks
from app.directory.models import Person, Unit
from app.requests import definitions, lives
from app.templating import labels
from workflows import life

DAY = click.DateTime(["%Y-%m-%d"])
behorig = Commands("behorig", help="Behörig: beställning av behörigheter.")


def init_app(app: Flask) -> None:
    """The same commands under ``flask``, where they are handy in development."""
    for command in behorig.commands.values():
        app.cli.add_command(command)


def main() -> None:
    """The script ``behorig``."""
    behorig.main(prog_name="behorig", obj=ScriptInfo(create_app=create_app))


def _group(name: str, help_text: str) -> Commands:
    made = Commands(name, help=help_text)
    behorig.add_command(made)
    return made


database = _group("db", "Databasen.")
catalogue_commands = _group("catalogue", "Systemkatalogen.")
directory_commands = _group("directory", "Personalkatalogen.")
behorig.add_command(workflow.workflow)
for added in (*processes.process.commands.values(), backtest.backtest):
    workflow.workflow.add_command(added)
behorig.add_command(processes.simulate)
behorig.add_command(training.training)


@behorig.command("version", with_appcontext=False)
def show_version() -> None:
    """Vilken version som är installerad."""
    try:
        click.echo(version("behorig"))
    except PackageNotFoundError:
        click.echo("inte installerad som paket")


@database.command("upgrade")
def upgrade() -> None:
    """Uppdatera tabellerna som deras ägare och lagra processernas versioner. En ny version måste vara bevisat säker."""
    flask_migrate.upgrade()
    try:
        with transaction():
            for definition in definitions.not_stored():
                workflow.require_proof(definition)
            new = definitions.store(clock.now())
    except ValueError as error:
        raise Fault(str(error)) from error
    click.echo(f"Databasen är uppdaterad. {new} nya processversioner; behorig check säger om någon ska aktiveras.")


@catalogue_commands.command("load")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="Läs in exempelkatalogen.")
def load_catalogue(file: Path | None, example: bool) -> None:
    """Läs in systemkatalogen från en fil."""
    if (file is None) != example:
        raise Fault("Ange en fil, eller --example.")
    with transaction():
        report = catalogue_services.load_file(file or EXAMPLE, now=clock.now())
    click.echo(f"{len(report.added)} nya, {len(report.changed)} ändrade, {len(report.unchanged)} oförändrade system.")
    if report.removed_levels:
        click.echo(f"Inte längre beställbara: {', '.join(report.removed_levels)}")


@directory_commands.command("sync")
def sync() -> None:
    """Läs hela katalogen nu."""
    report = directory_tasks.nightly_sync()
    changed = sum(report.changed.values())
    click.echo(f"{report.people} personer lästa: {report.added} nya, {changed} ändrade ({report.server}).")


@directory_commands.command("person")
@click.argument("number")
def show_person(number: str) -> None:
    """Vad katalogen säger just nu om den som har anställningsnumret."""
    evidence = directory_services.lookup_number(number, clock.now())
    click.echo(f"{evidence.status.value} ({evidence.reason}) enligt {evidence.server or 'ingen server'}")
    if evidence.starts_on or evidence.ends_on:
        click.echo(f"Anställd {evidence.starts_on or 'okänt'} till {evidence.ends_on or 'tills vidare'}")
    for account in evidence.accounts:
        click.echo(f"{account.login}: {account.display_name}, {account.dn}")


@behorig.command("appoint")
@click.argument("role", type=click.Choice(sorted(ROLES)))
@click.option("--person", "number", required=True, help="Anställningsnummer.")
@click.option("--system", "system_code", help="Systemets kod.")
@click.option("--unit", "unit_code", help="Enhetens kod.")
@click.option("--board", default="", help="Nämndens kod.")
@click.option("--post", default="", help="Posten som svarar för lokaler, som katalogens owner_role.")
@click.option("--from", "first", type=DAY, help="Första dagen; i dag om inget anges.")
@click.option("--to", "last", type=DAY, help="Sista dagen.")
def appoint(**given: Any) -> None:
    """Ge en person ett uppdrag, till exempel systemägare."""
    person, system_code = _person(given["number"]), given["system_code"]
    new = NewAppointment(
        role=given["role"],
        person_id=person.id,
        valid_from=_day(given["first"]) or clock.today(),
        valid_to=_day(given["last"]),
        system_id=catalogue.system(system_code).id if system_code else None,
        unit_id=_unit_id(given["unit_code"]) if given["unit_code"] else None,
        board=given["board"],
        post=given["post"],
        source="cli",
    )
    with transaction():
        longest = life.of(lives.beginning(lives.ORDERER)).longest_months
        actor = catalogue_services.COMMAND_LINE
        catalogue_services.appoint(new, actor=actor, now=clock.now(), longest_months=longest)
        click.echo(f"{person.display_name} är {labels.role(new.role)} från {new.valid_from}.")


@behorig.command("deputy")
@click.option("--person", "number", required=True, help="Den som ska ersättas.")
@click.option("--deputy", "deputy_number", required=True, help="Ersättaren.")
@click.option("--from", "first", type=DAY, help="Första dagen; i dag om inget anges.")
@click.option("--to", "last", type=DAY, required=True, help="Sista dagen.")
@click.option("--standing", is_flag=True, help="Frågas när personen inte har svarat, i stället för vid frånvaro.")
def deputy(number: str, deputy_number: str, first: datetime | None, last: datetime, standing: bool) -> None:
    """Utse en ersättare."""
    person, other = _person(number), _person(deputy_number)
    period = _day(first) or clock.today(), last.date()
    with transaction():
        new = NewDeputy(person.id, other.id, *period, absence=not standing)
        longest = life.of(lives.beginning(lives.DEPUTY)).longest_months
        actor = catalogue_services.COMMAND_LINE
        catalogue_services.set_deputy(new, actor=actor, now=clock.now(), longest_months=longest)
        click.echo(f"{other.display_name} ersätter {person.display_name} {period[0]} till {period[1]}.")


@behorig.command("check")
def check() -> None:
    """Prova alla anslutningar. Ändrar inget och skickar inget."""
    faults = 0
    for finding in checks.findings():
        click.echo(str(finding))
        faults += bool(finding.fault)
    if faults:
        click.echo(f"{faults} fel.", err=True)
        sys.exit(1)


@behorig.command("run-job")
@click.argument("name", type=click.Choice([name.removeprefix("behorig.") for name in worker.JOBS]))
def run_job(name: str) -> None:
    """Kör ett av de återkommande jobben nu."""
    result = worker.JOBS[f"behorig.{name}"].run()
    click.echo(f"{name}: {result}")


def _person(number: str) -> Person:
    found = directory.by_number(number)
    if found is None:
        raise Fault(f"Anställningsnumret {number} finns inte. Kör behorig directory sync om personen är ny.")
    return found


def _unit_id(code: str) -> int:
    found = db.session.scalar(select(Unit.id).where(Unit.code == code))
    if found is None:
        raise Fault(f"Enheten {code} finns inte.")
    return found


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
