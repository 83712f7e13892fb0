"""YAML that remembers its lines, and takes no short cut: each key once, everything written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from workflows.errors import DefinitionError

Place = tuple[str | int, ...]


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
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken):
                line = token.start_mark.line + 1
                raise DefinitionError(name, line, "(yaml)", f"the alias *{token.value}", "the value written out")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[Place, int] = {}
        if node is not None:
            _note_lines(node, (), lines, name)
        return Document(name, yaml.safe_load(text), lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(name, line, "(yaml)", error.problem or "a fault", "YAML") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise DefinitionError(name, 1, "(yaml)", str(error).splitlines()[0], "YAML") from error


def _note_lines(node: yaml.Node, place: Place, lines: dict[Place, int], name: str) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _note_lines(child, (*place, index), lines, name)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise DefinitionError(name, line, _written(place), "a key that is no word", "a word")
            here = (*place, key.value)
            if here in lines:
                raise DefinitionError(name, line, _written(here), "the key twice", "each key once")
            lines[here] = line
            _note_lines(child, here, lines, name)


def _written(place: Place) -> str:
    return ".".join(map(str, place)) or "(file)"
