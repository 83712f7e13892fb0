"""Mails about who leaves (rules.md C6). As ``letters``: they write nothing. Neutral words, and never to the leaver.

| Function | Template | To | Says |
|---|---|---|---|
| planned | leavers_planned | the manager | who leaves and when; ``near``: five working days are left |
| successors | leavers_successors | the coordinator | systems whose owner leaves soon, and nobody takes over |
| account | leaver_account | who closes accounts | that one must be closed within the hour |
| confirmed | leaver_confirmed | who has asked for it | that it is ordered, and what happens |
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.notifications.letter import Letter, iso


def planned(manager_id: int, day: date, people: Sequence[tuple[str, str]], *, near: bool = False) -> Letter:
    """``people``: name, empty for who may not be named, and last day of each; one mail a manager and day."""
    which = "near" if near else "new"
    listed = sorted((last_day, name) for name, last_day in people)
    return Letter(
        key=f"leavers:{which}:{iso(day)}:{manager_id}",
        template="leavers_planned",
        recipient_id=manager_id,
        data={"people": listed, "count": len(listed), "near": near, "url_path": "/leavers/"},
    )


def successors(coordinator_id: int, day: date, systems: Sequence[tuple[str, date]]) -> Letter:
    """``systems``: name, and the owner's last day; one mail a coordinator and day. Nobody is named."""
    listed = sorted((iso(last_day), system) for system, last_day in systems)
    return Letter(
        key=f"leavers:successors:{iso(day)}:{coordinator_id}",
        template="leavers_successors",
        recipient_id=coordinator_id,
        data={"systems": listed, "count": len(listed), "url_path": "/roles/"},
    )


def account(recipient_id: int, leaver_id: int, *, task_id: int, by: datetime, login: str) -> Letter:
    """``by``: when it must be closed, on the municipality's clock; ``login``: empty for protected personal data."""
    return Letter(
        key=f"leaver_account:{leaver_id}:{recipient_id}",
        template="leaver_account",
        recipient_id=recipient_id,
        task_id=task_id,
        data={"by_day": iso(by.date()), "by_time": f"{by:%H.%M}", "login": login, "url_path": f"/tasks/{task_id}"},
    )


def confirmed(recipient_id: int, leaver_id: int, *, name: str, rights: int) -> Letter:
    """``rights``: of how many the removal is ordered."""
    return Letter(
        key=f"leaver_confirmed:{leaver_id}:{recipient_id}",
        template="leaver_confirmed",
        recipient_id=recipient_id,
        data={"name": name, "rights": rights, "url_path": f"/leavers/{leaver_id}"},
    )
