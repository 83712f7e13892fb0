"""The rules stay pure: what they import, what they read, and what they never touch."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

import workflows

ROOT = Path(__file__).parent.parent
FILES = sorted(Path(workflows.__path__[0]).rglob("*.py"))
ALLOWED = {"transitions", "yaml", "jsonschema", "holidays", "workflows"}
READS_FILES = {"loader.py"}
CLOCKS = {"today", "now", "utcnow", "time", "monotonic"}


@lru_cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_imports(path: Path) -> None:
    assert set(imports(path)) <= ALLOWED | sys.stdlib_module_names


@pytest.mark.parametrize(
    ("package", "only"),
    [
        ("transitions", {"machine.py"}),
        ("yaml", {"yaml_lines.py"}),
        ("jsonschema", {"loader.py"}),
        ("holidays", {"calendar.py"}),
    ],
)
def test_one_place_for_each_library(package: str, only: set[str]) -> None:
    assert {path.name for path in FILES if package in imports(path)} == only


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_no_clock_and_no_reading(path: Path) -> None:
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
    }
    assert not called & CLOCKS
    assert path.name in READS_FILES or not called & {"open", "read_text", "read_bytes", "getenv"}


# Heavy, and of no use to a rule. Measuring time would fail on a busy machine; what is imported is always the same.
NOT_FOR_RULES = {
    "app", "flask", "sqlalchemy", "celery", "pydantic", "playwright", "redis", "psycopg", "ldap3", "hypothesis",
}  # fmt: skip
UNIT_TESTS = sorted((ROOT / "tests" / "workflows").rglob("*.py"))
LOOK = """
import sys, pytest
code = pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]])
print("IMPORTED", *{name.partition(".")[0] for name in sys.modules})
print("PROVING", "workflows.proof.exploring" in sys.modules)
sys.exit(code)
"""


def names(path: Path) -> Iterator[str]:
    """Every module that a file imports anywhere, also within a function, in full."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", UNIT_TESTS, ids=lambda p: p.name)
def test_a_unit_test_of_a_rule_neither_proves_nor_generates(path: Path) -> None:
    """Both take their time, and belong in tests/proof (decision 32)."""
    assert not set(imports(path)) & NOT_FOR_RULES
    slow = ("workflows.proof", "tests.proof")
    assert [name for name in names(path) if name.startswith(slow)] == []


def test_the_tests_of_the_rules_need_nothing_but_the_rules() -> None:
    """All are imported, and a few run as well, for what a fixture or the end of the session would import."""
    ran = ["tests/workflows", "-k", "leap_day or vectors"]
    done = subprocess.run(
        [sys.executable, "-c", LOOK, *ran], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    imported, proving = done.stdout.splitlines()[-2:]
    assert done.returncode == 0, done.stdout + done.stderr
    assert "workflows" in imported.split()
    assert not NOT_FOR_RULES & set(imported.split())
    assert proving == "PROVING False"
