"""A definition does not differ from itself, and whatever is changed in it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from tests.workflows.cases import BASE, SYSTEM
from workflows import difference
from workflows.definition import Clock, Escalation, State, Step, Transition, Workflow
from workflows.difference import NOT_COMPARED, Change
from workflows.form_fields import Choice, Field, Matters

ASKING = replace(
    BASE,
    questions=(
        Field(name="kind_of_work", type="choice", label={"sv": "Arbete"}, choices=(Choice("care", {"sv": "Vård"}),)),
        Field(name="until", type="date", label={"sv": "Till"}, required_when={"kind_of_work": frozenset({"care"})}),
    ),
)
BOTH = pytest.mark.parametrize("workflow", [ASKING, SYSTEM], ids=["base_order", "business_system"])
OWNED = frozenset({"process", "version", "source_file", "digest"})


def another(value: Any) -> Any:
    """A value of the same kind that is not ``value``."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return 7
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, frozenset):
        return value | {"x"}
    if isinstance(value, tuple):
        return (*value, value[0] if value else "x")
    if is_dataclass(value):
        first = fields(value)[0].name
        return replace(value, **{first: another(getattr(value, first))})  # type: ignore[type-var]
    return {**value, "x": "x"}


def mutations(workflow: Workflow) -> Iterator[tuple[str, Workflow]]:
    """Every definition that differs in one field of the process, a state, a step, a clock or a transition."""
    for field in fields(Workflow):
        if field.name not in OWNED | {"states", "steps", "transitions", "questions"}:
            yield field.name, replace(workflow, **{field.name: another(getattr(workflow, field.name))})
    for name, state in workflow.states.items():
        for told, changed in _changed(state, ("name",)):
            yield f"state {name} {told}", replace(workflow, states={**workflow.states, name: changed})
    for kind in ("steps", "transitions", "questions"):
        parts = getattr(workflow, kind)
        for index, part in enumerate(parts):
            for told, changed in _changed(part, ()):
                changed_parts = (*parts[:index], changed, *parts[index + 1 :])
                yield f"{kind} {index} {told}", replace(workflow, **{kind: changed_parts})


def _changed(part: Any, fixed: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name in fixed or not field.compare:
            continue
        if is_dataclass(value):
            for told, changed in _changed(value, ()):
                yield f"{field.name}.{told}", replace(part, **{field.name: changed})
        else:
            yield field.name, replace(part, **{field.name: another(value)})


@BOTH
def test_nothing_differs_from_itself(workflow: Workflow) -> None:
    assert difference.compare(workflow, workflow) == ()


@BOTH
def test_every_change_of_one_field_shows_and_as_that_field(workflow: Workflow) -> None:
    """Only what a part is known by, when it changes, may be told as another part."""
    named = ("name", "state", "trigger", "source", "target", "by", "only_profiles", "only_kinds", "title", "kinds")
    tried = [(told, difference.compare(workflow, changed)) for told, changed in mutations(workflow)]
    assert len(tried) > 100
    assert [told for told, found in tried if not found] == []
    for told, found in tried:
        field = told.split()[-1]
        kept_by_name = field in ("label", "hint", "section", "required_when")  # what is in them is told by itself
        assert field in named or [c.what.split(".")[0] if kept_by_name else c.what for c in found] == [field], told


@BOTH
def test_each_removed_part_is_told_once(workflow: Workflow) -> None:
    for kind in ("steps", "transitions", "questions"):
        for index, part in enumerate(getattr(workflow, kind)):
            parts = getattr(workflow, kind)
            without = replace(workflow, **{kind: (*parts[:index], *parts[index + 1 :])})
            there, back = difference.compare(workflow, without), difference.compare(without, workflow)
            assert [(c.what, c.about) for c in there if c.what == "removed"] == [("removed", part)] or len(there) > 1
            assert any(c.what == "added" for c in back)


def test_fields_that_are_not_compared_exist() -> None:
    assert {field.name for field in fields(Workflow)} | {field.name for field in fields(Matters)} >= NOT_COMPARED


def test_longer_time_is_told_with_both_values() -> None:
    step = SYSTEM.steps[0]
    slower = replace(step, clock=replace(step.clock, due=step.clock.due + 1))
    found = difference.compare(SYSTEM, replace(SYSTEM, steps=(slower, *SYSTEM.steps[1:])))
    assert found == (Change("step", "clock.due", step.clock.due, step.clock.due + 1, step),)


def test_turned_order_is_told() -> None:
    turned = replace(SYSTEM, transitions=(SYSTEM.transitions[1], SYSTEM.transitions[0], *SYSTEM.transitions[2:]))
    assert difference.compare(SYSTEM, turned) == (Change("transition", "order"),)


def test_other_number_and_file_is_no_difference() -> None:
    assert difference.compare(SYSTEM, replace(SYSTEM, version=9, digest="x", source_file="y")) == ()


def test_new_state_step_and_move_are_told_as_added() -> None:
    state = State("checked", "open")
    step = Step("check", "checked", "manager_approval", "coordinator", Clock(3, escalations=(Escalation("deputy", 4),)))
    move = Transition("approve", "checked", "granted", "check")
    grown = replace(
        SYSTEM,
        states={**SYSTEM.states, "checked": state},
        steps=(*SYSTEM.steps, step),
        transitions=(*SYSTEM.transitions, move),
    )
    assert [(c.part, c.what, c.about) for c in difference.compare(SYSTEM, grown)] == [
        ("state", "added", state),
        ("step", "added", step),
        ("transition", "added", move),
    ]
