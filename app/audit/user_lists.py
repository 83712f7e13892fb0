"""Lists of accounts and service accounts in the log (rules.md C13)."""

from __future__ import annotations

from app.audit.services import record
from workflows.list_events import ServiceAccountAccepted, UserListMoved


def list_moved(event: UserListMoved) -> None:
    """Handed in, mapped, applied or dropped."""
    record(
        f"user_list.{event.what}",
        actor=event.actor,
        at=event.at,
        object_type="user_list",
        object_id=event.list_id,
        data={"system": event.system_id, **event.data},
    )


def service_accepted(event: ServiceAccountAccepted) -> None:
    """An account without a person, and who answers for it."""
    record(
        "service_account.accepted",
        actor=event.actor,
        at=event.at,
        object_type="service_account",
        object_id=event.service_id,
        reason=event.reason,
        data={
            "system": event.system_id,
            "login": event.login,
            "responsible": event.responsible_id,
            "until": event.until.isoformat(),
        },
    )
