"""YAML to definition. A fault names file, line, key, what was found and what was expected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from workflows.definition import Clock, Escalation, State, Step, Transition, Workflow
from workflows.errors import DefinitionError
from workflows.guards import GUARDS

CATALOG = Path(__file__).parent / "catalog"
SCHEMA = Path(__file__).parent / "schema.json"




@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def load_catalog(folder: Path = CATALOG) -> Mapping[str, Workflow]:
    """Every shipped process by name; the newest version where there are several."""
    found: dict[str, Workflow] = {}
    for path in sorted(folder.glob("*.yaml")):
        workflow = load(path)
        known = found.get(workflow.process)
        if known is None or workflow.version > known.version:
            found[workflow.process] = workflow
    return found


def load(path: Path) -> Workflow:
    """The definition in a file. Raises DefinitionError."""
    return loads(path.read_text(encoding="utf-8"), str(path))


def loads(text: str, name: str) -> Workflow:
    """The definition in ``text``; ``name`` stands in errors. Raises DefinitionError, never half a definition."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(name, line, "(yaml)", error.problem or "a fault", "YAML") from error
    if node is None:
        raise DefinitionError(name, 1, "(file)", "nothing", "a process")
    lines: dict[tuple[Any, ...], int] = {}
    _note_lines(node, (), lines, name)
    raw = yaml.safe_load(text)
    for fault in sorted(_validator().iter_errors(raw), key=lambda e: list(map(str, e.absolute_path))):
        place = tuple(fault.absolute_path)
        raise DefinitionError(name, _line(lines, place), _key(place), repr(fault.instance)[:80], fault.message[:200])
    workflow = _build(raw, name, hashlib.sha256(text.encode()).hexdigest())
    _check_names(workflow, raw, lines)
    return workflow


def _note_lines(node: yaml.Node, place: tuple[Any, ...], lines: dict[tuple[Any, ...], int], name: str) -> None:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _note_lines(child, (*place, index), lines, name)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            here = (*place, key.value)
            if here in lines:
                raise DefinitionError(name, key.start_mark.line + 1, _key(here), "the key twice", "each key once")
            _note_lines(child, here, lines, name)
            lines[here] = key.start_mark.line + 1


def _line(lines: Mapping[tuple[Any, ...], int], place: tuple[Any, ...]) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _key(place: tuple[Any, ...]) -> str:
    return ".".join(map(str, place)) or "(file)"


def _build(raw: Mapping[str, Any], name: str, digest: str) -> Workflow:
    return Workflow(
        process=raw["process"],
        version=raw["version"],
        title=dict(raw["title"]),
        states={key: State(key, s["kind"], s.get("lapse")) for key, s in raw["states"].items()},
        steps=tuple(_step(s) for s in raw["steps"]),
        transitions=tuple(t for entry in raw["transitions"] for t in _transitions(entry)),
        profiles=frozenset(raw["profiles"]),
        link_may_decide=frozenset(raw.get("link_may_decide", ())),
        source_file=name,
        digest=digest,
    )


def _step(raw: Mapping[str, Any]) -> Step:
    timing = raw["clock"]
    return Step(
        name=raw["name"],
        state=raw["state"],
        task=raw["task"],
        ask=raw["ask"],
        clock=Clock(
            due=timing["due"],
            anchor=timing.get("anchor", "created"),
            reminders=tuple(timing.get("reminders", ())),
            escalations=tuple(Escalation(e["ask"], e["after"]) for e in timing.get("escalations", ())),
            lapse=timing.get("lapse"),
        ),
        otherwise=tuple(raw.get("otherwise", ())),
        only_profiles=frozenset(raw.get("only_profiles", ())),
        skip_if_ordered_by_addressee=raw.get("skip_if_ordered_by_addressee", False),
        distinct_from=frozenset(raw.get("distinct_from", ())),
    )


def _transitions(raw: Mapping[str, Any]) -> list[Transition]:
    sources = [raw["from"]] if isinstance(raw["from"], str) else raw["from"]
    profiles = frozenset(raw.get("only_profiles", ()))
    guards = tuple(raw.get("guards", ()))
    return [Transition(raw["trigger"], source, raw["to"], raw["by"], guards, profiles) for source in sources]


def _check_names(workflow: Workflow, raw: Mapping[str, Any], lines: Mapping[tuple[Any, ...], int]) -> None:
    """Every state, guard and step that is named must be defined."""
    actors = {s.name for s in workflow.steps} | {"orderer", "parties", "system", "time", "step"}
    states = set(workflow.states)
    named: list[tuple[tuple[Any, ...], str, set[str]]] = []
    for index, step in enumerate(raw["steps"]):
        named.append((("steps", index, "state"), step["state"], states))
        named += [(("steps", index, "distinct_from"), n, actors) for n in step.get("distinct_from", ())]
    for index, entry in enumerate(raw["transitions"]):
        sources = [entry["from"]] if isinstance(entry["from"], str) else entry["from"]
        named += [(("transitions", index, "from"), source, states) for source in sources]
        named.append((("transitions", index, "to"), entry["to"], states))
        named.append((("transitions", index, "by"), entry["by"], actors))
        named += [(("transitions", index, "guards"), guard, set(GUARDS)) for guard in entry.get("guards", ())]
    for place, found, allowed in named:
        if found not in allowed:
            expected = "one of " + ", ".join(sorted(allowed))
            raise DefinitionError(workflow.source_file, _line(lines, place), _key(place), found, expected)
