"""What has happened, in the past tense. Services publish these; ``app/reactions.py`` says what follows.

Other topics have modules of their own beside this one: ``grant_events``, ``role_events``, ``process_events`` ...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.authority import Asked
from workflows.case import Case


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted, as what, for whom, and by which channel (rules.md C0.5).

    ``person_id`` None is the product itself: time, or the directory. ``role`` says in what capacity:
    line_manager, system_manager, deputy, orderer, time, directory ... ``channel`` is web, mail-link,
    system or cli. ``details`` keeps what email-decisions.md point 6 asks for.
    """

    person_id: int | None
    role: str
    channel: str = "web"
    on_behalf_of_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


TIME = Actor(None, "time", "system")
DIRECTORY = Actor(None, "directory", "system")


@dataclass(frozen=True, slots=True)
class RequestMoved:
    """An order went from one state to another. The subclasses say to what.

    ``case`` is the frozen picture on which the move was decided, so that what follows need not read it again.
    """

    request_id: int
    trigger: str
    state_from: str
    state_to: str
    actor: Actor
    at: datetime
    round: int = 1
    reason: str = ""
    guards: tuple[Mapping[str, Any], ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    case: Case | None = field(default=None, repr=False)


class RequestAsked(RequestMoved):
    """The order entered a state in which somebody is asked: a step begins."""

    __slots__ = ()


class RequestWaiting(RequestMoved):
    """The order waits for something that no person decides; ``reason`` says what."""

    __slots__ = ()


class RequestReturned(RequestMoved):
    """The orderer is asked to complete the order."""

    __slots__ = ()


class RequestRejected(RequestMoved):
    """Somebody said no."""

    __slots__ = ()


class RequestWithdrawn(RequestMoved):
    """Orderer or subject took the order back."""

    __slots__ = ()


class RequestLapsed(RequestMoved):
    """Nobody answered in time. Never an approval."""

    __slots__ = ()


class RequestCancelled(RequestMoved):
    """The product ended the order, for instance because the employment ended."""

    __slots__ = ()


class RequestGranted(RequestMoved):
    """The system manager has granted; ``data`` is the receipt."""

    __slots__ = ()


class RequestRevoked(RequestMoved):
    """What the order led to has been removed."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class MoveRefused:
    """Somebody tried what the rules do not allow. Kept: the try is evidence."""

    request_id: int | None
    trigger: str
    reason: str
    actor: Actor
    at: datetime
    guards: tuple[Mapping[str, Any], ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskAsked:
    """These people are asked now (at the start, as deputies, or by escalation), and all that a mail says of it.

    ``waited_for``: ids of those who were asked before and have not answered. ``mailbox`` is told as well.
    ``passed_on_by`` and ``reason``: who passed the task on, and why. ``is_again``: somebody had been asked before.
    """

    task_id: int
    kind: str
    asked: tuple[Asked, ...]
    at: datetime
    due_on: date
    lapses_on: date | None = None
    round: int = 1
    request_id: int | None = None
    grant_id: int | None = None
    matter_id: int | None = None
    log_check_id: int | None = None
    waited_for: tuple[int, ...] = ()
    mailbox: str = ""
    passed_on_by: int | None = None
    reason: str = ""
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """The task needs no more answers: its links die."""

    task_id: int
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskReassigned:
    """Somebody passed the task on, within the step's authority; ``request_id`` is the order that it is about."""

    task_id: int
    from_id: int
    to_id: int
    actor: Actor
    at: datetime
    reason: str = ""
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class TaskEscalated:
    """Nobody answered, so ``asked`` are asked as well."""

    task_id: int
    act: str
    asked: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class EmploymentChanged:
    """The directory says something else than last time. Never published for ``unknown``."""

    person_id: int
    before: str
    after: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CatalogueLoaded:
    """A catalogue file took effect. ``packages`` and ``pairs``: codes and number of those that changed (G13)."""

    file: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    actor: Actor
    at: datetime
    packages: tuple[str, ...] = ()
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class AppointmentChanged:
    """A role was given or ended; ``what`` and ``data`` say which."""

    appointment_id: int
    what: str
    person_id: int
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailFailed:
    """A mail did not reach its receiver and will not be tried again."""

    outbox_id: int
    task_id: int | None
    recipient_id: int | None
    error: str


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A person logged in, or tried to."""

    person_id: int | None
    login: str
    succeeded: bool
    at: datetime
    method: str
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
