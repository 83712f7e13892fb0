"""The paper routine's definition, as an outage and its forms follow it (workflows/catalog/paper_routine.yaml)."""

from __future__ import annotations

from collections.abc import Mapping

from app.outages.models import Outage
from app.requests import lives
from workflows import life
from workflows.definition import Workflow


def of(outage: Outage) -> Workflow:
    """The version that was active when the outage was declared."""
    return lives.following(lives.PAPER, outage.definition_version)


def days(outage: Outage) -> Mapping[str, int]:
    """Its times by name, in working days."""
    return life.of(of(outage)).days
