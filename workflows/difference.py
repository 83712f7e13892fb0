"""What differs between two definitions, as structured changes; the words for them are ``app/processes/words.py``'s.

Everything is compared field by field, whatever fields there are: a word that the language gets later is seen at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from workflows.definition import State, Step, Transition, Workflow
from workflows.form_fields import Field, Matters

ADDED, REMOVED, ORDER = "added", "removed", "order"
PARTS = frozenset({"states", "steps", "transitions", "questions", "form"})  # compared one by one
NOT_COMPARED = frozenset({"process", "version", "source_file", "digest"}) | PARTS
Part = State | Step | Transition | Field
Key = Callable[[Any], Hashable]

# Two parts are the same one when they agree on the first of these that holds for both: nearest likeness first.
STEP_KEYS: tuple[Key, ...] = (
    lambda s: s,
    lambda s: (s.name, s.state, *s.conditions),
    lambda s: (s.name, s.state),
    lambda s: (s.name, *s.conditions),
    lambda s: s.name,
    lambda s: (s.state, s.task),
)
TRANSITION_KEYS: tuple[Key, ...] = (
    lambda t: t,
    lambda t: (t.trigger, t.source, t.target, t.by),
    lambda t: (t.trigger, t.source, t.target),
    lambda t: (t.trigger, t.source, *t.conditions),
    lambda t: (t.trigger, t.source),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``about`` is the state, step or transition that it is in, as it was (or as it is, when added);
    None for the process itself. ``what`` is ``added``, ``removed``, ``order`` or the field's name, such as
    ``clock.due``; ``before`` and ``after`` are the field's values, None where there is none.
    """

    part: str
    what: str
    before: Any = None
    after: Any = None
    about: Part | None = None


def compare(old: Workflow, new: Workflow) -> tuple[Change, ...]:
    """Every difference, in the order of the definition; empty when the two mean the same.

    Numbers, file names and comments are no differences. Lists of states, steps and transitions are compared as
    parts: one that was changed is told by its fields, not as removed and added.
    """
    changes = list(_fields("process", old, new, None))
    changes += _parts("state", tuple(old.states.values()), tuple(new.states.values()), (lambda s: s.name,))
    changes += _parts("step", old.steps, new.steps, STEP_KEYS)
    changes += _parts("transition", old.transitions, new.transitions, TRANSITION_KEYS)
    changes += _parts("question", _form(old), _form(new), (lambda f: f.name,))
    return tuple(changes)


def _form(workflow: Workflow) -> tuple[Field, ...]:
    return workflow.matters.form if isinstance(workflow.matters, Matters) else workflow.questions


def _parts(part: str, old: Sequence[Part], new: Sequence[Part], keys: Sequence[Key]) -> Iterator[Change]:
    if old == new:
        return
    pairs = _pairs(old, new, keys)
    for index, was in enumerate(old):
        if index not in pairs:
            yield Change(part, REMOVED, before=was, about=was)
        else:
            yield from _fields(part, was, new[pairs[index]], was)
    for index, now in enumerate(new):
        if index not in pairs.values():
            yield Change(part, ADDED, after=now, about=now)
    places = [pairs[index] for index in sorted(pairs)]
    if places != sorted(places):
        yield Change(part, ORDER)


def _pairs(old: Sequence[Part], new: Sequence[Part], keys: Sequence[Key]) -> dict[int, int]:
    """Which part of ``old`` has become which of ``new``, by place; each at most once."""
    pairs: dict[int, int] = {}
    for key in keys:
        taken = set(pairs.values())
        free: dict[Hashable, list[int]] = {}
        for index, now in enumerate(new):
            if index not in taken:
                free.setdefault(key(now), []).append(index)
        for index, was in enumerate(old):
            if index not in pairs and free.get(key(was)):
                pairs[index] = free[key(was)].pop(0)
    return pairs


def _fields(part: str, old: object, new: object, about: Part | None, prefix: str = "") -> Iterator[Change]:
    """The fields that differ; those of a value within are told by themselves: ``clock.due``, ``title.sv``."""
    if old == new:
        return
    for name in _names(old, new):
        before, after = _value(old, name), _value(new, name)
        if before == after or (part == "process" and prefix in ("", "matters.") and name in NOT_COMPARED):
            continue
        if _has_fields(before) and _has_fields(after):
            yield from _fields(part, before, after, about, f"{prefix}{name}.")
        else:
            yield Change(part, f"{prefix}{name}", before, after, about)


def _has_fields(value: object) -> bool:
    return is_dataclass(value) or isinstance(value, Mapping)


def _names(old: object, new: object) -> Sequence[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return list(dict.fromkeys((*old, *new)))
    assert is_dataclass(old)
    return [field.name for field in fields(old) if field.compare]


def _value(thing: object, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name)
