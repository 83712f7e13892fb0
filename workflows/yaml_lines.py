"""YAML that remembers its lines, and takes no short cut: each key once, everything written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from workflows.errors import DefinitionError

Place = tuple[str | int, ...]
MOST_LEVELS = 50
# libyaml reads the same YAML many times faster; PyYAML is built with it wherever there is a wheel.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """The plain values of a file, and on which line each of them stands."""

    name: str
    values: Any
    lines: Mapping[Place, int]

    def fault(self, place: Place, found: str, expected: str) -> DefinitionError:
        """The error about ``place``; a place that is missing is reported where it should have stood."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        return DefinitionError(self.name, self.lines.get(known, 1), _written(place), found, expected)


def parse(text: str, name: str) -> Document:
    """The document in ``text``; ``name`` stands in errors. Raises DefinitionError."""
    try:
        _check_depth(text, name)
        loader = LOADER(text)
        node = loader.get_single_node()
        if node is None:
            return Document(name, None, {})
        lines = _Lines(name)
        lines.note(node, ())
        return Document(name, loader.construct_document(node), lines.found)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(name, line, "(yaml)", error.problem or "a fault", "plain YAML") from error
    except (yaml.YAMLError, ValueError) as error:
        raise DefinitionError(name, 1, "(yaml)", str(error).splitlines()[0], "plain YAML") from error


def _check_depth(text: str, name: str) -> None:
    """Raise DefinitionError for more levels than a process can have: libyaml would end the whole program there.

    Events are read one after the other, however deep they lie; only putting them together recurs.
    """
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_LEVELS:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise DefinitionError(name, line, "(yaml)", "values in values in values", f"at most {MOST_LEVELS} levels")


class _Lines:
    """Collects on which line each value stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: dict[Place, int] = {}
        self._seen: set[int] = set()

    def note(self, node: yaml.Node, place: Place) -> None:
        """Note the node and all below it. Raises DefinitionError for a key twice, and for an alias.

        An alias is the same node in a second place; with aliases a small text can stand for millions of values.
        """
        line = node.start_mark.line + 1
        if id(node) in self._seen:
            raise DefinitionError(self.name, line, _written(place), "an alias of this value", "the value written out")
        self._seen.add(id(node))
        self.found.setdefault(place, line)
        if isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                self.note(child, (*place, index))
        if isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                self.note(child, self._key(key, place))

    def _key(self, key: yaml.Node, place: Place) -> Place:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise DefinitionError(self.name, line, _written(place), "a key that is no word", "a word")
        here = (*place, str(key.value))
        if here in self.found:
            raise DefinitionError(self.name, line, _written(here), "the key twice", "each key once")
        self.found[here] = line
        return here


def _written(place: Place) -> str:
    return ".".join(map(str, place)) or "(file)"
