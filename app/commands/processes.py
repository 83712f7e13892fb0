"""``behorig workflow propose, versions, activate, withdraw, move``, and ``behorig simulate``.

A process is changed by two people here as on the pages: each command that changes something names who does it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from app import clock
from app.catalogue import queries as catalogue
from app.commands.inside import command
from app.commands.lazy import Fault
from app.db import transaction
from app.directory import queries as directory
from app.directory.models import Person
from app.processes import checks, moving, queries, services, simulating
from app.requests import queries as orders
from app.requests import words as order_words
from app.templating import labels
from workflows.authority import Asked
from workflows.events import Actor
from workflows.simulate import PlannedStep

AS = click.option("--as", "login", required=True, help="Användarnamnet på den administratör som gör det.")
WHY = click.option("--why", required=True, help="Varför. Det sparas i händelseloggen.")
STATUSES = {"proposed": "föreslagen", "active": "aktiv", "superseded": "ersatt", "withdrawn": "tillbakatagen"}


@command("propose")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@AS
@WHY
def propose(file: Path, login: str, why: str) -> None:
    """Föreslå nästa version av en process. En annan administratör aktiverar den."""
    actor = _administrator(login)
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Fault(f"{file}: filen är inte UTF-8.") from error
    with transaction():
        made = services.propose(text, str(file), why=why, actor=actor, now=clock.now())
        name = f"{made.process} version {made.version}"
        version_id = made.id
    checks.run_waiting()
    for problem in checks.of(version_id)[checks.PROOF].result.get("problems", ()):
        click.echo(f"FEL  {problem}")
    click.echo(f"{name} är föreslagen. En annan administratör kan aktivera den när inget fel är hittat.")


@command("versions")
@click.argument("process", required=False)
def versions(process: str | None) -> None:
    """Processernas versioner: vilken som är aktiv, vem som föreslog och aktiverade, och varför."""
    for row in queries.versions(process):
        proposed = row.proposed_by.display_name if row.proposed_by else "levererad"
        activated = f", aktiverad av {row.activated_by.display_name}" if row.activated_by else ""
        why = f": {row.why}" if row.why else ""
        click.echo(f"{row.process} {row.version}  {STATUSES[row.status]} ({proposed}{activated}){why}")


@command("activate")
@click.argument("process")
@click.argument("version", type=int)
@AS
def activate(process: str, version: int, login: str) -> None:
    """Aktivera en föreslagen version. Beställningar på väg behåller sin."""
    actor = _administrator(login)
    with transaction():
        present = queries.active(process)
        number = present.version if present else None
        services.activate(queries.version(process, version), instead_of=number, actor=actor, now=clock.now())
        click.echo(f"{process} version {version} är aktiv.")


@command("withdraw")
@click.argument("process")
@click.argument("version", type=int)
@AS
@WHY
def withdraw(process: str, version: int, login: str, why: str) -> None:
    """Ta tillbaka ett förslag."""
    actor = _administrator(login)
    with transaction():
        services.withdraw(queries.version(process, version), why=why, actor=actor, now=clock.now())
        click.echo(f"{process} version {version} är tillbakatagen.")


@command("move")
@click.argument("case_number")
@AS
@WHY
def move(case_number: str, login: str, why: str) -> None:
    """Flytta en beställning på väg till den version som är aktiv."""
    actor = _administrator(login)
    with transaction():
        order = orders.by_case_number(case_number)
        moving.move(order, reason=why, actor=actor, now=clock.now())
        click.echo(f"{case_number} följer {order.process} version {order.definition_version}.")


@command("simulate")
@click.option("--system", "system_code", required=True, help="Systemets kod.")
@click.option("--level", "level_code", required=True, help="Nivåns kod.")
@click.option("--for", "login", required=True, help="Användarnamnet på den som ska ha behörigheten.")
@click.option("--orderer", "orderer_login", help="Användarnamnet på den som beställer; annars personen själv.")
def simulate(system_code: str, level_code: str, login: str, orderer_login: str | None) -> None:
    """Vem som skulle få frågan, varför, i vilken ordning och när. Beställer inget. Slutkod 1 om det inte går."""
    level, subject = catalogue.level_by_code(system_code, level_code), _person(login)
    orderer = _person(orderer_login) if orderer_login else subject
    found = simulating.imagine(level, subject, orderer, clock.now())
    by = "" if orderer is subject else f", beställt av {orderer.display_name}"
    click.echo(f"{level.system.name}, {level.label} till {subject.display_name}{by}")
    click.echo(f"Process: {found.workflow.title['sv']}, version {found.workflow.version}")
    for reason in found.hindrances:
        click.echo(f"{'Går inte' if found.outcome == 'refused' else 'Väntar först'}: {order_words.refusal(reason)}")
    for number, step in enumerate(found.steps, 1):
        click.echo(f"{number}. {_told(step)}")
    if found.outcome == "refused":
        sys.exit(1)


def _told(step: PlannedStep) -> str:
    title = labels.step_title(step.task)
    if step.implicit:
        return f"{title}: {step.asked[0].party.name} har redan svarat i och med beställningen."
    names = {a.party.id: a.party.name for a in step.asked}
    asked = [_asked(a, names) for a in step.asked] or ["ingen kan få frågan"]
    lapses = f", förfaller {step.lapses_on}" if step.lapses_on else ", förfaller aldrig"
    return f"{title}: {'; '.join(asked)}. Frågas {step.asked_on}, svar senast {step.due_on}{lapses}."


def _asked(asked: Asked, names: Mapping[int, str]) -> str:
    behind = names.get(asked.on_behalf_of or 0, "")
    return f"{asked.party.name} ({labels.role(asked.why)}{' för ' + behind if behind else ''})"


def _administrator(login: str) -> Actor:
    return Actor(_person(login).id, "administrator", "cli")


def _person(login: str) -> Person:
    found = directory.by_login(login)
    if found is None:
        raise Fault(f"Ingen ensam person har användarnamnet {login}.")
    return found
