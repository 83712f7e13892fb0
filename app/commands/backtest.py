"""``behorig workflow backtest``: what a proposed process would have made of the orders of a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from app.commands.inside import command
from app.commands.lazy import Fault
from app.processes import proving, replaying
from app.processes.replaying import Compared
from app.requests import words
from app.templating import labels
from workflows.backtest import Comparison, Replay, StepChange
from workflows.simulate import PlannedStep

NOTE = (
    "Beställningen är som den skickades, med anställningen som katalogen då såg den och rollerna den dagen. "
    "Chefer, nivåer, kurser och behörigheter är dagens."
)


@command("backtest")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--since", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Beställningar från den dagen."
)
def backtest(file: Path, first: datetime) -> None:
    """Vad en föreslagen process hade gjort av periodens beställningar. Ändrar inget."""
    try:
        workflow = proving.read(file.read_text(encoding="utf-8"), str(file))
    except UnicodeDecodeError as error:
        raise Fault(f"{file}: filen är inte UTF-8.") from error
    found = replaying.since(first.date(), workflow)
    differing = [one for one in found if one.comparison.differs]
    click.echo(
        f"{workflow.process}, {len(found)} beställningar från {first.date()}: {len(differing)} skulle bli annorlunda."
    )
    click.echo(NOTE)
    for line in summary(differing):
        click.echo(line)
    for one in differing:
        click.echo(f"{one.order.case_number} {one.order.level.system.name}, {one.order.level.label}")
        for line in told(one.comparison):
            click.echo(f"  {line}")


def summary(differing: Sequence[Compared]) -> list[str]:
    """The numbers, each only where there are any."""
    comparisons = [one.comparison for one in differing]
    numbers = {
        "fler steg": sum(max(c.more, 0) for c in comparisons),
        "färre steg": sum(max(-c.more, 0) for c in comparisons),
        "skulle ha avslagits av reglerna": sum(c.refuses for c in comparisons),
        "skulle ha fått vänta": sum(c.stops and not c.refuses for c in comparisons),
    }
    return [f"{name}: {number}" for name, number in numbers.items() if number]


def told(comparison: Comparison) -> list[str]:
    """What is another for one order, a line for each step."""
    before, after = comparison.before, comparison.after
    lines = []
    if (before.outcome, before.reasons) != (after.outcome, after.reasons):
        lines.append(f"{_outcome(before)} -> {_outcome(after)}")
    return lines + [_step(change) for change in comparison.changes]


def _outcome(replay: Replay) -> str:
    reasons = " ".join(words.refusal(reason) for reason in replay.reasons)
    return {"asked": "Gick vidare", "waits": "Väntar", "refused": "Går inte"}[replay.outcome] + (
        f": {reasons}" if reasons else ""
    )


def _step(change: StepChange) -> str:
    present = change.after or change.before
    assert present is not None
    return f"{labels.step_title(present.task)}: {_asked(change.before)} -> {_asked(change.after)}"


def _asked(step: PlannedStep | None) -> str:
    if step is None:
        return "frågas inte"
    if step.implicit:
        return "svarat i och med beställningen"
    names = ", ".join(a.party.name for a in step.asked) or "ingen"
    lapses = f", förfaller {step.lapses_on}" if step.lapses_on else ""
    return f"{names}, senast {step.due_on}{lapses}"
