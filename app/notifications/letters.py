"""Every mail that the product sends: one function each, one template each (``app/templates/emails``).

| Function | Template | To | Beyond ``About`` |
|---|---|---|---|
| task_asked, role addressee | task_<kind> | who is asked | ``Asked``; decision link for approvals, to persons |
| task_asked, role deputy | task_deputy | the deputy | on_behalf_of_name |
| task_asked, role escalation | task_escalated | further up | waited_for_name |
| task_asked, role reassigned | task_reassigned | the receiver | decider_name: who passed it on; reason |
| task_asked, role reminder | task_reminder | who is asked | at noon, of what must be done the same day |
| prerequisite | prerequisite | subject, orderer, their manager | missing: names of courses and agreement |
| digest | digest | who has tasks waiting | ``Waiting``, once a person and day |
| batch_asked | batch_asked | who is asked about orders of a batch | one mail for all, read when it is sent |
| order_waiting | order_waiting | orderer | cause: the wait reason of the guard (employment_missing ...) |
| order_granted | order_granted | subject, orderer | valid_to |
| order_rejected | order_rejected | orderer, subject | decider_name, reason |
| order_withdrawn | order_withdrawn | who was asked, the other party | decider_name: who took it back |
| order_lapsed | order_lapsed | orderer, subject | |
| order_cancelled | order_cancelled | orderer, subject | cause: employment_ended, system_retired, duplicate |
| order_delayed | order_delayed | orderer | waited_for_name, lapses_on (rules.md C0.4, escalation 1) |
| grant_ending | grant_ending | orderer, manager | valid_to, working_days: 20 or 5 |
| grant_revocation_ordered | grant_revocation_ordered | subject | reason |
| grant_revoked | grant_revoked | subject, orderer | |

They return a Letter and write nothing: ``services.queue_all`` puts them in the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from app.notifications.letter import DECIDED_BY_LINK, About, Asked, Letter, To, Waiting, iso, stored
from workflows.events import TaskAsked

LINES_IN_DIGEST = 10
TEMPLATE_BY_ROLE = {
    "deputy": "task_deputy",
    "escalation": "task_escalated",
    "reassigned": "task_reassigned",
    "reminder": "task_reminder",
}


def task_asked(asked: Asked, about: About) -> Letter:
    """Somebody is asked to do a task, at once. An approval carries a decision link when a person gets it."""
    data = stored(
        about,
        names={
            "on_behalf_of_name": asked.on_behalf_of_name,
            "waited_for_name": asked.waited_for_name,
            "decider_name": asked.decider_name,
            "reason": asked.question,
        },
        kind=asked.kind,
        role=asked.role,
        due_on=iso(asked.due_on),
        lapses_on=iso(asked.lapses_on),
        same_day=asked.same_day,
    )
    if asked.kind in DECIDED_BY_LINK and asked.person_id is not None:
        data["link"] = {"round": asked.round, "request_version": asked.request_version}
    return Letter(
        key=_key("task", asked.task_id, asked.role, asked.person_id or asked.mailbox, asked.occasion),
        template=TEMPLATE_BY_ROLE.get(asked.role, f"task_{asked.kind}"),
        recipient_id=asked.person_id,
        mailbox=asked.mailbox,
        task_id=asked.task_id,
        data=data,
    )


def prerequisite(to: To, about: About, *, missing: Sequence[str], asked: TaskAsked) -> Letter:
    """Courses or an agreement are missing for an order: to its subject, its orderer, or the subject's manager."""
    data = stored(
        replace(about, url_path="/training") if to.role == "subject" else about,
        names={},
        role=to.role,
        missing=list(missing),
        due_on=iso(asked.due_on),
        lapses_on=iso(asked.lapses_on),
    )
    return Letter(
        key=_key("prerequisite", asked.task_id, to.role, to.person_id),
        template="prerequisite",
        recipient_id=to.person_id,
        task_id=asked.task_id if to.role == "subject" else None,
        data=data,
    )


