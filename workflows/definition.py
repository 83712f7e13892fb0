"""A process as frozen values: what the YAML says, checked, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.conditions import Condition, Traits
from workflows.form_fields import Field, Matters, Words, asked_of
from workflows.life_terms import Life
from workflows.quorum import Needs

ORDER, GRANTED = "order", "granted"
ROLE, FIELD = "role:", "field:"  # chairs by name: a role of the organisation; whoever a form field names
THEMSELVES = frozenset({"orderer", "subject"})  # chairs of those whom it is about: they complete, and decide nothing
FORWARD = frozenset({"submit", "resubmit", "approve", "approve_implicitly", "accept_lower"})
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


ONE = Needs()


@dataclass(frozen=True, slots=True)
class Step(Condition):
    """What is asked of whom while the order stands in ``state``.

    Where several must answer (``needs``), ``beside`` are the chairs that are asked at the same time as ``ask``.

    Whoever has answered one of ``same_answer_as`` in the same round need not be asked again: the answer
    counts here too, and is recorded as such. ``yearly`` is the month in which a life asks, 0 where it asks at once.
    """

    name: str
    state: str
    task: str
    ask: str
    clock: Clock
    otherwise: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    needs: Needs = ONE
    skip_if_ordered_by_addressee: bool = False
    same_answer_as: frozenset[str] = frozenset()
    distinct_from: frozenset[str] = frozenset()
    yearly: int = 0
    line: int = field(default=0, compare=False)

    @property
    def decides(self) -> bool:
        """False for what the orderer or the subject does about the order of their own, such as completing it."""
        return self.ask not in THEMSELVES

    @property
    def asks(self) -> tuple[str, ...]:
        """Everybody whom the step asks first: one chair, or those of whom several must answer."""
        return (self.ask, *self.beside)

    @property
    def chairs(self) -> tuple[str, ...]:
        """Everybody whom the step names, in the order in which they are asked."""
        return (*self.asks, *self.otherwise, *(e.ask for e in self.clock.escalations))


@dataclass(frozen=True, slots=True)
class Transition(Condition):
    """One allowed move. ``by`` names who: a step's name, ``step`` (whichever is asked in the state), ``steps`` (all
    that are asked there: the move is made when the last of them is answered), orderer, parties (subject or orderer),
    implicit (the orderer whom the step would have asked), system, time.
    """

    trigger: str
    source: str
    target: str
    by: str
    guards: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


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
    """One version of one process.

    ``about`` is what goes through it: an order, or something else such as an integration. ``gives`` are the states in
    which something has been given: what the invariants of the proof guard. ``longest_days`` and ``review_months`` are
    for levels that do not say themselves how long a right may last (G10) and how often it is reviewed; ``records`` is
    what the granting move keeps besides what every event does (terms.py). ``questions`` are what an order is asked
    besides what every order is: the ``form`` of an order's definition.
    """

    process: str
    version: int
    title: Mapping[str, str]
    states: Mapping[str, State]
    steps: tuple[Step, ...]
    transitions: tuple[Transition, ...]
    profiles: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = KINDS
    about: str = ORDER
    gives: frozenset[str] = frozenset({GRANTED})
    link_may_decide: frozenset[str] = frozenset()
    longest_days: int | None = None
    review_months: int | None = None
    records: tuple[str, ...] = ()
    questions: tuple[Field, ...] = ()
    matters: Matters | None = None
    life: Life | None = None
    examples: tuple[Example, ...] = ()
    source_file: str = ""
    digest: str = ""

    def __hash__(self) -> int:
        return hash((self.process, self.version, self.digest))

    @property
    def begins(self) -> str:
        """The state that it begins in."""
        return self.life.begins if self.life else "draft"

    @property
    def words(self) -> Words:
        """What the definition itself calls its states, steps and moves; empty for orders, which share their words."""
        said = self.life or self.matters
        return said.words if said else Words()

    @property
    def resume_targets(self) -> frozenset[str]:
        """Where an order may have been on its way to when it had to wait; never to an end, nor to a grant."""
        places = [step.state for step in self.steps]
        staying = {s.state for s in self.steps if s.needs.many or places.count(s.state) > 1}  # one answer has come
        return frozenset(staying) | frozenset(t.target for t in self.transitions if t.trigger in FORWARD)

    def steps_for(self, traits: Traits) -> tuple[Step, ...]:
        """The steps, in order, that an order with these traits passes."""
        return tuple(s for s in self.steps if s.applies_to(traits))

    def steps_in(self, state: str, traits: Traits) -> tuple[Step, ...]:
        """The steps that are asked, at the same time, while the order stands in ``state``."""
        return tuple(s for s in self.steps if s.state == state and s.applies_to(traits))

    def step_in(self, state: str, traits: Traits, name: str = "") -> Step | None:
        """The step that is asked while the order stands in ``state``; of several the one called ``name``.

        None where nobody is asked, or not that.
        """
        found = self.steps_in(state, traits)
        return next((s for s in found if s.name == name), found[0] if found and not name else None)

    def form_of(self, traits: Traits) -> tuple[Field, ...]:
        """The questions that an order with these traits is asked besides what every order is."""
        return asked_of(self.questions, traits)

    @property
    def fields_asked(self) -> frozenset[str]:
        """The form's fields whose person the process asks (``field:<name>``)."""
        chairs = {chair for step in self.steps for chair in step.chairs}
        return frozenset(c.removeprefix(FIELD) for c in chairs if c.startswith(FIELD))

    @property
    def roles(self) -> frozenset[str]:
        """The named roles of the organisation that the process asks (``role:<name>``)."""
        chairs = {chair for step in self.steps for chair in step.chairs}
        return frozenset(c.removeprefix(ROLE) for c in chairs if c.startswith(ROLE))
