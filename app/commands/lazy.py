"""Commands that are imported when they are called: one that needs no application does not wait for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

Where = str | click.Command  # ``module:name``, or a group that is there already


class Fault(click.ClickException):
    """Something that the user can mend."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the fault, and nothing else."""
        click.echo(self.format_message(), err=True, file=file)


class Group(click.Group):
    """Commands by name. A list of them all (``--help``) imports each, for what it says of itself."""

    def __init__(self, name: str, help_text: str, where: Mapping[str, Where]) -> None:
        super().__init__(name, help=help_text)
        self.where = where

    def list_commands(self, ctx: click.Context | None) -> list[str]:
        """The names of all commands."""
        return sorted(self.where)

    def get_command(self, ctx: click.Context | None, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        return _made(self.where[cmd_name]) if cmd_name in self.where else None

    def all(self) -> Iterator[click.Command]:
        """Every command, imported."""
        return map(_made, self.where.values())


def _made(where: Where) -> click.Command:
    if isinstance(where, click.Command):
        return where
    module, _, name = where.partition(":")
    made = getattr(import_module(module), name)
    assert isinstance(made, click.Command)
    return made
