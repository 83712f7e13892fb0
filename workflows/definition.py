"""A process as frozen values: what the YAML says, checked, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FORWARD = frozenset({"submit", "resubmit", "approve", "approve_implicitly"})
KINDS = ("new", "change", "extend")  # what a process handles that does not say ``kinds`` itself


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is asked as well, ``after`` working days from the clock's anchor."""

    ask: str
    after: int


@dataclass(frozen=True, slots=True)
class Clock:
    """Working days (rules.md C0.4). ``anchor`` says what reminders and escalations count from.

    ``due`` counts from the day the task is made. With anchor ``created`` the others do so too; with
    anchor ``due`` they count from the due date. ``lapse`` None means: never lapses. ``noon``: one more reminder, at
    noon of the due date and apart from the day's other reminders.
    """

    due: int
    anchor: str = "created"
    reminders: tuple[int, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    lapse: int | None = None
    noon: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked of whom while the order stands in ``state``.

    Whoever has answered one of ``same_answer_as`` in the same round need not be asked again: the answer
    counts here too, and is recorded as such.
    """

    name: str
    state: str
    task: str
    ask: str
    clock: Clock
    otherwise: tuple[str, ...] = ()
    only_profiles: frozenset[str] = frozenset()
    only_kinds: frozenset[str] = frozenset()
    skip_if_ordered_by_addressee: bool = False
    same_answer_as: frozenset[str] = frozenset()
    distinct_from: frozenset[str] = frozenset()
    line: int = field(default=0, compare=False)

    def applies_to(self, profile: str, kind: str) -> bool:
        """True when an order of this protection profile and kind passes the step."""
        return _applies(self, profile, kind)


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move. ``by`` names who: a step's name, ``step`` (whichever is asked in the state), orderer,
    parties (subject or orderer), implicit (the orderer whom the step would have asked), system, time.
    """

    trigger: str
    source: str
    target: str
    by: str
    guards: tuple[str, ...] = ()
    only_profiles: frozenset[str] = frozenset()
    only_kinds: frozenset[str] = frozenset()
    line: int = field(default=0, compare=False)

    def applies_to(self, profile: str, kind: str) -> bool:
        """True when an order of this protection profile and kind may take the transition."""
        return _applies(self, profile, kind)


def _applies(rule: Step | Transition, profile: str, kind: str) -> bool:
    """An empty condition lets everything through."""
    in_profile = not rule.only_profiles or profile in rule.only_profiles
    return in_profile and (not rule.only_kinds or kind in rule.only_kinds)


@dataclass(frozen=True, slots=True)
class State:
    """``kind`` is open, waiting or final. A waiting state lapses after ``lapse`` working days, or never (None)."""

    name: str
    kind: str
    lapse: int | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Example:
    """A golden case: who sits where (``given``, in words) and who is then asked in each step. See examples.py."""

    profile: str
    kind: str
    given: tuple[str, ...]
    asked: Mapping[str, tuple[str, ...]]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Workflow:
    """One version of one process."""

    process: str
    version: int
    title: Mapping[str, str]
    states: Mapping[str, State]
    steps: tuple[Step, ...]
    transitions: tuple[Transition, ...]
    profiles: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = KINDS
    link_may_decide: frozenset[str] = frozenset()
    examples: tuple[Example, ...] = ()
    source_file: str = ""
    digest: str = ""

    def __hash__(self) -> int:
        return hash((self.process, self.version, self.digest))

    @property
    def resume_targets(self) -> frozenset[str]:
        """Where an order may have been on its way to when it had to wait; never to an end, nor to a grant."""
        return frozenset(t.target for t in self.transitions if t.trigger in FORWARD)

    def steps_for(self, profile: str, kind: str) -> tuple[Step, ...]:
        """The steps, in order, that an order of this protection profile and kind passes."""
        return tuple(s for s in self.steps if s.applies_to(profile, kind))

    def step_in(self, state: str, profile: str, kind: str) -> Step | None:
        """The step that is asked while the order stands in ``state``; None where nobody is asked."""
        return next((s for s in self.steps if s.state == state and s.applies_to(profile, kind)), None)
