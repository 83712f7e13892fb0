"""From a definition's YAML to its form, words and terms; the schema has looked at the shapes already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.conditions import ANY_CONFIDENTIALITY
from workflows.definition import FIELD, KINDS
from workflows.form_fields import FILLS, OF_ORDERS, Choice, Field, Matters, Renewal, Words
from workflows.yaml_lines import Document, Place

# Of which orders a question is asked.
OF_ORDERS_ALONE = ("only_profiles", "only_kinds", "from_confidentiality", "only_licensed", "only_crossing")
Named = tuple[Place, str, frozenset[str]]


def of_order(document: Document) -> tuple[Field, ...]:
    """What an order by the definition is asked besides what every order is; nothing for a matter, or a life."""
    return () if "series" in document.values else _form(document)


def read(document: Document) -> Matters | None:
    """What the definition says as a process that is not an order; None for one that is."""
    raw = document.values
    if "series" not in raw:
        return None
    words = raw.get("words", {})
    renewal = raw.get("renewal")
    return Matters(
        series=raw["series"],
        form=_form(document),
        words=Words(**{part: words.get(part, {}) for part in ("states", "steps", "moves")}),
        renewal=Renewal(**renewal) if renewal else None,
        lifecycle=dict(raw.get("lifecycle", {})),
        may_open=tuple(raw.get("may_open", ())),
        needs=tuple(raw.get("needs", ())),
        never_excepted=tuple(raw.get("never_excepted", ())),
    )


def _form(document: Document) -> tuple[Field, ...]:
    return tuple(_field(f, document.lines["form", n]) for n, f in enumerate(document.values.get("form", ())))


def _field(raw: Mapping[str, Any], line: int) -> Field:
    return Field(
        name=raw["name"],
        type=raw["type"],
        label=dict(raw["label"]),
        hint=dict(raw.get("hint", {})),
        section=dict(raw.get("section", {})),
        required=raw.get("required", False),
        required_when={name: frozenset(codes) for name, codes in raw.get("required_when", {}).items()},
        step=raw.get("step", ""),
        choices=tuple(Choice(code, dict(label)) for code, label in raw.get("choices", {}).items()),
        fills=raw.get("fills", ""),
        accepts=raw.get("accepts", ""),
        only_profiles=frozenset(raw.get("only_profiles", ())),
        only_kinds=frozenset(raw.get("only_kinds", ())),
        from_confidentiality=raw.get("from_confidentiality", ANY_CONFIDENTIALITY),
        only_licensed=raw.get("only_licensed", False),
        only_crossing=frozenset(raw.get("only_crossing", ())),
        line=line,
    )


def named(raw: Mapping[str, Any]) -> Iterator[Named]:
    """Every name in the form that must be defined elsewhere: where it stands, what it is, what it may be."""
    yield from _asking(raw)
    if "series" not in raw:
        yield from _of_orders(raw)
        return
    steps = frozenset(step["name"] for step in raw["steps"])
    states, fields = frozenset(raw["states"]), raw.get("form", ())
    risks = frozenset(f["name"] for f in fields if f["type"] == "risk_table")
    for n, one in enumerate(fields):
        yield from ((("form", n, key), key, frozenset()) for key in OF_ORDERS_ALONE if key in one)
        if one.get("step"):
            yield ("form", n, "step"), one["step"], steps
        if one.get("accepts"):
            yield ("form", n, "accepts"), one["accepts"], risks
        if one.get("fills"):
            yield ("form", n, "fills"), one["fills"], FILLS
    for part, known in (("states", states), ("steps", steps)):
        yield from (((("words", part), found, known)) for found in raw.get("words", {}).get(part, {}))
        yield from (((("words", part), f"no words for {one}", known)) for one in sorted(unsaid(raw, part, known)))
    yield from ((("lifecycle",), state, states) for state in raw.get("lifecycle", {}))


def _asking(raw: Mapping[str, Any]) -> Iterator[Named]:
    """Of any form: each question once, what depends on another on one that is there, and whom a step asks by a field
    (``field:<name>``) is named by one that names a person.
    """
    fields = raw.get("form", ())
    names = frozenset(f["name"] for f in fields)
    people = frozenset(FIELD + f["name"] for f in fields if f["type"] == "person")
    for n, one in enumerate(fields):
        if one["name"] in [f["name"] for f in fields[:n]]:
            yield ("form", n, "name"), one["name"], names - {one["name"]}
        for other in one.get("required_when", {}):
            yield ("form", n, "required_when"), other, names
    for n, step in enumerate(raw["steps"]):
        for key in ("ask", "otherwise"):
            chairs = [step[key]] if isinstance(step.get(key), str) else step.get(key, ())
            yield from ((("steps", n, key), one, people) for one in chairs if one.startswith(FIELD))
        told = [one["ask"] for one in step["clock"].get("escalations", ())]
        yield from ((("steps", n, "clock"), one, people) for one in told if one.startswith(FIELD))


def _of_orders(raw: Mapping[str, Any]) -> Iterator[Named]:
    """An order's form asks the orderer alone, and fills nothing but the order."""
    kinds, profiles = frozenset(raw.get("kinds", KINDS)), frozenset(raw.get("profiles", ()))
    for n, one in enumerate(raw.get("form", ())):
        yield ("form", n, "type"), one["type"], OF_ORDERS
        yield from ((("form", n, key), one[key], frozenset()) for key in ("step", "fills", "accepts") if key in one)
        yield from ((("form", n, "only_profiles"), name, profiles) for name in one.get("only_profiles", ()))
        yield from ((("form", n, "only_kinds"), name, kinds) for name in one.get("only_kinds", ()))


def unsaid(raw: Mapping[str, Any], part: str, known: frozenset[str]) -> frozenset[str]:
    """Those of the known names that the definition's ``words`` leave out."""
    return known - frozenset(raw.get("words", {}).get(part, {}))
