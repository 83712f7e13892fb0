"""Mails about matters (rules.md C10, C14). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| asked | matter_asked | who is asked at a step | what the step is called; answered after login |
| told | matter_told | who opened it, who takes part | what it has become, and why |
| condition | matter_condition | who answers for it | a condition or an exception is due, or its day has passed |
| renewal | matter_renewal | who brings it up to date | what was approved is to be approved anew |

The titles come with the definition, in every language (``texts``): the mail takes its reader's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.notifications.letter import Letter, iso

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The matter that a mail is about. ``title`` is empty where nothing but the number may be told (K3)."""

    matter_id: int
    case_number: str
    title: str
    process: Text

    def as_json(self) -> dict[str, Any]:
        """As it is stored in the outbox."""
        return {"case_number": self.case_number, "title": self.title, "process": dict(self.process)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one person is asked. ``reason``: of whoever passed it on, or what a returned matter is to be completed with.
    ``occasion`` parts a second asking from the first.
    """

    task_id: int
    person_id: int
    step: Text
    role: str
    due_on: date
    lapses_on: date | None
    on_behalf_of_name: str = ""
    waited_for_name: str = ""
    decider_name: str = ""
    reason: str = ""
    occasion: str = ""


def asked(question: Question, about: About) -> Letter:
    """Somebody is asked at a step."""
    data = about.as_json() | {
        "step": dict(question.step),
        "role": question.role,
        "due_on": iso(question.due_on),
        "lapses_on": iso(question.lapses_on),
        "on_behalf_of_name": question.on_behalf_of_name,
        "waited_for_name": question.waited_for_name,
        "decider_name": question.decider_name,
        "reason": question.reason,
        "url_path": f"/tasks/{question.task_id}",
    }
    parts = ("matter", question.task_id, question.role, question.person_id, question.occasion)
    key = ":".join(str(part) for part in parts if part != "")
    return Letter(
        key=key, template="matter_asked", recipient_id=question.person_id, task_id=question.task_id, data=data
    )


def told(person_id: int, about: About, state: Text, *, version: int, by_name: str, reason: str) -> Letter:
    """It has become something that its people must know of; ``version`` of the row parts one time from the next."""
    data = about.as_json() | {"state": dict(state), "decider_name": by_name, "reason": reason}
    return _letter("matter_told", person_id, about, str(version), data)


def condition(person_id: int, about: About, what: Mapping[str, Any]) -> Letter:
    """A condition or an exception; ``what``: condition, text, due_on, days, is_exception."""
    occasion = f"{what['condition']}:{'near' if what['days'] else 'late'}"
    return _letter("matter_condition", person_id, about, occasion, about.as_json() | dict(what))


def renewal(person_id: int, about: About, valid_to: date | None) -> Letter:
    """What was approved is to be approved anew."""
    return _letter("matter_renewal", person_id, about, "", about.as_json() | {"valid_to": iso(valid_to)})


def _letter(template: str, person_id: int, about: About, occasion: str, data: dict[str, Any]) -> Letter:
    parts = (template, about.matter_id, person_id, occasion)
    return Letter(
        key=":".join(str(part) for part in parts if part != ""),
        template=template,
        recipient_id=person_id,
        data=data | {"url_path": f"/matters/{about.case_number}"},
    )
