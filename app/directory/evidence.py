"""What a decision about employment rests on: who was asked, when, what it said (rules.md C0.3, G1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.directory.account import Account
from workflows.case import EmploymentStatus


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer about one person. ``person_id`` is None for somebody who is not in our tables.

    ``attributes`` holds only what the status rests on: no name, no personnummer, so that it may be kept and shown
    also for a protected identity. ``accounts`` is what was read; it is not part of the stored form.
    """

    person_id: int | None
    employee_number: str
    status: EmploymentStatus
    reason: str
    looked_up_at: datetime
    server: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    form: str = "permanent"
    snapshot_id: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    accounts: tuple[Account, ...] = field(default=(), compare=False, repr=False)

    def as_json(self) -> dict[str, Any]:
        """The stored form: plain JSON values only."""
        return {
            "person_id": self.person_id,
            "employee_number": self.employee_number,
            "status": self.status.value,
            "reason": self.reason,
            "starts_on": _iso(self.starts_on),
            "ends_on": _iso(self.ends_on),
            "form": self.form,
            "server": self.server,
            "looked_up_at": self.looked_up_at.isoformat(),
            "snapshot_id": self.snapshot_id,
            "attributes": dict(self.attributes),
        }


def deciding_attributes(accounts: Sequence[Account]) -> dict[str, Any]:
    """What of ``accounts`` the rule of field.md B6 looks at, as plain JSON."""
    return {
        "accounts": [
            {
                "object_guid": account.object_guid,
                "login": account.login,
                "employee_type": account.employee_type,
                "enabled": account.enabled,
                "in_disabled_ou": account.in_disabled_ou,
                "expires_on": _iso(account.expires_on),
                "starts_on": _iso(account.starts_on),
                "created_at": _iso(account.created_at),
            }
            for account in sorted(accounts, key=lambda account: account.object_guid)
        ]
    }


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
