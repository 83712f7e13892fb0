"""Each of the 35 scenarios is found by its number, and a number leads to tests that are there."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

from tests.scenarios.numbers import SCENARIOS

ROOT = Path(__file__).parent.parent.parent
NAMED = re.compile(r"test_scenario_(\d+)_")
# What belongs to other issues (W5, W8, W11, W13), or to W7 and W10, may wait; no other number may.
MAY_WAIT = {13, 14, 17, 19, 20, 23, 25, 26}


@lru_cache
def functions_of(file: str) -> frozenset[str]:
    """The test functions of a file; those of a class as Class.function."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    found |= {f"{c.name}.{node.name}" for c in classes for node in c.body if isinstance(node, ast.FunctionDef)}
    return frozenset(name for name in found if name.rpartition(".")[2].startswith("test_"))


@lru_cache
def named_after() -> dict[int, tuple[str, ...]]:
    """Tests anywhere that bear a scenario's number in their name: ``test_scenario_18_...``."""
    found: dict[int, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in sorted(functions_of(str(path.relative_to(ROOT)))):
            if numbered := NAMED.search(name):
                found.setdefault(int(numbered[1]), []).append(f"{path.relative_to(ROOT)}::{name}")
    return {number: tuple(tests) for number, tests in found.items()}


def test_every_number_is_there_and_no_other() -> None:
    assert list(SCENARIOS) == list(range(1, 36))
    assert set(named_after()) <= set(SCENARIOS)


@pytest.mark.parametrize("number", SCENARIOS)
def test_number_leads_to_tests_or_to_a_reason(number: int) -> None:
    scenario = SCENARIOS[number]
    for file, name in (test.split("::") for test in scenario.tests):
        assert name in functions_of(file), f"scenario {number}: {file} has no {name}"
    has_tests = scenario.tests or number in named_after()
    assert has_tests or scenario.later, f"scenario {number} has no test and no reason why"
    assert has_tests or number in MAY_WAIT, f"scenario {number} must have a test"
