"""Reviews of what people have (rules.md C8 W8): stages of a campaign, who answers for a right, and what silence does.

A campaign asks the line manager of each holder whether the right is still needed. To decide is not to apply: nothing
happens to a right before the campaign applies, and until then every answer can be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows.calendar import WorkingCalendar
from workflows.case import Profile
from workflows.personal_numbers import find_personnummer

STATES = ("planned", "open", "grace", "applying", "closed", "cancelled")
# move -> from which states, to which
MOVES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "open": (("planned",), "open"),
    "end": (("open",), "grace"),
    "apply": (("open", "grace"), "applying"),
    "close": (("applying",), "closed"),
    "cancel": (("planned", "open", "grace"), "cancelled"),
}
KINDS = ("system", "unit", "person")
KEEP, CHANGE, REMOVE = VERDICTS = ("keep", "change", "remove")
WORKING_DAYS, STRICT_DAYS, GRACE_DAYS = 15, 10, 5
REMOVE_AFTER, CHANGE_WITHIN = 5, 10  # working days from the application to the removal
REMINDERS = (5, 2)  # working days before the last day
DIRECTORY_DAYS, LIST_DAYS = 2, 7
SECRET = 3  # from this confidentiality on, one decision a right
UNUSED_DAYS = 180
SHORTEST_NOTE, LONGEST_NOTE = 20, 1000
BREAKER_PERCENT, BREAKER_FEWEST = 25, 5
HASTY_SECONDS = 3
# What silence does: rest at once and go later, be told of and go later, or stay and be counted.
SUSPEND, NOTICE, STAY = "suspend", "notice", "stay"
SILENCE: Mapping[str, str] = {
    Profile.BASIC: STAY,
    Profile.STANDARD: NOTICE,
    Profile.SENSITIVE: SUSPEND,
    Profile.PRIVILEGED: SUSPEND,
    Profile.PHYSICAL: SUSPEND,
}


def next_state(state: str, move: str) -> str | None:
    """The state after a move; None where the move may not be made from there."""
    sources, target = MOVES[move]
    return target if state in sources else None


def is_strict(profile: str, confidentiality: int) -> bool:
    """Is each right decided by itself, with no answer for several at once?"""
    return profile in (Profile.SENSITIVE, Profile.PRIVILEGED) or confidentiality >= SECRET


def silence(profile: str) -> str:
    """What happens when nobody has answered after the grace. What nobody knows is removed after a notice."""
    return SILENCE.get(profile, NOTICE)


def last_day(opened: date, calendar: WorkingCalendar, *, is_strict: bool) -> date:
    """Until when the reviewers may answer."""
    return calendar.add(opened, STRICT_DAYS if is_strict else WORKING_DAYS)


def hindrances(
    now: datetime, today: date, *, directory_read: datetime | None, oldest_list: date | None
) -> tuple[str, ...]:
    """Why the scope may not be frozen by what is known: directory_old, list_old. No list: no hindrance.

    ``today`` is the local date: lists are dated by it.
    """
    found = []
    if directory_read is None or now - directory_read > timedelta(days=DIRECTORY_DAYS):
        found.append("directory_old")
    if oldest_list is not None and (today - oldest_list).days > LIST_DAYS:
        found.append("list_old")
    return tuple(found)


def fault(verdict: str, note: str, *, profile: str, may_wait: bool = False) -> str:
    """What is wrong with an answer: a code, or empty. To keep what is privileged needs a reason in words."""
    if verdict not in VERDICTS:
        return "" if may_wait and not verdict else "answer_needed"
    if find_personnummer(note):
        return "personnummer"
    if len(note) > LONGEST_NOTE:
        return "note_too_long"
    if verdict == KEEP and profile == Profile.PRIVILEGED and len(note.strip()) < SHORTEST_NOTE:
        return "reason_to_keep"
    return ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a right when somebody is to answer for it. ``peers`` of ``colleagues`` with the same title in
    the same unit hold it too. ``used_on``: the last login, where the system tells it.
    """

    today: date
    findings: int = 0
    is_inherited: bool = False
    used_on: date | None = None
    peers: int = 0
    colleagues: int = 0


def recommend(known: Known) -> tuple[str, str]:
    """What the product would answer, and why: a verdict or empty, and the code of the reason. It decides nothing."""
    if known.findings:
        return REMOVE, "finding"
    if known.used_on is not None and (known.today - known.used_on).days > UNUSED_DAYS:
        return REMOVE, "unused"
    if known.colleagues >= 3 and known.peers * 2 >= known.colleagues:
        return KEEP, "peers"
    if known.colleagues >= 3 and known.peers == 0:
        return "", "alone"
    if known.is_inherited:
        return "", "inherited"
    return KEEP, "ordered"


def stops(removed: int, total: int, percent: int = BREAKER_PERCENT) -> bool:
    """Would the application take so large a share away that somebody must look first?"""
    return removed > BREAKER_FEWEST and removed * 100 > total * percent


def reminder(today: date, due: date, calendar: WorkingCalendar) -> int | None:
    """Which reminder a reviewer has coming: 1 or 2, or None while it is far off. A missed one is caught up."""
    left = calendar.between(today, due)
    return max((n for n, before in enumerate(REMINDERS, 1) if left <= before), default=None)


def reference(campaign_id: int, year: int) -> str:
    """What people call a campaign: GRANSK-2026-7."""
    return f"GRANSK-{year}-{campaign_id}"
