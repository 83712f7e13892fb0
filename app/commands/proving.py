"""``behorig workflow check``: proves processes without the application, and so does not import it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import click

from app.commands.lazy import Fault
from workflows import loader
from workflows.definition import Workflow
from workflows.errors import DefinitionError
from workflows.proof import checking

Loaded = Workflow | tuple[str, ...]  # of a file: its definition, or what is wrong with it


@click.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check(files: tuple[Path, ...]) -> None:
    """Bevisa att processfiler är säkra; utan filer de installerade.

    Varje sätt att bryta mot en regel visas med fil, rad, nyckel och den kortaste berättelsen om hur det går till.
    Slutkod 1 om något är fel.
    """
    faults = 0
    paths = files or tuple(sorted(loader.CATALOG.glob("*.yaml")))
    for path, found in zip(paths, _of_all([_loaded(path) for path in paths]), strict=True):
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


def _of_all(loaded: Sequence[Loaded]) -> Iterator[tuple[str, ...]]:
    """The faults of each file, in the order of the files; a process for each core, for a proof is only reckoning.

    The longest proofs begin first: else the last of them would run alone.
    """
    workers = min(len(os.sched_getaffinity(0)), len(loaded))
    if workers < 2:
        yield from map(_faults, loaded)
        return
    with ProcessPoolExecutor(workers) as pool:
        begun: dict[int, Future[tuple[str, ...]]] = {}
        for number in sorted(range(len(loaded)), key=lambda n: _weight(loaded[n]), reverse=True):
            begun[number] = pool.submit(_faults, loaded[number])
        yield from (begun[number].result() for number in range(len(loaded)))


def _loaded(path: Path) -> Loaded:
    try:
        return loader.load(path)
    except DefinitionError as error:
        return (str(error),)


def _weight(loaded: Loaded) -> int:
    return checking.weight(loaded) if isinstance(loaded, Workflow) else 0


def _faults(loaded: Loaded) -> tuple[str, ...]:
    """Every fault of a file, as one text that begins with file and line."""
    return checking.objections(loaded) if isinstance(loaded, Workflow) else loaded
