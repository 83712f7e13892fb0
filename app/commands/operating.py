"""``behorig check`` and ``behorig run-job``: is all well, and do it now."""

from __future__ import annotations

import sys

import click

from app import checks, worker
from app.commands.inside import command


@command("check")
def check() -> None:
    """Prova alla anslutningar. Ändrar inget och skickar inget."""
    faults = 0
    for finding in checks.findings():
        click.echo(str(finding))
        faults += bool(finding.fault)
    if faults:
        click.echo(f"{faults} fel.", err=True)
        sys.exit(1)


@command("run-job")
@click.argument("name", type=click.Choice([name.removeprefix("behorig.") for name in worker.JOBS]))
def run_job(name: str) -> None:
    """Kör ett av de återkommande jobben nu."""
    result = worker.JOBS[f"behorig.{name}"].run()
    click.echo(f"{name}: {result}")
