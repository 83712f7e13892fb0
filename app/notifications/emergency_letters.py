"""Mails about emergency access (rules.md C7). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| told, what began | emergency_told | subject, orderer, coordinators | it holds, to what moment, and what follows |
| told, what extended | emergency_told | subject, orderer | its new moment |
| told, what over | emergency_told | subject, orderer | it has ended |
| told, what disapproved | emergency_told | orderer, coordinators | the manager did not approve it afterwards |
"""

from __future__ import annotations

from datetime import datetime

from app.notifications.letter import About, Letter, To, iso, stored


def told(what: str, to: To, about: About, *, until: datetime) -> Letter:
    """``what`` has happened with the right. ``until``: its moment on the municipality's clock."""
    moment = {"until_day": iso(until.date()), "until_time": f"{until:%H.%M}"}
    return Letter(
        key=f"emergency:{what}:{about.thing}:{to.person_id}:{to.role}",
        template="emergency_told",
        recipient_id=to.person_id,
        data=stored(about, names={}, role=to.role, told=what, **moment),
    )
