"""``behorig directory writes``: what waits to be changed in the directory, and what it would come to."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import current_app

from app import clock
from app.catalogue.services import COMMAND_LINE
from app.commands.inside import command
from app.config import Settings
from app.db import transaction
from app.directory import group_writing
from app.directory.group_writing import Refused
from app.directory.ldap_session import cause_of
from app.errors import DirectoryUnavailable
from app.fulfilment import queries, services, tasks, words, writing
from app.fulfilment.models import DirectoryWrite

ACTS = {"add": "lägg in {0} i {1}", "remove": "ta bort {0} ur {1}"}


@command("writes")
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras i katalogen, och ändra inget.")
@click.option("--retry", type=int, metavar="NUMMER", help="Försök igen med det som en systemförvaltare fick göra.")
def writes(dry_run: bool, retry: int | None) -> None:
    """Ändra det som väntar på att ändras i katalogen."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.ldap_write:
        click.echo("BEHORIG_LDAP_WRITE är av: systemförvaltarna lägger in och tar bort.")
    if retry is not None:
        with transaction():
            services.retry(queries.write(retry), COMMAND_LINE, clock.now())
    if not dry_run:
        click.echo(f"Bekräftade ändringar: {tasks.write_waiting()}.")
        return
    with transaction():
        lines = list(_previews())
        given_up = [f"{_told(one)}: {words.reason(one.reason)} ({one.id})" for one in queries.handed_over()]
    for line in lines:
        click.echo(line)
    click.echo(f"{len(lines)} väntar. Inget ändrades.")
    if given_up:
        click.echo("Systemförvaltarna har fått göra det här. Med --retry NUMMER försöker Behörig igen:")
    for line in given_up:
        click.echo(line)


def _previews() -> Iterator[str]:
    named = writing.named_groups()
    for write in queries.waiting():
        yield f"{_told(write)}: {_preview(write, named)}"


def _told(write: DirectoryWrite) -> str:
    return ACTS[write.act].format(write.person.login or write.person.employee_number, write.group_name)


def _preview(write: DirectoryWrite, named: frozenset[str]) -> str:
    plan = writing.plan_of(write, clock.now())
    if plan.wish is None:
        return str(words.reason(plan.reason))
    try:
        outcome = group_writing.carry_out(plan.wish, named, dry=True)
    except Refused as refused:
        return f"{words.reason(refused.reason)} {refused.detail}".strip()
    except DirectoryUnavailable as error:
        return f"{words.reason('directory_unavailable')} {cause_of(error)}"
    return "skulle ändras" if outcome.changed else "är redan så"
