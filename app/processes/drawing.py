"""A process as a picture: the main way as a spine from top to bottom, every other end of a state beside it.

A process that goes different ways for different levels and kinds has one picture for each way. Lengths are in units of
the picture, as wide as ``WIDTH``; ``macros/process.html`` draws it, and tells the same as a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.processes import words
from app.templating import labels, state_words
from workflows import variants
from workflows.conditions import Traits
from workflows.definition import Step, Transition, Workflow
from workflows.life_terms import TIME

# What leads off the main way. Anything else that a process calls its moves leads on.
ASIDE = frozenset(
    {
        "resubmit", "resume", "approve_implicitly", "reject", "return", "withdraw", "lapse", "cancel", "revoke",
        "propose_lower", "accept_lower", "decline_lower",
    }
)  # fmt: skip
BACK = ("resubmit", "resume", "accept_lower")

WIDTH, LEFT, TOP = 880, 64, 8
BOX, HIGH, GAP, APART = 300, 64, 60, 24
EXITS, EXIT_HIGH, EXIT_GAP = LEFT + BOX + 48, 28, 8
LETTER, PADDING = 8.2, 40


@dataclass(frozen=True, slots=True)
class Exit:
    """Another state that a state may turn into, and its pill."""

    name: str
    word: str
    tone: str
    icon: str
    how: str
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """A state with its box at ``y``, who is asked there, the move that leads on, and the exits.

    ``back_to``: the y of the row that a state beside the main way leads back to, by ``lane``; None for the others.
    """

    name: str
    word: str
    who: str
    y: float
    onward: str
    exits: tuple[Exit, ...]
    back_to: float | None = None
    back: str = ""
    lane: float = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """``for_whom`` says for which levels and kinds the way is; empty when it is the only one."""

    for_whom: str
    main: tuple[Row, ...]
    beside: tuple[Row, ...]
    height: float


@dataclass(frozen=True, slots=True)
class _Way:
    """What an order of one profile and kind may meet."""

    workflow: Workflow
    steps: tuple[Step, ...]
    moves: tuple[Transition, ...]

    def main(self) -> list[str]:
        """The states of the main way, from the draft on."""
        found = [self.workflow.begins]
        while onward := self.onward(found[-1], found):
            found.append(onward.target)
        return found

    def onward(self, state: str, passed: Sequence[str] = ()) -> Transition | None:
        """The move that leads on along the main way."""
        if self.workflow.life is not None and state in self.workflow.gives:
            return None
        rules = (t for t in self.moves if t.source == state and self._leads_on(t) and t.target not in passed)
        return next(rules, None)

    def _leads_on(self, rule: Transition) -> bool:
        if self.workflow.life is not None:
            return rule.by != TIME and self.workflow.states[rule.target].kind != "final"
        return rule.trigger not in ASIDE

    def beside(self, main: Sequence[str]) -> list[str]:
        """The states beside the main way in which an order stays for a while."""
        reached = {t.target for t in self.moves}
        stays = [n for n, s in self.workflow.states.items() if s.kind != "final" and n not in main]
        return [n for n in stays if n in reached or self._waits(n)]

    def _waits(self, name: str) -> bool:
        return self.workflow.states[name].kind == "waiting" and any(t.source == name for t in self.moves)


def pictures(workflow: Workflow) -> list[Picture]:
    """One picture for each way that orders take through the process, the commonest first."""
    if workflow.life is not None:
        return [_picture(_Way(workflow, workflow.steps, workflow.transitions), "")]
    ways: dict[tuple[tuple[Step, ...], tuple[Transition, ...]], list[Traits]] = {}
    for kind in workflow.kinds:
        for profile in sorted(workflow.profiles, key=list(state_words.PROFILES).index):
            for traits in variants.among(workflow, profile, kind):
                steps = workflow.steps_for(traits)
                moves = tuple(t for t in workflow.transitions if t.applies_to(traits))
                ways.setdefault((steps, moves), []).append(traits)
    return [
        _picture(_Way(workflow, *way), _for_whom(workflow, whom) if len(ways) > 1 else "") for way, whom in ways.items()
    ]


def _for_whom(workflow: Workflow, whom: Sequence[Traits]) -> str:
    profiles = list(dict.fromkeys(traits.profile for traits in whom))
    kinds = list(dict.fromkeys(traits.kind for traits in whom))
    told = words.joined(str(state_words.profile(p).word) for p in profiles)
    if len(kinds) < len(workflow.kinds):
        told = f"{told}: {words.joined(words.uncapital(labels.kind(k)) for k in kinds)}"
    return "; ".join((told, *_narrower(workflow, whom)))


def _narrower(workflow: Workflow, whom: Sequence[Traits]) -> Iterator[str]:
    """Which forms of employment, nämnder, classes and so on the way is for, where the definition parts them."""
    every = tuple(t for one in whom for t in variants.among(workflow, one.profile, one.kind))
    for name in ("employment_form", "board", "confidentiality", "zones", "crossing"):
        here = list(dict.fromkeys(getattr(traits, name) for traits in whom))
        if len(here) < len({getattr(traits, name) for traits in every}):
            yield words.joined(words.trait(name, value) for value in here)


def _picture(way: _Way, for_whom: str) -> Picture:
    main = way.main()
    rows: list[Row] = []
    y = float(TOP)
    for name in main:
        rows.append(_row(way, name, y, main))
        y += max(HIGH, _exits_high(rows[-1].exits)) + GAP
    beside: list[Row] = []
    y += APART - GAP
    for lane, name in enumerate(way.beside(main)):
        beside.append(_aside(way, name, y, rows, lane))
        y += max(HIGH, _exits_high(beside[-1].exits)) + APART
    return Picture(for_whom, tuple(rows), tuple(beside), y)


def _row(way: _Way, name: str, y: float, main: Sequence[str]) -> Row:
    onward = way.onward(name, main[: main.index(name) + 1])
    told = words.acts(onward, way.workflow) if onward else ""
    return Row(name, words.state(name, way.workflow), _who(way, name), y, told, _exits(way, name, y, onward))


def _aside(way: _Way, name: str, y: float, main: Sequence[Row], lane: int) -> Row:
    back = _back(way, name, main)
    target = next((row for row in main if back and row.name == back.target), None)
    told = words.acts(back, way.workflow) if back and target else ""
    exits = _exits(way, name, y, back)
    where = target.y + HIGH / 2 if target else None
    return Row(name, words.state(name, way.workflow), _who(way, name), y, "", exits, where, told, LEFT - 20 - 20 * lane)


def _back(way: _Way, name: str, main: Sequence[Row]) -> Transition | None:
    """The move that leads back to the main way."""
    names = {row.name for row in main}
    of_life = way.workflow.life is not None
    from_here = (t for t in way.moves if t.source == name)
    return next((t for t in from_here if t.trigger in BACK or (of_life and t.target in names)), None)


def _who(way: _Way, state: str) -> str:
    return words.joined(words.whom(step, way.workflow) for step in way.steps if step.state == state)


def _exits(way: _Way, state: str, y: float, onward: Transition | None) -> tuple[Exit, ...]:
    """The other ends of a state, as pills in lines to its right; each once, however many moves lead there."""
    found: list[Exit] = []
    x, line = float(EXITS), 0
    for target, rules in _others(way, state, onward).items():
        look = words.look(target, way.workflow)
        word = words.state(target, way.workflow)
        width = len(word) * LETTER + PADDING
        if x + width > WIDTH and x > EXITS:
            x, line = float(EXITS), line + 1
        how = words.joined(dict.fromkeys(words.acts(rule, way.workflow) for rule in rules))
        found.append(Exit(target, word, look.tone, look.icon, how, x, y + 4 + line * (EXIT_HIGH + EXIT_GAP), width))
        x += width + EXIT_GAP
    return tuple(found)


def _others(way: _Way, state: str, onward: Transition | None) -> dict[str, list[Transition]]:
    ends: dict[str, list[Transition]] = {}
    for rule in way.moves:
        if rule.source == state != rule.target and (onward is None or rule.target != onward.target):
            ends.setdefault(rule.target, []).append(rule)
    return ends


def _exits_high(exits: Sequence[Exit]) -> float:
    return exits[-1].y + EXIT_HIGH + 4 - exits[0].y if exits else 0
