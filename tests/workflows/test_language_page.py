"""What docs/workflow-language.md shows is loaded as it stands there, and what it leaves out is missed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workflows import examples, loader, yaml_lines
from workflows.definition import Workflow
from workflows.errors import DefinitionError
from workflows.guards import GUARDS

PAGE = (Path(__file__).parents[2] / "docs" / "workflow-language.md").read_text(encoding="utf-8")
WHOLE, *FRAGMENTS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ADDED = [text for text in FRAGMENTS if text.startswith("# add\n")]
REFUSED = [text for text in FRAGMENTS if text.startswith("# refused: ")]
(LIFE,) = [text for text in FRAGMENTS if text.startswith("# life\n")]


def plain(text: str) -> dict[str, Any]:
    """The values of a box."""
    return dict(yaml_lines.parse(text, "page.yaml").values)


def merged(fragment: str) -> Workflow:
    """The page's whole process with what the fragment says. Raises DefinitionError.

    States are added. A step of the same name takes the keys that the fragment names, and transitions replace those of
    the same trigger and source; others are added. All else is replaced.
    """
    values = dict(plain(LIFE if "\nlife:" in fragment else WHOLE))
    for key, said in plain(fragment).items():
        if key == "states":
            values[key] = values[key] | said
        elif key == "steps":
            known = {step["name"]: step for step in values[key]}
            values[key] = list((known | {step["name"]: known.get(step["name"], {}) | step for step in said}).values())
        elif key == "transitions":
            replaced = [(move["trigger"], move["from"]) for move in said]
            values[key] = [m for m in values[key] if (m["trigger"], m["from"]) not in replaced] + said
        else:
            values[key] = said
    return loader.loads(json.dumps(values), "page.yaml")  # which is YAML too


def objections(workflow: Workflow) -> list[str]:
    """What loading a catalogue would say against the definition."""
    return [
        *(words for _line, _key, words in loader.problems(workflow)),
        *(miss.found for miss in examples.misses(workflow)),
    ]


def test_every_box_is_tried() -> None:
    assert len(ADDED) + len(REFUSED) + 1 == len(FRAGMENTS)
    assert len(ADDED) > 5
    assert len(REFUSED) > 3


def test_whole_process_is_sound() -> None:
    assert objections(loader.loads(WHOLE, "page.yaml")) == []


def test_whole_life_is_sound() -> None:
    assert objections(loader.loads(LIFE, "page.yaml")) == []


@pytest.mark.parametrize("fragment", ADDED, ids=range(len(ADDED)))
def test_what_is_added_is_sound(fragment: str) -> None:
    workflow = merged(fragment)
    assert objections(workflow) == []
    assert workflow != loader.loads(WHOLE, "page.yaml")


@pytest.mark.parametrize("fragment", REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused_is_refused_for_that(fragment: str) -> None:
    reason = fragment.splitlines()[0].removeprefix("# refused: ")
    try:
        found = objections(merged(fragment))
    except DefinitionError as error:
        found = [str(error)]
    assert any(reason in problem for problem in found), found


def words(schema: Any) -> Iterator[str]:
    """Every key, and every name that a key may have as its value."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (word for word in schema.get("enum", ()) if isinstance(word, str))
        for part in schema.values():
            yield from words(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from words(part)


def test_page_names_every_word_of_the_language() -> None:
    known = {*words(json.loads(loader.SCHEMA.read_text(encoding="utf-8"))), *GUARDS, *loader.NOT_STEPS}
    missing = {word for word in known if not re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", PAGE)}
    assert missing == set()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (loader.CATALOG.parents[1] / "docs" / target).exists(), target
