"""``behorig workflow``: what a municipality does with its processes from the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from app.commands import Commands, Fault
from workflows import loader
from workflows.definition import Workflow
from workflows.errors import DefinitionError
from workflows.proof import checking

workflow = Commands("workflow", help="Processerna.")


@workflow.command("check", with_appcontext=False)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check(files: tuple[Path, ...]) -> None:
    """Bevisa att processfiler är säkra; utan filer de installerade.

    Varje sätt att bryta mot en regel visas med fil, rad, nyckel och den kortaste berättelsen om hur det går till.
    Slutkod 1 om något är fel.
    """
    faults = 0
    paths = files or tuple(sorted(loader.CATALOG.glob("*.yaml")))
    for path, found in zip(paths, _of_all(paths), strict=True):
        faults += len(found)
        for fault in found:
            click.echo(f"FEL  {fault}")
        if not found:
            click.echo(f"OK   {path}")
    if faults:
        click.echo(f"{faults} fel.", err=True)
        sys.exit(1)


def require_proof(definition: Workflow) -> None:
    """Raises Fault with the first thing that is said against the definition."""
    for objection in checking.objections(definition):
        raise Fault(objection)


def _of_all(paths: Sequence[Path]) -> Iterator[tuple[str, ...]]:
    """The faults of each file, in the order of the files; a process for each core, for a proof is only reckoning."""
    cores = len(os.sched_getaffinity(0))
    if min(cores, len(paths)) < 2:
        yield from map(_faults, paths)
        return
    with ProcessPoolExecutor(min(cores, len(paths))) as pool:
        yield from pool.map(_faults, paths)


def _faults(path: Path) -> tuple[str, ...]:
    """Every fault of the file, as one text that begins with file and line."""
    try:
        return checking.objections(loader.load(path))
    except DefinitionError as error:
        return (str(error),)
