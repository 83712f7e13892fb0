"""Whether a definition may become active: it can be read, and nothing unsafe is found in it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from workflows import examples, loader, soundness, yaml_lines
from workflows.definition import Workflow
from workflows.proof import checking


def read(text: str, name: str, *, next_version: int | None = None) -> Workflow:
    """The definition in ``text``, with ``next_version`` as its number where one is given.

    Raises DefinitionError with file, line, key, what was found and what was expected; ``name`` stands for the file.
    """
    workflow = loader.loads(text, name)
    if next_version is not None and workflow.version != next_version:
        raise yaml_lines.parse(text, name).fault(("version",), str(workflow.version), str(next_version))
    return workflow


def problems(workflow: Workflow) -> tuple[str, ...]:
    """Every reason why the definition is not safe, each with its line and its story; empty when it is proved safe.

    A matter of seconds the first time; what means the same as a definition that was proved is not proved again.
    """
    if _is_proved(replace(workflow, version=0, source_file="", digest="")):
        return ()
    return checking.objections(workflow)


def seen_at_once(workflow: Workflow) -> tuple[str, ...]:
    """What is wrong with the definition that shows without walking every course: a matter of milliseconds."""
    misses = [(m.line, f"examples: found {m.found}, expected {m.expected}") for m in examples.misses(workflow)]
    found = (*misses, *((1, problem) for problem in soundness.check(workflow)))
    return tuple(f"{workflow.source_file}:{line}: {words}" for line, words in found)


@lru_cache(maxsize=64)
def _is_proved(workflow: Workflow) -> bool:
    return not checking.objections(workflow)
