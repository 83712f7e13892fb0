"""The ``behorig`` command: THE TABLE of what it can do. A fault is one line in Swedish; exit code 2 for what the user
can mend, 1 for a ``check`` that finds something.

Each command is imported when it is called (``app/commands/lazy.py``): one that needs no application loads none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands.lazy import Group

if TYPE_CHECKING:
    from flask import Flask

workflow = Group(
    "workflow",
    "Processerna.",
    {
        "check": "app.commands.proving:check",
        "propose": "app.commands.processes:propose",
        "versions": "app.commands.processes:versions",
        "activate": "app.commands.processes:activate",
        "withdraw": "app.commands.processes:withdraw",
        "move": "app.commands.processes:move",
        "backtest": "app.commands.backtest:backtest",
    },
)
behorig = Group(
    "behorig",
    "Behörig: beställning av behörigheter.",
    {
        "appoint": "app.commands.appointing:appoint",
        "catalogue": Group("catalogue", "Systemkatalogen.", {"load": "app.commands.catalogue:load_catalogue"}),
        "check": "app.commands.operating:check",
        "db": Group("db", "Databasen.", {"upgrade": "app.commands.database:upgrade"}),
        "deputy": "app.commands.appointing:deputy",
        "directory": Group(
            "directory",
            "Personalkatalogen.",
            {
                "sync": "app.commands.directory:sync",
                "person": "app.commands.directory:show_person",
                "writes": "app.commands.fulfilment:writes",
            },
        ),
        "hr": Group(
            "hr",
            "Filen från personalsystemet.",
            {"check": "app.commands.hr_feed:check", "load": "app.commands.hr_feed:load"},
        ),
        "run-job": "app.commands.operating:run_job",
        "simulate": "app.commands.processes:simulate",
        "training": Group("training", "Utbildningar.", {"import": "app.commands.training:load"}),
        "version": "app.commands.versioned:show_version",
        "workflow": workflow,
    },
)


def init_app(app: Flask) -> None:
    """The same commands under ``flask``, where they are handy in development."""
    for command in behorig.all():
        app.cli.add_command(command)


def main() -> None:
    """The script ``behorig``."""
    behorig.main(prog_name="behorig")
