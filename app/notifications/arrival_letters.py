"""Mails about newcomers (rules.md C1). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| arrived | arrivals | the manager | who has come and has no base order; all of them in one mail |
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.notifications.letter import Letter, iso

URL_PATH = "/arrivals/"


def arrived(manager_id: int, day: date, names: Sequence[str], count: int) -> Letter:
    """``names`` of those who may be named, of ``count`` people; one mail a manager and day."""
    data = {"names": sorted(names), "count": count, "unnamed": count - len(names), "url_path": URL_PATH}
    return Letter(key=f"arrivals:{iso(day)}:{manager_id}", template="arrivals", recipient_id=manager_id, data=data)
