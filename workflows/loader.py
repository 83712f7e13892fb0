"""YAML to definition. A fault names file, line, key, what was found and what was expected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflows import examples, form_loading, life_loading, life_terms, soundness, yaml_lines
from workflows.conditions import CONDITIONS
from workflows.definition import GRANTED, KINDS, ORDER, Clock, Escalation, Example, State, Step, Transition, Workflow
from workflows.errors import DefinitionError
from workflows.guards import GUARDS
from workflows.proof import lives
from workflows.quorum import Needs
from workflows.shapes import Fits, fits
from workflows.terms import RECORDS
from workflows.yaml_lines import Document, Place

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

CATALOG = Path(__file__).parent / "catalog"
SCHEMA = Path(__file__).parent / "schema.json"
CHAIRS = frozenset(json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]["whom"]["anyOf"][0]["enum"])
NOT_STEPS = frozenset({"step", "steps", "orderer", "parties", "implicit", "system", "time"})


def load_catalog(folder: Path = CATALOG) -> Mapping[str, Workflow]:
    """Every process in the folder by name, the newest version where there are several.

    Raises DefinitionError for a faulty file, and for a process that ``soundness`` does not find safe.
    """
    found: dict[str, Workflow] = {}
    for path in sorted(folder.glob("*.yaml")):
        workflow = load(path)
        for line, key, problem in problems(workflow):
            raise DefinitionError(str(path), line, key, problem, "a sound process")
        for miss in examples.misses(workflow):
            raise DefinitionError(str(path), miss.line, "examples", miss.found, miss.expected)
        known = found.get(workflow.process)
        if known is not None and workflow.version == known.version:
            expected = f"a version other than that of {known.source_file}"
            raise DefinitionError(str(path), 1, "version", str(workflow.version), expected)
        if known is None or workflow.version > known.version:
            found[workflow.process] = workflow
    return found


def problems(workflow: Workflow) -> Iterator[tuple[int, str, str]]:
    """Line, key and words of what is not sound. A life is small enough to be proved whole."""
    if workflow.life is None:
        yield from ((1, "(process)", problem) for problem in soundness.check(workflow))
    else:
        yield from ((fault.line or 1, fault.key, fault.problem) for fault in lives.prove(workflow))


def load(path: Path) -> Workflow:
    """The definition in a file. Raises DefinitionError."""
    try:
        return loads(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise DefinitionError(str(path), 1, "(file)", "bytes that are not UTF-8", "UTF-8") from error


def loads(text: str, name: str) -> Workflow:
    """The definition in ``text``; ``name`` stands in errors. Raises DefinitionError, never half a definition."""
    document = yaml_lines.parse(text, name)
    if not _fits()(document.values):
        faults = sorted(_validator().iter_errors(document.values), key=lambda fault: str(fault.json_path))
        if faults:
            raise _schema_fault(document, faults[0])
    workflow = _build(document, hashlib.sha256(text.encode()).hexdigest())
    for place, found, allowed in _named(workflow, document.values):
        if found not in allowed:
            raise document.fault(place, found, "one of " + ", ".join(sorted(allowed)))
    return workflow


@lru_cache(maxsize=1)
def _fits() -> Fits:
    return fits(json.loads(SCHEMA.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _validator() -> Validator:
    from jsonschema import Draft202012Validator  # as good as never needed, and slow to import

    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _schema_fault(document: Document, fault: ValidationError) -> DefinitionError:
    place: Place = tuple(fault.absolute_path)
    if fault.validator == "additionalProperties" and isinstance(fault.instance, Mapping):
        assert isinstance(fault.schema, Mapping)
        known = sorted(fault.schema.get("properties", ()))
        extra = next((key for key in fault.instance if key not in known), "")
        return document.fault((*place, extra), "an unknown key", "one of " + ", ".join(known))
    return document.fault(place, repr(fault.instance)[:80], _expected(fault))


def _expected(fault: ValidationError) -> str:
    """What the schema wants there; of several ways to write it, the names that would do."""
    if fault.validator == "not":
        return "nothing there: it does not go with life" if fault.absolute_path[0] != "steps" else "only of a life"
    if fault.validator != "anyOf":
        return fault.message[-200:]
    ways = [f for way in fault.context or () for f in (way, *(way.context or ()))]
    named = [str(name) for way in ways if way.validator == "enum" for name in way.validator_value]
    shaped = [str(way.validator_value) for way in ways if way.validator == "pattern"]
    return f"one of {', '.join((*named, *shaped))}" if named else fault.message[-200:]


def _build(document: Document, digest: str) -> Workflow:
    raw, line = document.values, document.lines
    return Workflow(
        process=raw["process"],
        version=raw["version"],
        title=dict(raw["title"]),
        states={key: State(key, s["kind"], _lapse(s), line["states", key]) for key, s in raw["states"].items()},
        steps=tuple(_step(s, line["steps", n]) for n, s in enumerate(raw["steps"])),
        transitions=tuple(t for n, s in enumerate(raw["transitions"]) for t in _transitions(s, line["transitions", n])),
        profiles=frozenset(raw.get("profiles", ())),
        kinds=tuple(raw.get("kinds", KINDS)),
        about=raw.get("about", ORDER),
        gives=frozenset(raw.get("gives", (GRANTED,))),
        link_may_decide=frozenset(raw.get("link_may_decide", ())),
        longest_days=raw.get("longest_days"),
        review_months=raw.get("review_months"),
        records=tuple(raw.get("records", ())),
        questions=form_loading.of_order(document),
        matters=form_loading.read(document),
        life=life_loading.read(document),
        examples=() if "life" in raw else _examples(document),
        source_file=document.name,
        digest=digest,
    )


def _lapse(raw: Mapping[str, Any]) -> int | None:
    """None where it says ``never``."""
    days: int | str | None = raw.get("lapse")
    return days if isinstance(days, int) else None


def _examples(document: Document) -> tuple[Example, ...]:
    found = enumerate(document.values.get("examples", ()))
    return tuple(_example(raw, document.lines["examples", n]) for n, raw in found)


def _example(raw: Mapping[str, Any], line: int) -> Example:
    asked = {step: tuple(chairs) for step, chairs in raw["asked"].items()}
    return Example(raw["profile"], raw.get("kind", "new"), tuple(raw.get("given", ())), asked, line)


def _step(raw: Mapping[str, Any], line: int) -> Step:
    timing = raw["clock"]
    return Step(
        name=raw["name"],
        state=raw["state"],
        task=raw.get("task", "confirmation"),
        ask=_asks(raw)[0],
        beside=_asks(raw)[1:],
        needs=_needs(raw),
        clock=Clock(
            due=timing["due"],
            anchor=timing.get("anchor", "created"),
            reminders=tuple(timing.get("reminders", ())),
            escalations=tuple(Escalation(e["ask"], e["after"]) for e in timing.get("escalations", ())),
            lapse=_lapse(timing),
        ),
        otherwise=tuple(raw.get("otherwise", ())),
        skip_if_ordered_by_addressee=raw.get("skip_if_ordered_by_addressee", False),
        same_answer_as=frozenset(raw.get("same_answer_as", ())),
        distinct_from=frozenset(raw.get("distinct_from", ())),
        yearly=life_terms.MONTHS.index(raw["yearly"]) + 1 if "yearly" in raw else 0,
        line=line,
        **_conditions(raw),
    )


def _asks(raw: Mapping[str, Any]) -> tuple[str, ...]:
    asks: str | list[str] = raw["ask"]
    return (asks,) if isinstance(asks, str) else tuple(asks)


def _needs(raw: Mapping[str, Any]) -> Needs:
    """How many must answer; ``all`` is one for each chair. Where nothing is said, whoever answers first."""
    said = raw.get("needs", 1)
    if said == "all":
        return Needs(len(_asks(raw)), tuple((chair, 1) for chair in _asks(raw)))
    if isinstance(said, int):
        return Needs(said)
    each = tuple(said.get("each", {}).items())
    return Needs(said.get("total", sum(number for _, number in each)), each)


def _conditions(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What a step or a transition says of the orders that it is for."""
    said = {name: raw[name] for name in CONDITIONS if name in raw}
    return {name: value if isinstance(value, int) else frozenset(value) for name, value in said.items()}


