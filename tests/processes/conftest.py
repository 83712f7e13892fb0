"""A town with two administrators, and new versions of the shipped processes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app import clock
from app.db import transaction
from app.directory.models import Person
from app.processes import checks, queries, services
from app.requests import definitions
from app.requests.models import WorkflowVersion
from tests.auth.conftest import as_person
from tests.people import Town, appoint, person
from tests.requests.conftest import Life, life, statements, town
from workflows.events import Actor

__all__ = ["Life", "as_person", "life", "statements", "town"]

PROCESS = "business_system"
MANAGERS_CLOCK = "reminders: [2, 4], escalations: [{ask: deputy, after: 5}"
SLOWER = (f"{{due: 3, {MANAGERS_CLOCK}", f"{{due: 4, {MANAGERS_CLOCK}")
UNGATED = (", G1, G2", "")  # nobody asks for an employment or a base grant
Edit = tuple[str, str]
Propose = Callable[..., WorkflowVersion]
Activate = Callable[..., WorkflowVersion]


def shipped(process: str = PROCESS) -> str:
    """The text that came with the product."""
    return Path(definitions.installed()[process].source_file).read_text(encoding="utf-8")


def edited(number: int, *edits: Edit, process: str = PROCESS) -> str:
    """The shipped text as version ``number``, with replacements; each must be found.

    Its golden cases are left out: they say whom the shipped process asks.
    """
    text = re.sub(r"(?m)^version: .*", f"version: {number}", shipped(process).partition("# Golden cases")[0])
    for before, after in edits:
        assert before in text, f"{before!r} is not in the definition any more"
        text = text.replace(before, after)
    return text


def first(process: str = PROCESS) -> int:
    """The number of the version that came with the product."""
    return definitions.installed()[process].version


def as_administrator(who: Person) -> Actor:
    """``who`` at a page for administrators."""
    return Actor(who.id, "administrator")


@pytest.fixture
def ada(town: Town) -> Person:
    """The other administrator, beside Adam."""
    with transaction() as session:
        found = person(session, "Ada Berg", town.school)
        appoint(session, "administrator", found)
    return found


@pytest.fixture
def propose(town: Town) -> Propose:
    """Adam proposes the next version, with these edits."""

    def propose(*edits: Edit, by: Person | None = None, process: str = PROCESS) -> WorkflowVersion:
        with transaction():
            text = edited(services.next_version(process), *edits, process=process)
            actor = as_administrator(by or town.administrator)
            made = services.propose(text, "ny.yaml", why="Fyra dagar i stället för tre.", actor=actor, now=clock.now())
        checks.run_waiting()
        return made

    return propose


@pytest.fixture
def activate(propose: Propose, ada: Person) -> Activate:
    """Adam proposes and Ada activates, with these edits."""

    def activate(*edits: Edit, process: str = PROCESS) -> WorkflowVersion:
        proposal = propose(*edits, process=process)
        with transaction():
            present = queries.active(process)
            number = present.version if present else None
            services.activate(proposal, instead_of=number, actor=as_administrator(ada), now=clock.now())
        return proposal

    return activate
