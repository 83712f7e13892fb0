"""What people do about findings, one or many at once, all or none (rules.md C13). Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.catalogue.models import AccessLevel
from app.db import db
from app.directory import queries as directory
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants import services as grants
from app.grants.models import Grant
from app.reconciliation import services
from app.reconciliation.models import Finding
from workflows import findings as rules
from workflows.events import Actor
from workflows.findings import OrderAfterwardsAsked

SOURCE = "found"  # of a right that nobody granted: it is put on record so that its removal can be ordered
WHY = "finding"
IN_USE = ("pending_activation", "active", "suspended")
GOING = ("revocation_pending", "expired")
AT_WORK = "active"
ACTS = ("remove", "order", "accept", "explain")


@dataclass(frozen=True, slots=True)
class Act:
    """What is done: ``name`` one of ACTS, with why, and until when a risk is accepted."""

    name: str
    reason: str = ""
    until: date | None = None


def settle(found: Sequence[Finding], act: Act, actor: Actor, now: datetime) -> None:
    """Do it about each. Raises NotAllowed beside ``reason``, ``until`` or ``act``: nothing_chosen, not_self,
    not_removable, nobody_orders, until_needed and what services.accept and explain raise; Conflict when one is settled.
    """
    if not found:
        raise NotAllowed("nothing_chosen", field="chosen")
    for finding in sorted(found, key=lambda one: one.id):
        if finding.person_id is not None and finding.person_id == actor.person_id:
            raise NotAllowed("not_self", field="act")
        if act.name == "accept":
            if act.until is None:
                raise NotAllowed("until_needed", field="until")
            services.accept(finding.id, act.reason, act.until, actor, now)
        elif act.name == "explain":
            services.explain(finding.id, act.reason, actor, now)
        else:
            _begin(finding, act, actor, now)


def is_removable(finding: Finding) -> bool:
    """True where what was found is somebody's access, which can be removed or ordered afterwards."""
    kind = rules.KINDS.get(finding.type)
    return kind is not None and kind.removable and finding.person_id is not None


def _begin(finding: Finding, act: Act, actor: Actor, now: datetime) -> None:
    """Somebody deals with it; the next readings say when it is done."""
    held = db.session.get_one(Finding, finding.id, with_for_update={"of": Finding}, populate_existing=True)
    if held.state not in rules.OPEN:
        raise Conflict("finding_settled")
    if not is_removable(held) or held.person_id is None:
        raise NotAllowed("not_removable", field="act")
    levels = tuple(sorted({int(said["level"]) for said in held.evidence.values()}))
    if act.name == "order":
        _ask_manager(held, held.person_id, levels, actor=actor, now=now)
        return
    for level_id in levels:
        remove(held, level_id, actor, now)
    services.assign(held.id, actor, now)


def _ask_manager(finding: Finding, person_id: int, levels: tuple[int, ...], *, actor: Actor, now: datetime) -> None:
    """The nearest manager at work is to order it, if it is needed. Raises NotAllowed(nobody_orders)."""
    above = [one for one in directory.line_managers(person_id) if one.employment_status == AT_WORK]
    if not above:
        raise NotAllowed("nobody_orders", field="act")
    services.assign(finding.id, actor, now, asked=above[0].id)
    publish(OrderAfterwardsAsked(finding.id, person_id, levels, above[0].id, actor, now))


def remove(finding: Finding, level_id: int, actor: Actor, now: datetime) -> None:
    """Order the removal of what stands, or of what nobody granted; nothing where it is ordered already."""
    assert finding.person_id is not None
    person_id = finding.person_id
    wanted = select(Grant).where(Grant.subject_id == person_id, Grant.level_id == level_id, Grant.revoked_at.is_(None))
    rights = db.session.scalars(wanted.order_by(Grant.id).with_for_update(of=Grant)).all()
    if any(right.status in GOING for right in rights):
        return
    if not rights:
        rights = [_put_on_record(person_id, level_id, actor, now)]
    for right in rights:
        grants.order_revocation(right, reason=WHY, actor=actor, now=now)


def _put_on_record(person_id: int, level_id: int, actor: Actor, now: datetime) -> Grant:
    level = db.session.get_one(AccessLevel, level_id)
    values: dict[str, Any] = {
        "subject_id": person_id,
        "level_id": level.id,
        "valid_from": clock.local(now).date(),
        "valid_to": None,
        "source": SOURCE,
        "status": "active",
        "granted_by_id": None,
    }
    return grants.issue(values, actor=actor, now=now, receipt={"finding": True})
