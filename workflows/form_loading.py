"""From a definition's YAML to its form, words and terms; the schema has looked at the shapes already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.form_fields import FILLS, Choice, Field, Matters, Renewal, Words
from workflows.yaml_lines import Document, Place

Named = tuple[Place, str, frozenset[str]]


def read(document: Document) -> Matters | None:
    """What the definition says as a process that is not an order; None for one that is."""
    raw = document.values
    if "series" not in raw:
        return None
    words = raw.get("words", {})
    renewal = raw.get("renewal")
    return Matters(
        series=raw["series"],
        form=tuple(_field(f, document.lines["form", n]) for n, f in enumerate(raw.get("form", ()))),
        words=Words(**{part: words.get(part, {}) for part in ("states", "steps", "moves")}),
        renewal=Renewal(**renewal) if renewal else None,
        lifecycle=dict(raw.get("lifecycle", {})),
        may_open=tuple(raw.get("may_open", ())),
        needs=tuple(raw.get("needs", ())),
        never_excepted=tuple(raw.get("never_excepted", ())),
    )


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
        line=line,
    )


def named(raw: Mapping[str, Any]) -> Iterator[Named]:
    """Every name in the form that must be defined elsewhere: where it stands, what it is, what it may be."""
    if "series" not in raw:
        return
    steps = frozenset(step["name"] for step in raw["steps"])
    states, fields = frozenset(raw["states"]), raw.get("form", ())
    names = frozenset(f["name"] for f in fields)
    risks = frozenset(f["name"] for f in fields if f["type"] == "risk_table")
    for n, one in enumerate(fields):
        if one["name"] in [f["name"] for f in fields[:n]]:
            yield ("form", n, "name"), one["name"], names - {one["name"]}
        if one.get("step"):
            yield ("form", n, "step"), one["step"], steps
        for other in one.get("required_when", {}):
            yield ("form", n, "required_when"), other, names
        if one.get("accepts"):
            yield ("form", n, "accepts"), one["accepts"], risks
        if one.get("fills"):
            yield ("form", n, "fills"), one["fills"], FILLS
    for part, known in (("states", states), ("steps", steps)):
        yield from (((("words", part), found, known)) for found in raw.get("words", {}).get(part, {}))
        yield from (((("words", part), f"no words for {one}", known)) for one in sorted(unsaid(raw, part, known)))
    yield from ((("lifecycle",), state, states) for state in raw.get("lifecycle", {}))


def unsaid(raw: Mapping[str, Any], part: str, known: frozenset[str]) -> frozenset[str]:
    """Those of the known names that the definition's ``words`` leave out."""
    return known - frozenset(raw.get("words", {}).get(part, {}))
