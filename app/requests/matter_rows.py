"""A task about a matter, or a check of a log, as a row of somebody's tasks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from app.requests import definitions
from app.tasks.models import Task
from app.templating import event_words, labels
from app.templating.dates import month_text
from app.templating.texts import said
from workflows import log_check


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


def check_row(task: Task, check: Any, on_behalf_of: str) -> SimpleNamespace:
    """The task to check the log of a system for a month; it names nobody."""
    return SimpleNamespace(
        task_id=task.id,
        kind=task.kind,
        case_number=log_check.reference(check.code, check.month),
        system=check.system,
        level=str(labels.STEPS[log_check.KIND]),
        subject="",
        month=month_text(check.month),
        scope="",
        due_on=task.due_on,
        on_behalf_of=on_behalf_of,
        note=task.mail_trouble and str(event_words.EVENTS["mail_failed"]),
    )
