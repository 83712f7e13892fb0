"""``behorig hr``: look at a file from HR, or take it at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app

from app import clock
from app.commands.inside import command
from app.commands.lazy import Fault
from app.db import transaction
from app.hr_feed import services, words
from app.hr_feed.reading import Fault as Wrong

FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@command("check")
@FILE
def check(file: Path) -> None:
    """Säg vad som är fel i en fil från personalsystemet. Ändrar inget."""
    feed = services.check(file.read_bytes())
    _print(feed.faults)
    if feed.faults:
        raise Fault(f"{len(feed.faults)} fel. Filen skulle avvisas hel.")
    employments = sum(len(person.employments) for person in feed.people)
    click.echo(f"{len(feed.people)} personer och {employments} anställningar, inga fel.")


@command("load")
@FILE
def load(file: Path) -> None:
    """Läs in en fil från personalsystemet nu. Den införs hel eller inte alls."""
    if not current_app.extensions["settings"].hr_feed:
        raise Fault("Kommunen har ingen fil från personalsystemet: sätt BEHORIG_HR_FEED.")
    written_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    with transaction():
        read = services.load(file.read_bytes(), name=file.name, written_at=written_at, now=clock.now())
        state, why, people, faults = read.state, read.why, read.people, [Wrong(**fault) for fault in read.faults]
    _print(faults)
    if state == "refused":
        raise Fault(f"{len(faults)} fel. Inget av filen är infört.")
    if state == "held":
        raise Fault(f"Filen hålls ({why}). Inget av den är infört förrän två personer har släppt den.")
    click.echo(f"{people} personer införda.")


def _print(faults: Sequence[Wrong]) -> None:
    for fault in faults:
        place = f"rad {fault.line}: " if fault.line else ""
        click.echo(f"{place}{fault.field} {fault.value or '-'}: {words.reason(fault.reason)}")
