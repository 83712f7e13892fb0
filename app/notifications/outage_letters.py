"""Mails about outages (rules.md C12). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| lasts | outage_lasts | who answers for it, the coordinators | day 3: it lasts; day 5: the owner decides measures |
"""

from __future__ import annotations

from app.notifications.letter import Letter


def lasts(recipient_id: int, outage_id: int, day: int, what: tuple[str, str]) -> Letter:
    """It is day 3 or 5. ``what``: the outage's kind, and the system's name or an empty text."""
    kind, system = what
    return Letter(
        key=f"outage_lasts:{outage_id}:{day}:{recipient_id}",
        template="outage_lasts",
        recipient_id=recipient_id,
        data={"day": day, "kind": kind, "system": system, "url_path": f"/outages/{outage_id}"},
    )
