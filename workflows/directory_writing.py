"""When the product writes to the directory, what it never touches, and when a person takes over (issue "The directory
is the truth", fulfilment in AD).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.case import EmploymentStatus
from workflows.events import Actor

ADD, REMOVE = "add", "remove"
MOST_TRIES = 5
LONGEST_BACK_OFF = timedelta(minutes=60)
LEASE = timedelta(minutes=10)  # longer than any one write: each step has the settings' time-out
FIRST_ORDINARY = 1000  # smaller relative identifiers are the domain's own: Domain Admins is 512
BUILT_IN = b"\x01\x02\x00\x00\x00\x00\x00\x05\x20\x00\x00\x00"  # S-1-5-32: Administrators, Users ...
EMPLOYED = frozenset({EmploymentStatus.ACTIVE, EmploymentStatus.ON_LEAVE})
# Nobody has refused: the directory cannot tell, or it cannot be begun yet. It waits for as long as it takes.
PATIENT = frozenset({"directory_unavailable", "employment_unknown", "not_employed", "no_account"})
# Trying again would change nothing.
SEPARATE_ACCOUNT = "separate_account"  # of a privileged level, which no everyday account is put into (rules.md C3)
HOPELESS = frozenset({"not_in_catalogue", "protected_group", "changed_row", SEPARATE_ACCOUNT})


@dataclass(frozen=True, slots=True)
class DirectoryWriteMoved:
    """An act on a group came a step further. ``what``: queued, confirmed, handed_over, dropped, retried."""

    write_id: int
    grant_id: int
    request_id: int | None
    what: str
    actor: Actor
    at: datetime
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class GrantProvisioned:
    """The holder is in the group that the right is: the directory has confirmed it, or somebody who put them in."""

    grant_id: int
    request_id: int | None
    actor: Actor
    at: datetime


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 2, 4 ... minutes, at most an hour."""
    return min(timedelta(minutes=2 ** min(max(attempts - 1, 0), 10)), LONGEST_BACK_OFF)


def gives_up(reason: str, refusals: int) -> bool:
    """Is it for a person to do now, after so many refusals?"""
    return reason in HOPELESS or (reason not in PATIENT and refusals >= MOST_TRIES)


def hindrance(status: EmploymentStatus) -> str:
    """Why nobody with this employment is put into a group, as a code; empty when they may be. Unknown never grants."""
    if status in EMPLOYED:
        return ""
    return "employment_unknown" if status in (EmploymentStatus.UNKNOWN, EmploymentStatus.AMBIGUOUS) else "not_employed"


def is_named(group: str, named: Collection[str]) -> bool:
    """Does the active catalogue name the group? As AD compares names: without case, and otherwise to the letter."""
    return bool(group) and group.casefold() in {name.casefold() for name in named}


def is_protected(identifier: bytes, marks: Mapping[str, str]) -> bool:
    """Is the group one of the domain's own, or one that AD guards (AdminSDHolder)? ``identifier``: its objectSid."""
    relative = int.from_bytes(identifier[-4:], "little") if len(identifier) > len(BUILT_IN) else 0
    is_own = identifier.startswith(BUILT_IN) or relative < FIRST_ORDINARY
    return is_own or marks.get("admincount") == "1" or marks.get("iscriticalsystemobject", "").upper() == "TRUE"
