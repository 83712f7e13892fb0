"""``behorig catalogue``: the systems that can be ordered, from a file."""

from __future__ import annotations

from pathlib import Path

import click

from app import clock
from app.catalogue import services
from app.catalogue.loader import EXAMPLE
from app.commands.inside import command
from app.commands.lazy import Fault
from app.db import transaction


@command("load")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="Läs in exempelkatalogen.")
def load_catalogue(file: Path | None, example: bool) -> None:
    """Läs in systemkatalogen från en fil."""
    if (file is None) != example:
        raise Fault("Ange en fil, eller --example.")
    with transaction():
        report = services.load_file(file or EXAMPLE, now=clock.now())
    click.echo(f"{len(report.added)} nya, {len(report.changed)} ändrade, {len(report.unchanged)} oförändrade system.")
    if report.removed_levels:
        click.echo(f"Inte längre beställbara: {', '.join(report.removed_levels)}")
