"""What has happened to the processes themselves, in the past tense; ``app/reactions.py`` says what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.events import Actor, RequestMoved

PRODUCT = Actor(None, "system", "system")


@dataclass(frozen=True, slots=True)
class WorkflowChanged:
    """A version of a process got another status; ``digest`` is of its text. The subclasses say which status."""

    version_id: int
    process: str
    version: int
    digest: str
    actor: Actor
    at: datetime
    reason: str = ""
    instead_of: int | None = None


class WorkflowProposed(WorkflowChanged):
    """Somebody, or the product, proposes the version; ``reason`` says why."""

    __slots__ = ()


class WorkflowActivated(WorkflowChanged):
    """Another person made the version the one that new orders start with, ``instead_of`` the one before."""

    __slots__ = ()


class WorkflowProved(WorkflowChanged):
    """The worker has looked at every course of the version; ``reason`` is unsafe where it found something."""

    __slots__ = ()


class WorkflowWithdrawn(WorkflowChanged):
    """The proposal will not be used; ``reason`` says why."""

    __slots__ = ()


class RequestMovedToVersion(RequestMoved):
    """Somebody moved the order to another version of its process, by ``data``; it stands in the same state."""

    __slots__ = ()
