"""An emergency right: it begins at once, lasts for its hours, and ends by itself (rules.md C7).

Callers hold the transaction. Every act locks the emergency's row first, so that an extension and the end that come at
the same moment do not both happen.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import update

from app import clock
from app.db import db
from app.errors import Conflict, Forbidden, NotAllowed
from app.events import publish
from app.grants import emergency_control as control
from app.grants import emergency_people as people
from app.grants import emergency_queries as queries
from app.grants import services
from app.grants.emergency_control import told
from app.grants.models import Emergency, Grant
from workflows import clocks, emergency
from workflows import emergency_events as events
from workflows.case import Case
from workflows.events import TIME, Actor, RequestGranted
from workflows.grant_events import GrantRevocationOrdered, GrantRevoked

OVER, ORDINARY = "emergency_over", "emergency_replaced"


def begin(event: RequestGranted, case: Case, grant: Grant) -> Emergency:
    """The right is granted: from now it has its hours, and the control is asked."""
    today = clock.local(event.at).date()
    assert case.orderer is not None and event.actor.person_id is not None
    days = {step.name: clocks.due_on(step.clock, today, clock.calendar()) for step in emergency.STEPS.values()}
    begun = Emergency(
        grant_id=grant.id,
        request_id=event.request_id,
        subject_id=case.subject.id,
        level_id=grant.level_id,
        orderer_id=case.orderer.id,
        granted_by_id=event.actor.person_id,
        granted_for_id=event.actor.on_behalf_of_id,
        granted_at=event.at,
        expires_at=emergency.ends_at(event.at, _end_of(case.subject.ends_on)),
        deferred=[*case.courses_missing, *filter(None, [case.agreement_missing])],
        approve_by=days[emergency.AFTER_APPROVAL.name],
        follow_up_by=days[emergency.FOLLOW_UP.name],
        close_by=days[emergency.CLOSING.name],
    )
    db.session.add(begun)
    db.session.flush()
    publish(told(events.EmergencyBegan, begun, event.actor, event.at, expires_at=begun.expires_at.isoformat()))
    for step in (emergency.AFTER_APPROVAL, emergency.FOLLOW_UP):
        control.ask(step, begun, event.at)
    return begun


def _end_of(day: date | None) -> datetime | None:
    return datetime.combine(day + timedelta(days=1), time.min, clock.zone()) if day else None


def last_day(case: Case, now: datetime) -> date:
    """The local date on which the right that is granted now ends by itself."""
    return clock.local(emergency.ends_at(now, _end_of(case.subject.ends_on)) - timedelta(seconds=1)).date()


def extend(emergency_id: int, hours: int, reason: str, *, actor: Actor, now: datetime) -> Emergency:
    """Let it last ``hours`` more, once and at most to 72 in all.

    Raises Forbidden for whom the rules do not name, Conflict when it has ended or has been extended, NotAllowed:
    too_many_hours, reason_too_short, personnummer.
    """
    found = queries.held(emergency_id)
    assert actor.person_id is not None
    if not people.may_extend(found, actor.person_id, clock.local(now).date()):
        raise Forbidden("not_your_emergency")
    if found.ended_at is not None or found.expires_at <= now:  # also when nobody has noticed yet that it is over
        raise Conflict("emergency_over")
    if found.extended_at is not None:
        raise Conflict("emergency_extended")
    control.check_text(reason, "reason")
    if hours not in emergency.extensions(found.granted_at, found.expires_at):
        raise NotAllowed("too_many_hours", field="hours")
    found.expires_at += timedelta(hours=hours)
    found.extended_at, found.extended_by_id, found.extension_reason = now, actor.person_id, reason.strip()
    until = clock.local(found.expires_at).date()
    right = update(Grant).where(Grant.id == found.grant_id)
    db.session.execute(right.values(valid_to=until, version=Grant.version + 1))
    db.session.flush()
    facts = {"hours": hours, "expires_at": found.expires_at.isoformat()}
    publish(told(events.EmergencyExtended, found, actor, now, reason.strip(), **facts))
    return found


def expire(emergency_id: int, now: datetime) -> bool:
    """End a right whose moment has passed, and order its removal; False when it is not so (any more).

    Where the holder has got the same right in the ordinary way meanwhile there is nothing to remove.
    """
    found = queries.held(emergency_id)
    if found.ended_at is not None or found.expires_at > now:
        return False
    if queries.has_ordinary(found):
        _give_way(found, now)
        return True
    return services.order_revocation(found.grant, reason=OVER, actor=TIME, now=now, status="expired")


def _give_way(found: Emergency, now: datetime) -> None:
    gone = {"status": "revoked", "revoke_reason": ORDINARY, "revoked_at": now}
    db.session.execute(update(Grant).where(Grant.id == found.grant_id).values(version=Grant.version + 1, **gone))
    db.session.expire(found.grant)
    publish(GrantRevoked(found.grant_id, found.request_id, TIME, now, {"reason": ORDINARY}))
    _ended(found, ORDINARY, TIME, now)


def removal_ordered(event: GrantRevocationOrdered) -> None:
    """The right ends, by its hours or before them: from now only the control is left (a reaction)."""
    if db.session.get_one(Grant, event.grant_id).source != "emergency":
        return  # read already, so an ordinary removal costs no statement here
    found = queries.of_grant(event.grant_id)
    if found is not None and found.ended_at is None:
        _ended(queries.held(found.id), event.reason, event.actor, event.at)


def _ended(found: Emergency, reason: str, actor: Actor, now: datetime) -> None:
    found.ended_at, found.end_reason = now, reason
    db.session.flush()
    publish(told(events.EmergencyOver, found, actor, now, reason, expires_at=found.expires_at.isoformat()))
    control.close_if_done(found, now)
