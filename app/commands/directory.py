"""``behorig directory``: read it now, or ask it about one person."""

from __future__ import annotations

import click

from app import clock
from app.commands.inside import command
from app.directory import services, tasks


@command("sync")
def sync() -> None:
    """Läs hela katalogen nu."""
    report = tasks.nightly_sync()
    changed = sum(report.changed.values())
    click.echo(f"{report.people} personer lästa: {report.added} nya, {changed} ändrade ({report.server}).")


@command("person")
@click.argument("number")
def show_person(number: str) -> None:
    """Vad katalogen säger just nu om den som har anställningsnumret."""
    evidence = services.lookup_number(number, clock.now())
    click.echo(f"{evidence.status.value} ({evidence.reason}) enligt {evidence.server or 'ingen server'}")
    if evidence.starts_on or evidence.ends_on:
        click.echo(f"Anställd {evidence.starts_on or 'okänt'} till {evidence.ends_on or 'tills vidare'}")
    for account in evidence.accounts:
        click.echo(f"{account.login}: {account.display_name}, {account.dn}")
