"""The monthly check of a sensitive system's log (rules.md C3 loggkontroll, IK-08): whose use of it somebody looks at.

Each month some of the system's users are drawn at random, and the owner looks in the system's own log at what they did.
The log itself never enters the product: only that it was looked at, by whom, and what came of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date

from workflows.case import Profile
from workflows.definition import Clock, Escalation, Step
from workflows.personal_numbers import find_personnummer

KIND = "log_check"
SECRET = 3  # from this confidentiality on every level of the system is checked
FEWEST, PERCENT = 5, 2
MOST_MONTHS = 12  # what nobody drew for longer than this is not drawn any more
MOST_CASES = 9_999
FINE, DEVIATION, UNCHECKED = RESULTS = ("fine", "deviation", "unchecked")
SHORTEST_NOTE, SHORTEST_ACTION, LONGEST = 10, 20, 2000

CHECK = Step(
    name=KIND,
    state="drawn",
    task=KIND,
    ask="system_owner",
    otherwise=("board_manager", "coordinator", "it_manager"),
    clock=Clock(
        due=10,
        reminders=(5, 8),
        escalations=(Escalation("deputy", 11), Escalation("board_manager", 15), Escalation("coordinator", 15)),
    ),
)


def is_checked(confidentiality: int, profile: str) -> bool:
    """True for a level whose use is checked: any of a system in K3, and what is sensitive in another."""
    return confidentiality >= SECRET or profile == Profile.SENSITIVE


def needed(users: int) -> int:
    """How many are drawn of so many users: five or 2 %, whichever is more; all where they are fewer."""
    return min(users, max(FEWEST, -(-users * PERCENT // 100)))


def lot(seed: str, user: int) -> str:
    """The user's lot: SHA-256 of ``seed:number`` in hexadecimal, the same on any machine and in any language."""
    return hashlib.sha256(f"{seed}:{user}".encode("ascii")).hexdigest()


def draw(seed: str, users: Collection[int]) -> tuple[int, ...]:
    """Those with the lowest lots, as many as are needed, lowest first. Whoever has the seed can draw the same again."""
    lots = sorted((lot(seed, user), user) for user in set(users))
    return tuple(user for _lot, user in lots[: needed(len(lots))])


def month_before(day: date) -> date:
    """The first day of the month before the day's own."""
    return date(day.year - 1, 12, 1) if day.month == 1 else date(day.year, day.month - 1, 1)


def month_after(day: date) -> date:
    """The first day of the month after the day's own."""
    return date(day.year + 1, 1, 1) if day.month == 12 else date(day.year, day.month + 1, 1)


def months_due(drawn: Collection[date], today: date) -> tuple[date, ...]:
    """The months to draw, earliest first, each by its first day: every one that is over, from the first that was drawn
    on, and is not ``drawn``. Where none was, only the last month.
    """
    last = month_before(today)
    month, due = min(drawn, default=last), []
    while month <= last:
        due += [month] if month not in drawn else []
        month = month_after(month)
    return tuple(due[-MOST_MONTHS:])


def reference(system_code: str, month: date) -> str:
    """What people call the check of a month: LOGG-PRO-SOC-2026-10."""
    return f"LOGG-{system_code}-{month:%Y-%m}"


def fault(result: str, note: str, *, is_final: bool) -> str:
    """What is wrong with the answer about one person: a code, or empty. Before the end an answer may be missing."""
    if not result:
        return "answer_needed" if is_final or note.strip() else ""
    if result not in RESULTS:
        return "answer_needed"
    if result != FINE and len(note.strip()) < SHORTEST_NOTE:
        return "note_needed"
    return text_fault(note)


def action_fault(action: str, *, has_deviation: bool) -> str:
    """What is wrong with the words about what was done: a code, or empty. A deviation needs some."""
    if has_deviation and len(action.strip()) < SHORTEST_ACTION:
        return "action_needed"
    return text_fault(action)


def text_fault(text: str) -> str:
    """personnummer or too_long, or empty."""
    if find_personnummer(text):
        return "personnummer"
    return "too_long" if len(text) > LONGEST else ""
