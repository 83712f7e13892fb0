"""A task about a matter as a row of somebody's tasks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from app.requests import definitions
from app.tasks.models import Task
from app.templating import event_words
from app.templating.texts import said


def matter_row(task: Task, matter: Any, on_behalf_of: str) -> SimpleNamespace:
    """A task about a matter: what the matter is called, and what its definition calls the step."""
    workflow = definitions.version(matter.process, matter.definition_version)
    assert workflow.matters is not None
    return SimpleNamespace(
        task_id=task.id,
        kind=task.kind,
        case_number=matter.case_number,
        system=matter.title or said(workflow.title),
        level=said(workflow.matters.words.steps.get(task.step, workflow.title)),
        subject="",
        matter=True,
        opened_by=matter.opened_by,
        scope="",
        due_on=task.due_on,
        on_behalf_of=on_behalf_of,
        note=task.mail_trouble and str(event_words.EVENTS["mail_failed"]),
    )
