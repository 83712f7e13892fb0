"""Publishing: services say what has happened, ``reactions.py`` says what follows, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app

Reaction = Callable[[Any], None]


def wire(app: Flask, table: Mapping[type, Sequence[Reaction]]) -> None:
    """Install the table event class -> reactions. Done once, by ``create_app``."""
    app.extensions["reactions"] = dict(table)


def publish(event: object) -> None:
    """Run every reaction to ``event`` in the table's order; one that fails undoes the whole transaction.

    Raises KeyError for an event that the table does not know: forgetting a row must not be silent.
    """
    for react in current_app.extensions["reactions"][type(event)]:
        react(event)
