"""YAML to plain values that remember the line each of them stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from app.catalogue.faults import CatalogueError, CatalogueFault

Path = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """The safe loader, with dates left as the text they are: the schema checks them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class MarkedYaml:
    """A parsed file: plain ``data`` and the line of each path in it."""

    file: str
    data: Any
    lines: dict[Path, int] = field(repr=False)

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest thing around it that the file holds."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def key(self, path: Path) -> str:
        """``path`` as people write it; entries of a list are named by their code where they have one."""
        return "".join(self._steps(path)).lstrip(".") or "(filen)"

    def fault(self, path: Path, found: str, expected: str) -> CatalogueFault:
        """A fault at ``path``."""
        return CatalogueFault(self.file, self.line(path), self.key(path), found, expected)

    def _steps(self, path: Path) -> Iterator[str]:
        here = self.data
        for step in path:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                here = None
            code = here.get("code") if isinstance(here, dict) else None
            yield f"[{code if isinstance(code, str) else step}]" if isinstance(step, int) else f".{step}"


def parse(text: str, file: str) -> MarkedYaml:
    """``text`` with its lines. Raises CatalogueError for faulty syntax, a repeated key, or a key that is no text."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        reader = _Reader(loader, file)
        data = reader.value(node, ()) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _syntax(file, mark.line + 1 if mark else 1, error.problem or "ett fel") from error
    except yaml.YAMLError as error:
        raise _syntax(file, 1, str(error)) from error
    finally:
        loader.dispose()
    if reader.faults:
        raise CatalogueError(reader.faults)
    return MarkedYaml(file, data, reader.lines)


def _syntax(file: str, line: int, problem: str) -> CatalogueError:
    return CatalogueError([CatalogueFault(file, line, "(YAML)", problem, "giltig YAML")])


class _Reader:
    """Walks the nodes once, collecting lines and faults."""

    def __init__(self, loader: yaml.SafeLoader, file: str) -> None:
        self.loader, self.file = loader, file
        self.lines: dict[Path, int] = {}
        self.faults: list[CatalogueFault] = []
        self.open: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:
        """The plain value of ``node``."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self.loader.construct_object(node)
        if id(node) in self.open:
            self._fault(node, path, "en hänvisning till sig själv", "ett värde")
            return None
        self.open.add(id(node))
        value = self._mapping(node, path) if isinstance(node, yaml.MappingNode) else self._sequence(node, path)
        self.open.discard(id(node))
        return value

    def _sequence(self, node: yaml.Node, path: Path) -> list[Any]:
        return [self.value(item, (*path, n)) for n, item in enumerate(node.value)]

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self.loader.construct_object(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self._fault(key_node, path, f"nyckeln {key_node.value!s:.40}", "en nyckel som är text")
            elif key in found:
                self._fault(key_node, (*path, key), "nyckeln en gång till", "varje nyckel en gång")
            else:
                self.lines[(*path, key)] = key_node.start_mark.line + 1
                found[key] = self.value(value_node, (*path, key))
        return found

    def _fault(self, node: yaml.Node, path: Path, found: str, expected: str) -> None:
        key = ".".join(str(step) for step in path) or "(filen)"
        self.faults.append(CatalogueFault(self.file, node.start_mark.line + 1, key, found, expected))
