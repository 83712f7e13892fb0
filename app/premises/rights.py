"""The rights that a tag carries follow it: they begin with the receipt, and rest while it is lost or blocked."""

from __future__ import annotations

from datetime import datetime

from app.grants import activating, suspending
from app.premises.models import Credential
from workflows.events import Actor

LOST, BLOCKED = "credential_lost", "credential_blocked"  # why a right rests (app/grants/suspending.py)


def begin(credential: Credential, actor: Actor, now: datetime) -> None:
    """The holder has the tag: what waited for it begins, and what rested for want of one goes on."""
    for grant in credential.grants:
        if grant.status == "pending_activation":
            activating.activate(grant, actor=actor, now=now)
        else:
            for reason in (LOST, BLOCKED):
                suspending.resume(grant, reason=reason, actor=actor, now=now)


def rest(credential: Credential, reason: str, actor: Actor, now: datetime) -> None:
    """Nobody passes with a tag that is lost, blocked or handed back."""
    for grant in credential.grants:
        suspending.suspend(grant, reason=reason, actor=actor, now=now)
