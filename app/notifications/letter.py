"""What a mail is made of, before it is words: the row of the outbox that it becomes, and the facts in it.

Dates are ISO dates, names are display names, ``url_path`` starts with ``/``. Where ``About.discreet`` is true
no name and no free text is stored: what is not in the outbox cannot leak from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

DECIDED_BY_LINK = ("manager_approval", "receiving_approval", "owner_approval", "other_board_approval", "level_answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail to one person (``recipient_id``) or one functional mailbox. ``key``: queued at most once.

    With ``task_id`` the mail asks for something: it is dropped when the task is closed, or when the person
    is no longer among those who are asked.
    """

    key: str
    template: str
    recipient_id: int | None = None
    mailbox: str = ""
    task_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.recipient_id is None) == (not self.mailbox):
            raise ValueError(f"{self.key}: a letter goes to one person or to one mailbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The order or the right that a mail is about.

    ``thing`` is the stable part of the key: ``request:12:1`` (id and round) or ``grant:5``.
    ``sensitive``: the level is sensitive, privileged or a special zone. ``protected``: anybody named has
    protected personal data. ``replaces`` is the level that ends when the order is granted, ``offered`` a lower one
    that is proposed, ``unit`` where the right is to be used for a time; ``emergency``: it is one, and cannot wait.
    ``case_number`` is empty for a right from before the product.
    """

    thing: str
    case_number: str
    system: str
    level: str
    url_path: str
    subject_name: str = ""
    orderer_name: str = ""
    replaces: str = ""
    offered: str = ""
    unit: str = ""
    sensitive: bool = False
    protected: bool = False
    emergency: bool = False

    @property
    def discreet(self) -> bool:
        """True when the mail may name nobody (email-decisions.md, point 9)."""
        return self.sensitive or self.protected


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One person or mailbox that is asked to do a task, and what the task is.

    ``role``: addressee, deputy, escalation, reassigned or reminder. ``on_behalf_of_name``: for whom a deputy acts.
    ``waited_for_name``: who has not answered. ``question`` and ``decider_name``: what a returned order shall
    be completed with, and who asks; or why the task was passed on, and by whom. ``occasion`` parts a second
    asking of the same person from the first.
    """

    task_id: int
    kind: str
    due_on: date
    person_id: int | None = None
    mailbox: str = ""
    role: str = "addressee"
    round: int = 1
    request_version: int = 1
    lapses_on: date | None = None
    same_day: bool = False
    on_behalf_of_name: str = ""
    waited_for_name: str = ""
    decider_name: str = ""
    question: str = ""
    occasion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class To:
    """A person who is told something. ``role``: subject, orderer, manager, or asked (was asked earlier)."""

    person_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One line of a digest. ``days_late``: working days after the due date, 0 when it has not passed."""

    task_id: int
    case_number: str
    kind: str
    due_on: date
    days_late: int = 0


def stored(about: About, *, names: Mapping[str, str], **facts: object) -> dict[str, Any]:
    """The data of a letter as JSON: the facts, and the names and free texts unless nobody may be named."""
    seen = asdict(about)
    seen.pop("thing")
    said = {"subject_name": about.subject_name, "orderer_name": about.orderer_name, "unit": about.unit, **names}
    if about.discreet:
        said = dict.fromkeys(said, "")
    return {**seen, **facts, **said}


def iso(day: date | None) -> str:
    """The date as it is stored; empty when there is none."""
    return day.isoformat() if day else ""
