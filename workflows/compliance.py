"""W13, F13: an account of a system outside the directory beside what was granted: six states, and what is missing.

Every moment is a local date. A list is as of the day on which it was taken from the system: what was granted or removed
since then it cannot know, and that is never held against anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

APPROVED, IMPLIED, NOT_APPROVED = "approved", "implied", "not_approved"
ORPHAN, PENDING_REMOVAL, VIOLATION = "orphan", "pending_removal", "in_violation"
MISSING, CLOSED = "missing", "closed"  # a right without an account; an account that opens nothing
STATES = (VIOLATION, ORPHAN, NOT_APPROVED, MISSING, PENDING_REMOVAL, IMPLIED, APPROVED, CLOSED)
MISMATCHES = (VIOLATION, ORPHAN, NOT_APPROVED, MISSING)  # F13
FRESH_DAYS = 7  # nothing new is concluded from an older list
DORMANT_DAYS, DORMANT_DAYS_PHYSICAL = 90, 180  # F6
LONGEST_SERVICE_DAYS = 366  # a named person answers for it, to a day (C8, orphan and service accounts)
IN_USE, GOING = ("active", "pending_activation"), ("revocation_pending", "expired")
ANY = ""  # the level of an account where the list tells none
NOBODY, SEVERAL, KNOWN = "nobody", "several", "known"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the list. ``level``: a level's code, or ANY. ``who``: KNOWN, NOBODY or SEVERAL people.

    ``has_left``: the employment has ended, and ``left_on`` when, if that is known. ``service_until``: the last day for
    which somebody who works here answers for it as a service account.
    """

    level: str = ANY
    is_enabled: bool = True
    who: str = KNOWN
    has_left: bool = False
    left_on: date | None = None
    service_until: date | None = None


@dataclass(frozen=True, slots=True)
class Right:
    """A right in the system, standing or not. ``ended_on``: when its removal was confirmed, or should have been.

    ``gives_more_than``: codes of levels that it gives all of.
    """

    id: int
    level: str
    status: str
    source: str = "request"
    granted_on: date = date.min
    ended_on: date | None = None
    gives_more_than: frozenset[str] = frozenset()

    def is_for(self, level: str) -> bool:
        """True where it is a right to just that level."""
        return level in (ANY, self.level)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``state`` is one of STATES, ``why`` a code of it, ``right`` what it rests on. ``days``: for how long, if open."""

    state: str
    why: str
    right: Right | None = None
    days: int | None = None


def judge(account: Account, rights: Sequence[Right], taken_on: date, today: date) -> Verdict:
    """How one account stands to the rights of its person in the system; ``rights`` newest first."""
    if not account.is_enabled:
        return Verdict(CLOSED, "disabled")
    if account.who != KNOWN:
        return _of_nobody(account, today)
    own = [right for right in rights if right.is_for(account.level)]
    if account.has_left:
        going = _first(own, GOING)
        if going is not None and not _is_late(going, today):
            return Verdict(PENDING_REMOVAL, "removal_ordered", going)
        return Verdict(VIOLATION, "left", going, _days(account.left_on, today))
    return _standing(own, rights, account) or _ended(own, taken_on, today) or _without(rights)


def missing(
    rights: Sequence[Right], accounts: Sequence[tuple[Account, Verdict]], taken_on: date
) -> list[tuple[Right, str]]:
    """The rights of one person that the list should have had an account for, and why it has none that is open."""
    found = []
    for right in rights:
        is_due = right.status == "active" and right.source != "emergency" and right.granted_on < taken_on
        if is_due and not any(_stands_for(account, verdict, right) for account, verdict in accounts):
            is_closed = any(not account.is_enabled and right.is_for(account.level) for account, _ in accounts)
            found.append((right, "disabled" if is_closed else "no_account"))
    return found


def is_fresh(taken_on: date, today: date) -> bool:
    """False when the list is so old that nothing may be concluded from it."""
    return (today - taken_on).days <= FRESH_DAYS


def is_dormant(used_on: date | None, taken_on: date, *, physical: bool = False) -> bool:
    """F6: nobody had logged in for so long when the list was taken. Where it does not tell, nothing is concluded."""
    longest = DORMANT_DAYS_PHYSICAL if physical else DORMANT_DAYS
    return used_on is not None and (taken_on - used_on).days > longest


def _of_nobody(account: Account, today: date) -> Verdict:
    if account.service_until is not None and account.service_until >= today:
        return Verdict(IMPLIED, "service")
    if account.who == SEVERAL:
        return Verdict(ORPHAN, "several")
    return Verdict(ORPHAN, "service_over" if account.service_until else "nobody")


def _standing(own: Sequence[Right], rights: Sequence[Right], account: Account) -> Verdict | None:
    """By a right that is in use: to the level, or to one that gives all of it."""
    if right := _first(own, IN_USE):
        return Verdict(IMPLIED, "legacy", right) if right.source == "legacy" else Verdict(APPROVED, "granted", right)
    higher = [right for right in rights if account.level in right.gives_more_than]
    if right := _first(higher, IN_USE):
        return Verdict(IMPLIED, "higher", right)
    return None


def _ended(own: Sequence[Right], taken_on: date, today: date) -> Verdict | None:
    """By a right that rests, or is on its way out, or is gone."""
    if right := _first(own, ("suspended",)):
        return Verdict(VIOLATION, "suspended", right)
    right = _first(own, GOING) or _first(own, ("revoked",))
    if right is None:
        return None
    if right.status == "revoked" and right.ended_on is not None and right.ended_on >= taken_on:
        return Verdict(PENDING_REMOVAL, "removed_since", right)
    if right.status in GOING and not _is_late(right, today):
        return Verdict(PENDING_REMOVAL, "removal_ordered", right)
    return Verdict(VIOLATION, "still_there", right, _days(right.ended_on, today))


def _without(rights: Sequence[Right]) -> Verdict:
    if right := _first(rights, IN_USE):
        return Verdict(VIOLATION, "wrong_level", right)
    return Verdict(NOT_APPROVED, "no_right")


def _stands_for(account: Account, verdict: Verdict, right: Right) -> bool:
    """One account at another level than was granted is one mismatch, not two."""
    if not account.is_enabled:
        return False
    return right.is_for(account.level) or (verdict.right == right and verdict.why in ("wrong_level", "higher"))


def _first(rights: Sequence[Right], statuses: Collection[str]) -> Right | None:
    return next((right for right in rights if right.status in statuses), None)


def _is_late(right: Right, today: date) -> bool:
    return right.ended_on is not None and right.ended_on < today


def _days(since: date | None, today: date) -> int | None:
    return max((today - since).days, 0) if since is not None else None
