"""Each command is imported when it is called, and says who it is where all are listed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from app.cli import behorig
from app.commands.lazy import Group

ROOT = Path(__file__).parent.parent.parent
HEAVY = {"flask", "sqlalchemy", "celery", "ldap3", "pydantic", "wtforms", "redis", "flask_babel", "app.db"}


def modules_after(*words: str) -> set[str]:
    """What a new process has imported when the command has run, and ended well."""
    told = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr))\n"
        "from app.cli import main\n"
        f"sys.argv = ['behorig', *{words!r}]\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [("workflow", "check", "--help"), ("version",)], ids=" ".join)
def test_a_command_without_the_application_imports_none(words: tuple[str, ...]) -> None:
    loaded = modules_after(*words)
    assert "app.cli" in loaded
    assert not HEAVY & loaded


def test_every_command_is_where_the_table_says() -> None:
    """Under its own name, with a line of help; and no name leads nowhere."""
    ahead, seen = [behorig], 0
    while ahead:
        group = ahead.pop()
        for name in group.list_commands(None):
            command = group.get_command(None, name)
            assert command is not None
            assert (command.name, bool(command.get_short_help_str())) == (name, True)
            ahead += [command] if isinstance(command, Group) else []
            seen += 1
        assert {c.name for c in group.all()} == set(group.where)
    assert seen > 15


def test_unknown_command_is_none() -> None:
    assert behorig.get_command(click.Context(behorig), "aprove") is None
