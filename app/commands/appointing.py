"""``behorig appoint`` and ``behorig deputy``: first roles, given by whoever may use the machine."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click
from sqlalchemy import select

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue import services as catalogue_services
from app.catalogue.appointing import ROLES, NewAppointment
from app.catalogue.deputising import NewDeputy
from app.commands.inside import command
from app.commands.lazy import Fault
from app.db import db, transaction
from app.directory import queries as directory
from app.directory.models import Person, Unit
from app.requests import lives
from app.templating import labels
from workflows import life

DAY = click.DateTime(["%Y-%m-%d"])


@command("appoint")
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


@command("deputy")
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
