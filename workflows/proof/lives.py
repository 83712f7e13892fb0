"""The proof of a life: a role, a deputy, a handover, a paper form. It explores every state with everybody's history.

Who is who is taken at its worst: whoever the definition does not keep apart is thought to be one person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from workflows import life
from workflows.definition import Step, Transition, Workflow
from workflows.life_terms import DATE, NOBODY, PARTIES, TIME
from workflows.lives import FRAMES, Frame
from workflows.proof.faults import ANSWERABLE, CONFINED, IMPARTIAL, SOUND, TIMELESS, Fault

HOLDER, OTHERS = "Alice", ("Bob", "Carol", "Dora", "Eva")


@dataclass(frozen=True, slots=True)
class Course:
    """A way to a state: the moves, and which of the people have acted."""

    state: str
    moves: tuple[Transition, ...]
    acted: frozenset[str]


def prove(workflow: Workflow) -> tuple[Fault, ...]:
    """Every way in which the life breaks an invariant, each with the shortest story where there is one."""
    frame = FRAMES.get(workflow.about)
    if frame is None:
        return (Fault(SOUND, f"nothing is known of {workflow.about}: one of {', '.join(FRAMES)}", "about"),)
    courses = _courses(workflow, frame)
    found = [*_of_frame(workflow, frame), *_of_states(workflow, courses), *_of_steps(workflow, frame)]
    return tuple(dict.fromkeys((*found, *_of_giving(workflow, frame, courses), *_of_taking(workflow))))


def _courses(workflow: Workflow, frame: Frame) -> tuple[Course, ...]:
    """Every state with every set of people who may have acted before, each by one of the shortest ways."""
    ahead = [Course(life.of(workflow).begins, (), frozenset({frame.opener}))]
    known = {(ahead[0].state, ahead[0].acted)}
    for course in ahead:
        for rule in workflow.transitions:
            new = (rule.target, course.acted | ({rule.by} - NOBODY - {PARTIES}))
            if rule.source == course.state and new not in known:
                known.add(new)
                ahead.append(Course(rule.target, (*course.moves, rule), new[1]))
    return tuple(ahead)


def _of_frame(workflow: Workflow, frame: Frame) -> Iterator[Fault]:
    """7: the definition keeps within what the product can do, and who may ever do it."""
    said = life.of(workflow)
    for name in sorted(set(said.people) ^ frame.people):
        what = "takes no part in it" if name in said.people else "is left out"
        yield Fault(CONFINED, f"{name} {what}", "life.people")
    for rule in workflow.transitions:
        may = frame.acts.get(rule.trigger)
        if may is None:
            told = f"the product cannot {rule.trigger}: one of {', '.join(frame.acts)}"
            yield Fault(CONFINED, told, "transitions", rule.line)
        elif rule.by not in may:
            told = f"{rule.trigger} is by {rule.by}, and may only be by {', '.join(sorted(may))}"
            yield Fault(CONFINED, told, "transitions", rule.line)
    for state in workflow.states.values():
        ways = {t.trigger for t in workflow.transitions if t.source == state.name}
        for act in sorted(frame.always - ways):
            if state.kind != "final":
                yield Fault(CONFINED, f"{act} is not possible in {state.name}", "states", state.line)
    for name in sorted(frame.states - set(workflow.states)):
        yield Fault(CONFINED, f"the state {name} is missing", "states")
    for name in sorted(set(said.days) ^ frame.days):
        what = "is not asked for" if name in said.days else "is missing"
        yield Fault(CONFINED, f"the time {name} {what}", "life.days")
    if frame.has_term is not (said.longest_months is not None):
        yield Fault(CONFINED, "a longest term is missing" if frame.has_term else "there is no term", "life")


def _of_states(workflow: Workflow, courses: tuple[Course, ...]) -> Iterator[Fault]:
    """1: all is reached, from everywhere there is an end, no act leads two ways, nothing leads on from an end."""
    reached = {course.state for course in courses}
    finals = {name for name, state in workflow.states.items() if state.kind == "final"}
    for name, state in workflow.states.items():
        if name not in reached:
            yield Fault(SOUND, f"nothing leads to the state {name}", "states", state.line)
        elif not finals & _closure(workflow, name):
            yield Fault(SOUND, f"no way out of the state {name}", "states", state.line, _story(workflow, name, courses))
    if not workflow.gives & reached:
        yield Fault(SOUND, "nothing is ever given", "gives")
    moves = sorted(workflow.transitions, key=lambda t: (t.source, t.trigger))
    for one, other in pairwise(moves):
        if (one.source, one.trigger) == (other.source, other.trigger):
            told = f"two transitions {one.trigger} from {one.source}"
            yield Fault(SOUND, told, "transitions", max(one.line, other.line))
    for rule in workflow.transitions:
        if rule.source in finals:
            yield Fault(SOUND, f"the final state {rule.source} leads on", "transitions", rule.line)
        if rule.source not in reached:
            yield Fault(SOUND, f"{rule.trigger} from {rule.source} is never made", "transitions", rule.line)


def _of_steps(workflow: Workflow, frame: Frame) -> Iterator[Fault]:
    """1 and 6: whoever is asked can answer; a state asks somebody and has a clock, or says that it never lapses."""
    for name, state in workflow.states.items():
        asked = [s for s in workflow.steps if s.state == name]
        if len(asked) > 1:
            yield Fault(SOUND, f"two steps in the state {name}", "steps", asked[1].line)
        if state.kind == "open" and not any(not s.yearly for s in asked):
            told = f"nobody is asked in {name}, and it does not say that it never lapses"
            yield Fault(ANSWERABLE, told, "states", state.line)
        if state.kind == "waiting" and state.lapse is not None:
            yield Fault(SOUND, f"{name} lapses without a question", "states", state.line)
        if state.kind != "open" and any(not s.yearly for s in asked):
            yield Fault(SOUND, f"{name} both rests and asks", "states", state.line)
    for step in workflow.steps:
        yield from (Fault(about, told, step.name, step.line) for about, told in _of_step(workflow, step, frame))


def _of_step(workflow: Workflow, step: Step, frame: Frame) -> Iterator[tuple[int, str]]:
    here = [t for t in workflow.transitions if t.source == step.state]
    if life.who(workflow, step.state, step.name) != step.ask:
        yield ANSWERABLE, f"{step.ask} is asked to {step.name} in {step.state}, and cannot"
    silent = [t for t in here if t.by == TIME]
    if len(silent) != (step.clock.lapse is not None):
        yield SOUND, f"the clock of {step.name} and what time does in {step.state} do not agree"
    if {e.ask for e in step.clock.escalations} - frame.told:
        yield CONFINED, f"{step.name} is asked of {step.ask} alone: nobody else may answer"
    if step.clock.anchor == "created" and any(after < 1 for after in step.clock.reminders):
        yield SOUND, f"{step.name} reminds on the day that it asks"
    last = max((*step.clock.reminders, step.clock.due))
    if step.clock.lapse is not None and step.clock.anchor == "created" and last >= step.clock.lapse:
        yield SOUND, f"{step.name} reminds, or may still be answered, after it has lapsed"


def _of_giving(workflow: Workflow, frame: Frame, courses: tuple[Course, ...]) -> Iterator[Fault]:
    """3 and 5: nobody appoints themself, the holder has said yes where that is needed, and no silence appoints."""
    given: set[tuple[int, str]] = set()
    for course in courses:
        story = _told(workflow, frame, course)
        if not course.moves or course.state not in workflow.gives or course.moves[-1].source in workflow.gives:
            continue
        last = course.moves[-1]
        if last.by in (TIME, "system", PARTIES):
            yield Fault(TIMELESS, f"{last.by} may not give: {last.trigger}", "transitions", last.line, story)
        selfish = sorted(who for who in course.acted - {frame.holder} if not _apart(workflow, who, frame.holder))
        for told in (f"{who} may be the {frame.holder}" for who in selfish):
            if (IMPARTIAL, told) not in given:
                given.add((IMPARTIAL, told))
                yield Fault(IMPARTIAL, told, "life.apart", 0, story)
        for who in sorted(frame.acted - course.acted):
            told = f"the {who} has not {'said yes' if who == frame.holder else 'acted'}"
            if (CONFINED, told) not in given:
                given.add((CONFINED, told))
                yield Fault(CONFINED, told, "transitions", last.line, story)


def _of_taking(workflow: Workflow) -> Iterator[Fault]:
    """5: what has been given and lasts can be taken away by somebody, and not only by time."""
    for state in sorted(workflow.gives):
        ways = [t for t in workflow.transitions if t.source == state and t.target not in workflow.gives]
        if workflow.states[state].kind != "final" and not any(t.by not in (TIME, DATE) for t in ways):
            yield Fault(TIMELESS, f"nobody can end what is given in {state}", "states", workflow.states[state].line)


def _apart(workflow: Workflow, one: str, other: str) -> bool:
    return any({one, other} <= set(group) for group in life.of(workflow).apart)


def _closure(workflow: Workflow, start: str) -> set[str]:
    seen = {start}
    while new := {t.target for t in workflow.transitions if t.source in seen} - seen:
        seen |= new
    return seen


def _story(workflow: Workflow, state: str, courses: tuple[Course, ...]) -> tuple[str, ...]:
    found = next((c for c in courses if c.state == state), None)
    return _told(workflow, FRAMES[workflow.about], found) if found else ()


def _told(workflow: Workflow, frame: Frame, course: Course) -> tuple[str, ...]:
    """Who did what: whoever is not kept apart from the holder is the holder."""
    names = _names(workflow, frame)
    opening = f"{names[frame.opener]}, as {frame.opener}, begins it for {names[frame.holder]}"
    acts = (f"{_who(names, t.by)}, {t.trigger}: {t.source} -> {t.target}" for t in course.moves)
    return (opening, *acts)


def _who(names: Mapping[str, str], by: str) -> str:
    return f"{names[by]}, as {by}" if by in names else by


def _names(workflow: Workflow, frame: Frame) -> Mapping[str, str]:
    others = iter(OTHERS)
    people = sorted(frame.people - {frame.holder})
    named = {who: next(others) if _apart(workflow, who, frame.holder) else HOLDER for who in people}
    return {frame.holder: HOLDER, **named}
