"""From a definition's YAML to what it says as a life; the schema has looked at the shapes already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.form_fields import Words
from workflows.form_loading import Named, unsaid
from workflows.life_terms import DATE, PARTIES, RULES, Life, Story
from workflows.yaml_lines import Document


def read(document: Document) -> Life | None:
    """What the definition says as a life; None for a process that is none."""
    raw = document.values
    if "life" not in raw:
        return None
    said, lines = raw["life"], document.lines
    return Life(
        begins=said["begins"],
        people={name: dict(text) for name, text in said["people"].items()},
        apart=tuple(tuple(group) for group in said.get("apart", ())),
        longest_months=said.get("longest_months"),
        days=dict(said.get("days", {})),
        records=tuple(dict(text) for text in said["records"]),
        words=Words(**{part: raw["words"].get(part, {}) for part in ("states", "steps", "moves")}),
        stories=tuple(_story(e, lines["examples", n]) for n, e in enumerate(raw.get("examples", ()))),
    )


def _story(raw: Mapping[str, Any], line: int) -> Story:
    return Story(tuple(raw["acts"]), raw.get("silent", 0), raw["becomes"], line)


def named(raw: Mapping[str, Any]) -> Iterator[Named]:
    """Every name of a life that must be defined elsewhere: where it stands, what it is, what it may be."""
    if "life" not in raw:
        return
    said, states, steps = raw["life"], frozenset(raw["states"]), frozenset(s["name"] for s in raw["steps"])
    people, acts = frozenset(said["people"]), frozenset(t["trigger"] for t in raw["transitions"])
    yield ("life", "begins"), said["begins"], states
    yield from ((("life", "apart", n), name, people) for n, group in enumerate(said.get("apart", ())) for name in group)
    yield from ((("steps", n, "ask"), step["ask"], people) for n, step in enumerate(raw["steps"]))
    yield from ((("steps", n, "name"), step["name"], acts) for n, step in enumerate(raw["steps"]))
    for n, move in enumerate(raw["transitions"]):
        yield ("transitions", n, "by"), move["by"], people | {DATE, PARTIES, RULES, "time", "system"}
    for n, story in enumerate(raw.get("examples", ())):
        yield ("examples", n, "becomes"), story["becomes"], states
        yield from ((("examples", n, "acts"), act, acts) for act in story["acts"])
    for part, known in (("states", states), ("steps", steps), ("moves", acts)):
        said_here, missing = raw["words"].get(part, {}), sorted(unsaid(raw, part, known))
        yield from ((("words", part), name, known) for name in said_here)
        yield from ((("words", part), f"no words for {name}", known) for name in missing)
