"""Mails about the checks of logs (rules.md C3). As ``letters``: they write nothing, and they name nobody drawn.

| Function | Template | To | Says |
|---|---|---|---|
| asked | task_log_check | who is asked | which system and month, how many are drawn |
| told | log_check_told | coordinators | a check found deviations: how many, and who signed it |
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.notifications import letters
from app.notifications.letter import About, Asked, Letter, iso, stored


def asked(asked: Asked, about: About, *, month: date, people: int) -> Letter:
    """Somebody is asked to check the log of a month, in which so many were drawn."""
    letter = letters.task_asked(asked, about)
    return replace(letter, data={**letter.data, "month": iso(month), "people": people})


def told(person_id: int, about: About, *, month: date, deviations: int, by_name: str) -> Letter:
    """A check is signed, and found something."""
    facts = {"month": iso(month), "deviations": deviations, "role": "coordinator"}
    return Letter(
        key=f"log_check_told:{about.thing}:{person_id}",
        template="log_check_told",
        recipient_id=person_id,
        data=stored(about, names={"by_name": by_name}, **facts),
    )