def digest(person_id: int, day: date, waiting: Sequence[Waiting], *, url_path: str = "/tasks") -> Letter:
    """The day's reminders of one person, most urgent first (rules.md C0.4: one mail a person and day)."""
    urgent = sorted(waiting, key=lambda task: (task.due_on, task.task_id))
    tasks = [{**asdict(task), "due_on": iso(task.due_on)} for task in urgent]
    return Letter(
        key=f"{digest_key(day)}{person_id}",
        template="digest",
        recipient_id=person_id,
        data={"tasks": tasks, "url_path": url_path, "role": "addressee"},
    )


def batch_asked(person_id: int, bundle_id: int, about: About) -> Letter:
    """Somebody is asked about several orders that were sent together: one mail, and the answers one by one.

    ``about`` is of any of them: what differs between them is not told. The tasks are read when the mail is sent.
    """
    common = replace(about, case_number="", subject_name="", url_path="/tasks")
    return Letter(
        key=_key("batch", bundle_id, person_id),
        template="batch_asked",
        recipient_id=person_id,
        data=stored(common, names={}, bundle_id=bundle_id, role="addressee"),
    )


def digest_key(day: date) -> str:
    """How the keys of a day's digests begin."""
    return f"digest:{iso(day)}:"


def order_waiting(to: To, about: About, *, cause: str, lapses_on: date | None = None) -> Letter:
    """The order waits for something that no person decides; it goes on by itself."""
    return _told("order_waiting", to, about, cause, facts={"cause": cause, "lapses_on": iso(lapses_on)})


def order_granted(to: To, about: About, *, valid_to: date | None, begins_with: str = "") -> Letter:
    """The access right is there. It may be used after what it ``begins_with``: introduction (rules.md C3), tag (C4),
    or directory (confirmed by it).
    """
    return _told("order_granted", to, about, facts={"valid_to": iso(valid_to), "pending": begins_with})


def order_rejected(to: To, about: About, *, decider_name: str, reason: str) -> Letter:
    """Somebody said no, and why."""
    return _told("order_rejected", to, about, names={"decider_name": decider_name, "reason": reason})


def order_withdrawn(to: To, about: About, *, by_name: str) -> Letter:
    """The order was taken back, so there is nothing left to do."""
    return _told("order_withdrawn", to, about, names={"decider_name": by_name})


def order_lapsed(to: To, about: About) -> Letter:
    """Nobody answered in time, or what the order waited for never came."""
    return _told("order_lapsed", to, about)


def order_cancelled(to: To, about: About, *, cause: str) -> Letter:
    """The product ended the order."""
    return _told("order_cancelled", to, about, facts={"cause": cause})


def order_delayed(to: To, about: About, *, task_id: int, waited_for_name: str, lapses_on: date | None) -> Letter:
    """More people are asked, because those who were asked first have not answered."""
    names, facts = {"waited_for_name": waited_for_name}, {"lapses_on": iso(lapses_on)}
    return _told("order_delayed", to, about, task_id, names=names, facts=facts)


def grant_ending(to: To, about: About, *, valid_to: date, working_days: int) -> Letter:
    """The end date is near: shall the right be extended? (rules.md C0.6)"""
    occasion = f"{iso(valid_to)}:{working_days}"
    return _told("grant_ending", to, about, occasion, facts={"valid_to": iso(valid_to)})


def grant_revocation_ordered(to: To, about: About, *, reason: str) -> Letter:
    """The system manager has been asked to remove the right. ``reason`` is words for the subject, or empty."""
    return _told("grant_revocation_ordered", to, about, names={"reason": reason})


def grant_revoked(to: To, about: About) -> Letter:
    """The right is gone."""
    return _told("grant_revoked", to, about)


def _told(
    template: str,
    to: To,
    about: About,
    occasion: object = "",
    *,
    names: dict[str, str] | None = None,
    facts: dict[str, Any] | None = None,
) -> Letter:
    return Letter(
        key=_key(template, about.thing, to.person_id, occasion),
        template=template,
        recipient_id=to.person_id,
        data=stored(about, names=names or {}, role=to.role, **(facts or {})),
    )


def _key(*parts: object) -> str:
    return ":".join(str(part) for part in parts if part != "")
