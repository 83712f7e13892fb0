"""Mails about assignments (rules.md C1). As ``letters``: they write nothing.

| Function | Template | To | Tells |
|---|---|---|---|
| told | assignment_told | sponsor; who is above; coordinators | registered, ending, sponsor_left, sponsor_named ... |

What they tell depends on ``what`` (registered, extended, ending, sponsor_left, sponsor_named, suspended, ended) and on
``role`` (sponsor, manager or coordinator).
"""

from __future__ import annotations

from datetime import date

from app.notifications.letter import Letter, To, iso


def told(to: To, what: str, occasion: str, *, assignment_id: int, name: str, ends_on: date) -> Letter:
    """Something has happened to an assignment. ``name`` of whose it is, empty where it may not be written."""
    return Letter(
        key=f"assignment:{assignment_id}:{what}:{occasion}:{to.person_id}",
        template="assignment_told",
        recipient_id=to.person_id,
        data={
            "what": what,
            "role": to.role,
            "name": name,
            "ends_on": iso(ends_on),
            "url_path": f"/assignments/{assignment_id}",
        },
    )
