"""What has happened to people's roles: as ``events``, for those who stand in, order for others or hand a role over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class DeputyNamed:
    """``deputy_id`` acts for ``person_id`` between two local dates, inclusive; ``absence`` as in W16."""

    deputyship_id: int
    person_id: int
    deputy_id: int
    valid_from: date
    valid_to: date
    absence: bool
    actor: Actor
    at: datetime
    reason: str = ""


class DeputyEnded(DeputyNamed):
    """That is over before its last day; ``reason`` is withdrawn or employment_ended."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OrdererMoved:
    """An authorised orderer's appointment went on (authorised_orderer.yaml); ``person_id`` is the orderer.

    ``reason`` of an end: withdrawn, expired, moved, employment_ended.
    """

    orderer_id: int
    person_id: int
    trigger: str
    state_from: str
    state_to: str
    actor: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrdererAsked:
    """Somebody is asked to accept, register or confirm an orderer: which, its definition says by state."""

    orderer_id: int
    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HandoverMoved:
    """A handover of a role went on (role_handover.yaml)."""

    handover_id: int
    trigger: str
    state_from: str
    state_to: str
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
