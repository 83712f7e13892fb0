"""A schema as functions: a quick yes to what fits it. Whatever else there is, ``jsonschema`` looks at, and tells.

jsonschema took half of the time of loading a definition, nearly always to find nothing. Here are only the words that
our own schema uses, and each other word is refused when it is put together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sized
from typing import Any

Fits = Callable[[Any], bool]
Rule = Callable[[Any, Any], Fits]  # a part of the schema, and what makes functions of the parts within it
NOTES = frozenset({"$schema", "$comment", "$defs", "title", "description"})
TYPES: Mapping[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
KINDS = frozenset({*TYPES.values(), type(None)})
REFERENCE = "#/$defs/"


def fits(schema: Mapping[str, Any]) -> Fits:
    """True of what fits the schema for certain. Raises ValueError for a schema with a word that is unknown here."""
    made: dict[str, Fits] = {}

    def ask(part: Any) -> Fits:
        if isinstance(part, bool):
            return lambda value: part
        unknown = set(part) - NOTES - set(WORDS) - {"$ref", "then", "else"}
        if unknown:
            raise ValueError(f"words of the schema that are not known here: {', '.join(sorted(unknown))}")
        rules = dict.fromkeys(WORDS[word] for word in part if word in WORDS)  # each rule once, of whichever words
        asked = [rule(part, ask) for rule in rules]
        if "$ref" in part:
            asked.append(named(part["$ref"]))
        return asked[0] if len(asked) == 1 else lambda value: all(one(value) for one in asked)

    def named(reference: str) -> Fits:
        if not reference.startswith(REFERENCE):
            raise ValueError(f"{reference}: only {REFERENCE} is known here")
        if reference not in made:
            made[reference] = ask(schema["$defs"][reference.removeprefix(REFERENCE)])
        return made[reference]

    whole = ask(schema)

    def certain(value: Any) -> bool:
        try:
            return whole(value)
        except _Unsure:
            return False

    return certain


class _Unsure(Exception):
    """A kind of value that this knows nothing of, such as a date."""


def _plain(value: Any) -> Any:
    """The value, of a kind that compares as JSON does."""
    if type(value) not in KINDS:
        raise _Unsure
    return value


def _typed(part: Any, ask: Any) -> Fits:
    names = [part["type"]] if isinstance(part["type"], str) else part["type"]
    wanted = tuple(TYPES[name] for name in names)
    return lambda value: type(_plain(value)) in wanted


def _one_of(part: Any, ask: Any) -> Fits:
    allowed = part["enum"] if "enum" in part else [part["const"]]
    known = {(type(one), one) for one in allowed}
    return lambda value: isinstance(_plain(value), str | bool | int) and (type(value), value) in known


def _properties(part: Any, ask: Any) -> Fits:
    of_each = {name: ask(one) for name, one in part.get("properties", {}).items()}
    others = ask(part.get("additionalProperties", True))
    named = ask(part["propertyNames"]) if "propertyNames" in part else None

    def fit(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        within = all(of_each.get(name, others)(one) for name, one in value.items())
        return within and (named is None or all(map(named, value)))

    return fit


def _items(part: Any, ask: Any) -> Fits:
    of_each = ask(part["items"])
    return lambda value: not isinstance(value, list) or all(of_each(one) for one in value)


def _unique(part: Any, ask: Any) -> Fits:
    def fit(value: Any) -> bool:
        if not isinstance(value, list):
            return True
        if not all(isinstance(one, str) for one in value):
            raise _Unsure
        return len(set(value)) == len(value)

    return fit


def _any_of(part: Any, ask: Any) -> Fits:
    ways = [ask(one) for one in part["anyOf"]]
    return lambda value: any(way(value) for way in ways)


def _not(part: Any, ask: Any) -> Fits:
    unwanted = ask(part["not"])
    return lambda value: not unwanted(value)


def _if(part: Any, ask: Any) -> Fits:
    condition, then, other = ask(part["if"]), ask(part.get("then", True)), ask(part.get("else", True))
    return lambda value: then(value) if condition(value) else other(value)


def _required(part: Any, ask: Any) -> Fits:
    names = frozenset(part["required"])
    return lambda value: not isinstance(value, dict) or names <= value.keys()


def _dependent(part: Any, ask: Any) -> Fits:
    needed = {name: frozenset(others) for name, others in part["dependentRequired"].items()}
    return lambda value: (
        not isinstance(value, dict) or all(others <= value.keys() for name, others in needed.items() if name in value)
    )


def _number(word: str, holds: Callable[[Any, int], bool]) -> Rule:
    def rule(part: Any, ask: Any) -> Fits:
        limit = part[word]
        return lambda value: not isinstance(_plain(value), int) or isinstance(value, bool) or holds(value, limit)

    return rule


def _length(word: str, kind: type[Sized]) -> Rule:
    def rule(part: Any, ask: Any) -> Fits:
        least = part[word]
        return lambda value: not isinstance(value, kind) or len(value) >= least

    return rule


def _pattern(part: Any, ask: Any) -> Fits:
    search = re.compile(part["pattern"]).search
    return lambda value: not isinstance(value, str) or search(value) is not None


WORDS: Mapping[str, Rule] = {
    "type": _typed,
    "enum": _one_of,
    "const": _one_of,
    "properties": _properties,
    "additionalProperties": _properties,
    "propertyNames": _properties,
    "items": _items,
    "uniqueItems": _unique,
    "anyOf": _any_of,
    "not": _not,
    "if": _if,
    "required": _required,
    "dependentRequired": _dependent,
    "minimum": _number("minimum", lambda value, limit: value >= limit),
    "maximum": _number("maximum", lambda value, limit: value <= limit),
    "minItems": _length("minItems", list),
    "minProperties": _length("minProperties", dict),
    "minLength": _length("minLength", str),
    "pattern": _pattern,
}
