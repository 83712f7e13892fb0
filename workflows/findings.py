"""W13, what the directory has and nobody granted: how grave it is, by when, and its moves (rules.md C13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from workflows.calendar import WorkingCalendar
from workflows.clocks import Firing, schedule
from workflows.definition import Clock, Escalation
from workflows.events import Actor

BY_LEVEL = ""  # as grave as the level's confidentiality says
HIGH_FROM, MEDIUM_FROM = 3, 2  # confidentiality (C13, F1)
DUE_DAYS: Mapping[str, int] = {"high": 2, "medium": 5, "low": 15}  # working days (C0.4)
OPEN = ("open", "assigned", "reopened")
LONGEST_RISK_DAYS = 183


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of C13. ``severity`` empty: by level. ``settled`` only by an act or by the directory: no risk to accept.

    ``number``: as the rules count them. ``removable``: there is access behind it, whose removal can be ordered.
    """

    number: str
    severity: str = BY_LEVEL
    acceptable: bool = True
    removable: bool = False


@dataclass(frozen=True, slots=True)
class OrderAfterwardsAsked:
    """Whoever runs the system has asked somebody's manager to order afterwards what nobody had, if it is needed."""

    finding_id: int
    person_id: int
    level_ids: tuple[int, ...]
    manager_id: int
    actor: Actor
    at: datetime


KINDS: Mapping[str, Kind] = {
    "unapproved_membership": Kind("F1", removable=True),
    "copied_account": Kind("F2", "high"),
    "grant_without_membership": Kind("F3", "medium", removable=True),
    "orphan_account": Kind("F4", "high"),
    "leaver_has_access": Kind("F5", "high", acceptable=False, removable=True),
    "dormant": Kind("F6", "low", removable=True),
    "nested_path": Kind("F7", "medium"),
    "uncatalogued_group": Kind("F8", "low"),
    "manager_missing": Kind("F9", "medium"),
    "expired_still_member": Kind("F10", "high", acceptable=False, removable=True),
    "toxic_combination": Kind("F11", "high"),
    "role_gap": Kind("F12", "medium"),
    "manual_mismatch": Kind("F13", removable=True),
    "shared_or_generic": Kind("F14", "high"),
}


def severity(kind: str, confidentiality: int) -> str:
    """high, medium or low: the rule's own, or high from K3, medium for K2, else low."""
    own = KINDS[kind].severity if kind in KINDS else BY_LEVEL
    by_level = "high" if confidentiality >= HIGH_FROM else "medium" if confidentiality >= MEDIUM_FROM else "low"
    return own or by_level


def clock_of(grave: str) -> Clock:
    """Two, five or fifteen working days; the owner hears a day after that, the coordinators five. Never lapses."""
    escalations = (Escalation("system_owner", 1), Escalation("coordinator", 5))
    return Clock(due=DUE_DAYS[grave], anchor="due", reminders=(-1, 0), escalations=escalations)


def due_on(grave: str, found: date, calendar: WorkingCalendar) -> date:
    """By when it is to be settled."""
    return calendar.add(found, DUE_DAYS[grave])


def firings(grave: str, due: date, rung: int, today: date, calendar: WorkingCalendar) -> tuple[Firing, ...]:
    """What has had its day and is not told: that it was found, then what C0.4 says. ``rung``: how many are told."""
    found = calendar.add(due, -DUE_DAYS[grave])
    every = (Firing("ask", found), *schedule(clock_of(grave), found, calendar))
    return tuple(firing for firing in every[rung:] if firing.on <= today)
