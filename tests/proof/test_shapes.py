"""The quick look at a definition's shape says yes where the schema does, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from workflows import loader, yaml_lines
from workflows.shapes import fits

SCHEMA = json.loads(loader.SCHEMA.read_text(encoding="utf-8"))
SMALL = ("deputy", "emergency_access", "role_handover")  # lives, and an order
OTHERS: tuple[Any, ...] = ("", "never", 0, -1, True, [], {}, None, 1.0, date(2026, 1, 1), ["a", "a"], [1, 1])


def read(path: Path) -> Any:
    """The plain values of the file."""
    return yaml_lines.parse(path.read_text(encoding="utf-8"), str(path)).values


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value stands."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, within in pairs:
        yield (*place, key)
        yield from places(within, (*place, key))


def spoilt(whole: Any) -> Iterator[Any]:
    """The definition with one thing changed, taken away or added, at each place."""
    for number, place in enumerate(places(whole)):
        for change in (OTHERS[number % len(OTHERS)], OTHERS[(number * 7 + 3) % len(OTHERS)], "gone", "more"):
            copied = deepcopy(whole)
            holder = copied
            for key in place[:-1]:
                holder = holder[key]
            if change == "gone":
                del holder[place[-1]]
            elif change == "more":
                holder[place[-1]] = [holder[place[-1]]] * 2 if isinstance(holder, list) else {"surprise": 1}
            else:
                holder[place[-1]] = change
            yield copied


@pytest.mark.parametrize("process", SMALL)
def test_it_agrees_with_the_schema_on_whatever_is_changed(process: str) -> None:
    """It may be unsure of what JSON does not have, and then says no; to a faulty one it never says yes."""
    whole = read(loader.CATALOG / f"{process}.yaml")
    quick, thorough = fits(SCHEMA), Draft202012Validator(SCHEMA)
    found = [(quick(one), thorough.is_valid(one), one) for one in (whole, *spoilt(whole))]
    assert found[0][:2] == (True, True)
    assert [one for yes, valid, one in found if yes and not valid] == []
    no_json = [one for yes, valid, one in found if valid and not yes]
    assert all("1.0" in str(one) or "[1, 1]" in str(one) for one in no_json)
    assert {valid for _, valid, _ in found} == {True, False}


@pytest.mark.parametrize("path", sorted(loader.CATALOG.glob("*.yaml")), ids=lambda path: path.stem)
def test_it_says_yes_to_what_ships(path: Path) -> None:
    """Else each load would take the slow way too."""
    assert fits(SCHEMA)(read(path))


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"oneOf": [{"type": "string"}]}, "oneOf"),
        ({"properties": {"a": {"format": "date"}}}, "format"),
        ({"$ref": "https://example.com/other"}, "example.com"),
    ],
)
def test_a_word_that_it_does_not_know_is_refused(schema: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fits(schema)
