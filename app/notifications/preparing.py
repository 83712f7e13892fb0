"""Who gets a mail now, whether it is still needed, and its words: settled when it is sent, not when queued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app

from app import clock
from app.config import Settings
from app.db import db
from app.directory.models import Person
from app.links import services as links
from app.notifications import queries, rendering
from app.notifications.letters import LINES_IN_DIGEST
from app.notifications.models import OutboxMail

LINK_WORKING_DAYS = 20


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person as the directory knows them at this moment, or a functional mailbox (``person_id`` None)."""

    address: str
    name: str = ""
    language: str = "sv"
    person_id: int | None = None
    has_left: bool = False
    protected: bool = False

    @property
    def shown_name(self) -> str:
        """The name for the header; empty for somebody with protected personal data."""
        return "" if self.protected else self.name


def receiver_of(mail: OutboxMail) -> Receiver:
    """Address and language of today: people change both between the queue and the wire."""
    if mail.recipient_id is None:
        return Receiver(mail.mailbox)
    person = db.session.get_one(Person, mail.recipient_id)
    return Receiver(
        address=person.mail,
        name=person.display_name,
        language=person.language,
        person_id=person.id,
        has_left=person.employment_status == "ended",
        protected=person.protected_identity,
    )


def why_needless(mail: OutboxMail, receiver: Receiver) -> str:
    """Why nobody needs this mail any more; empty when it shall be sent.

    No mail to who has left (rules.md C6), none about a closed task, none to who is not asked any more.
    """
    if receiver.has_left:
        return "receiver_has_left"
    if mail.task_id is not None:
        if mail.task_id not in queries.open_tasks([mail.task_id]):
            return "task_closed"
        if receiver.person_id and not queries.still_asking([mail.task_id], receiver.person_id):
            return "not_asked_any_more"
    if ("tasks" in mail.data or "bundle_id" in mail.data) and not _waiting(mail, receiver):
        return "nothing_waits"
    return ""


def in_words(mail: OutboxMail, receiver: Receiver, now: datetime) -> rendering.Rendered:
    """The mail in the receiver's language, with a fresh link where it carries one. Raises Unrenderable."""
    settings: Settings = current_app.extensions["settings"]
    token = _token(mail, receiver, now)
    path = f"/d/{token}" if token else mail.data["url_path"]
    data = {**mail.data, "decision_link": bool(token), "to_mailbox": receiver.person_id is None}
    if "tasks" in mail.data or "bundle_id" in mail.data:
        data["tasks"] = _waiting(mail, receiver)
    return rendering.render(mail.template, context_of(data, path, settings), receiver.language)


def context_of(data: Mapping[str, Any], path: str, settings: Settings) -> dict[str, Any]:
    """All that a template may say: the letter's data, where to click, whom to ask; a long list is cut."""
    context = {
        **data,
        "url": settings.base_url + path,
        "contact": settings.contact,
        "phone": data.get("phone", "" if clock.is_office_time(clock.now()) else settings.on_call_phone),
        "municipality": settings.municipality,
    }
    if "tasks" in data:
        tasks = data["tasks"]
        context["tasks"], context["more"] = tasks[:LINES_IN_DIGEST], len(tasks[LINES_IN_DIGEST:])
    return context


def _waiting(mail: OutboxMail, receiver: Receiver) -> list[Mapping[str, Any]]:
    if "bundle_id" in mail.data:
        return queries.asked_in_bundle(mail.data["bundle_id"], receiver.person_id or 0)
    tasks = mail.data["tasks"]
    asking = queries.still_asking([task["task_id"] for task in tasks], receiver.person_id or 0)
    return [task for task in tasks if task["task_id"] in asking]


def _token(mail: OutboxMail, receiver: Receiver, now: datetime) -> str:
    """A token for this mail, or nothing. A functional mailbox never gets one (email-decisions.md, point 9)."""
    terms = mail.data.get("link")
    if terms is None or mail.task_id is None or receiver.person_id is None:
        return ""
    bound = links.Terms(
        task_id=mail.task_id,
        person_id=receiver.person_id,
        round=terms["round"],
        request_version=terms["request_version"],
        expires_at=_end_of(_last_day(mail.data, now)),
    )
    return links.make(bound, now=now)


def _last_day(data: Mapping[str, Any], now: datetime) -> date:
    """The day when the task lapses, at most 20 working days away (field.md B7)."""
    latest = clock.calendar().add(clock.local(now).date(), LINK_WORKING_DAYS)
    lapses_on = data.get("lapses_on")
    return min(latest, date.fromisoformat(lapses_on)) if lapses_on else latest


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, clock.zone())
