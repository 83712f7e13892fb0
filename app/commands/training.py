"""``behorig training import``: completed courses from a file."""

from __future__ import annotations

from pathlib import Path

import click

from app import clock
from app.catalogue.services import COMMAND_LINE
from app.commands.inside import command
from app.commands.lazy import Fault
from app.db import transaction
from app.errors import NotAllowed
from app.training import importing, words


@command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle hända, ändra inget.")
def load(file: Path, dry_run: bool) -> None:
    """Läs in genomförda kurser från en CSV-fil. Avvisade rader skrivs ut, resten läses in."""
    content = file.read_bytes()
    try:
        if dry_run:
            report = importing.look(content, clock.today())
        else:
            with transaction():
                report = importing.load(content, source="file", actor=COMMAND_LINE, now=clock.now())
    except NotAllowed as refusal:
        raise Fault(words.reason(refusal.reason)) from refusal
    for row in report.refused:
        click.echo(f"rad {row.line}: {words.column(row.column)} {row.value or '-'}: {words.reason(row.reason)}")
    did = "skulle läsas in" if dry_run else "lästes in"
    click.echo(f"{report.added} {did}, {report.known} fanns redan, {len(report.refused)} avvisade.")
