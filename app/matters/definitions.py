"""Which definition a matter follows: the version that it started with. They are stored beside those of orders."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import NotFound
from app.matters.models import Matter
from app.requests import definitions
from workflows.definition import ORDER, Workflow
from workflows.form_fields import Matters


def of(matter: Matter) -> Workflow:
    """The definition version that the matter started with."""
    return definitions.version(matter.process, matter.definition_version)


def terms_of(matter: Matter) -> Matters:
    """Its form, words and terms."""
    return terms(of(matter))


def board_of(matter: Matter) -> str:
    """The nämnd of the matter's system; of one that is not in the catalogue yet, what the form says."""
    if matter.system is not None:
        return matter.system.board
    asked = next((f.name for f in terms_of(matter).form if f.fills == "board"), "")
    return str(matter.answers.get(asked) or "")


def terms(workflow: Workflow) -> Matters:
    """What a process that is not an order says besides steps and moves."""
    assert workflow.matters is not None
    return workflow.matters


def active() -> Mapping[str, Workflow]:
    """The active version of each process that is not an order, by name; one statement."""
    return {name: w for name, w in definitions.all_active().items() if w.about != ORDER and w.matters is not None}


def started_with(process: str) -> Workflow:
    """The version that a new matter starts with. Raises NotFound where none is active, and for a process of orders."""
    workflow = definitions.active(process)
    if workflow is None or workflow.matters is None:
        raise NotFound()
    return workflow