def _transitions(raw: Mapping[str, Any], line: int) -> list[Transition]:
    guards, only = tuple(raw.get("guards", ())), _conditions(raw)
    return [
        Transition(
            trigger=raw["trigger"], source=source, target=raw["to"], by=raw["by"], guards=guards, line=line, **only
        )
        for source in _sources(raw)
    ]


def _sources(raw: Mapping[str, Any]) -> list[str]:
    sources: str | list[str] = raw["from"]
    return [sources] if isinstance(sources, str) else sources


def _named(workflow: Workflow, raw: Mapping[str, Any]) -> Iterator[tuple[Place, str, frozenset[str]]]:
    """Every name that must be defined elsewhere: where it stands, what it is, what it may be."""
    steps, states = frozenset(s.name for s in workflow.steps), frozenset(workflow.states)
    for name in raw.get("link_may_decide", ()):
        yield ("link_may_decide",), name, workflow.profiles
    for index, name in enumerate(raw.get("records", ())):
        yield ("records", index), name, frozenset(RECORDS)
    yield from form_loading.named(raw)
    yield from life_loading.named(raw)
    for name in sorted(workflow.gives):
        yield ("gives",), name, states
    for index, entry in enumerate([*raw["steps"], *raw["transitions"]]):
        kind = "steps" if index < len(raw["steps"]) else "transitions"
        place = (kind, index if kind == "steps" else index - len(raw["steps"]))
        named = [("state", s, states) for s in [entry.get("state")] if s]
        if workflow.life is None and kind == "steps":
            named += [("ask", who, CHAIRS) for who in (*_asks(entry), *entry.get("otherwise", ())) if ":" not in who]
        named += [(key, n, steps) for key in ("distinct_from", "same_answer_as") for n in entry.get(key, ())]
        named += [("only_profiles", name, workflow.profiles) for name in entry.get("only_profiles", ())]
        named += [("only_kinds", name, frozenset(workflow.kinds)) for name in entry.get("only_kinds", ())]
        each = entry.get("needs", {}).get("each", {}) if isinstance(entry.get("needs"), Mapping) else {}
        named += [("needs", chair, frozenset(_asks(entry))) for chair in each]
        if kind == "transitions":
            named += [("from", source, states) for source in _sources(entry)] + [("to", entry["to"], states)]
            named += [("by", entry["by"], steps | NOT_STEPS)] if workflow.life is None else []
            named += [("guards", guard, frozenset(GUARDS)) for guard in entry.get("guards", ())]
        yield from (((*place, key), found, allowed) for key, found, allowed in named)


@lru_cache(maxsize=1)
def installed_names() -> frozenset[str]:
    """The names of the shipped processes that a level can be ordered by, or a matter go through."""
    return frozenset(name for name, workflow in load_catalog().items() if workflow.life is None)
