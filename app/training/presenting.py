"""Rows for the page of my courses and agreements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from types import SimpleNamespace

from sqlalchemy import and_, column, select, table

from app import clock
from app.catalogue.models import AccessLevel, Agreement
from app.db import db
from app.training import queries
from app.training.models import Completion, Signature

SOON_WORKING_DAYS = 20
# Orders live on a floor above: one question is asked of their table by name.
ORDER = table(
    "access_request",
    *map(column, ("subject_id", "level_id", "kind", "case_number", "process", "submitted_at", "ended_at")),
)
IS_UNDER_WAY = and_(ORDER.c.submitted_at.is_not(None), ORDER.c.ended_at.is_(None), ORDER.c.process != "base_order")


def lacking_orders(person_id: int, held: queries.Has) -> list[SimpleNamespace]:
    """The person's orders under way that something is missing for, with what; the names of courses in one statement."""
    wanted = (
        select(ORDER.c.case_number, ORDER.c.kind, AccessLevel)
        .join(AccessLevel, AccessLevel.id == ORDER.c.level_id)
        .where(ORDER.c.subject_id == person_id, IS_UNDER_WAY)
        .order_by(ORDER.c.case_number)
    )
    rows = [(case, level, queries.lacking(level, kind, held)) for case, kind, level in db.session.execute(wanted)]
    return [
        SimpleNamespace(
            case_number=case,
            system=level.system.name,
            level=level.label,
            courses=lacks.courses,
            agreement=lacks.agreement,
        )
        for case, level, lacks in rows
        if lacks
    ]


def courses(found: Sequence[Completion], missing: Collection[str], today: date) -> list[SimpleNamespace]:
    """What must be taken first, then what has run out, then what I have."""
    soon = clock.calendar().add(today, SOON_WORKING_DAYS)
    known = {c.course.code for c in found}
    untaken = [code for code in missing if code not in known]
    rows = [
        SimpleNamespace(name=name, state="missing", completed_on=None, expires_on=None)
        for name in queries.course_names(untaken)
    ]
    rows += [
        SimpleNamespace(
            name=c.course.name, state=_state(c, today, soon), completed_on=c.completed_on, expires_on=c.expires_on
        )
        for c in found
    ]
    order = ("missing", "expired", "outdated", "soon", "valid")
    return sorted(rows, key=lambda row: order.index(row.state))


def _state(completion: Completion, today: date, soon: date) -> str:
    counts_from, last = completion.course.counts_from, completion.expires_on
    if counts_from is not None and completion.completed_on < counts_from:
        return "outdated"
    if last is not None and last < today:
        return "expired"
    return "soon" if last is not None and last <= soon else "valid"


def agreements(
    signed: Sequence[Signature], in_force: dict[str, Agreement], missing: Collection[str]
) -> list[SimpleNamespace]:
    """Agreements to sign first: those that an order asks for, and new versions of what I have signed."""
    latest: dict[str, Signature] = {}
    for one in signed:
        latest.setdefault(one.agreement.type, one)
    wanted = dict.fromkeys([*(t for t in missing if t in in_force), *latest])
    rows = [_agreement(in_force.get(type_), latest.get(type_)) for type_ in wanted]
    return sorted(rows, key=lambda row: row.state == "signed")


def _agreement(current: Agreement | None, signature: Signature | None) -> SimpleNamespace:
    about = current or (signature.agreement if signature else None)
    assert about is not None
    is_signed = signature is not None and (current is None or signature.agreement_id == current.id)
    return SimpleNamespace(
        type=about.type,
        name=about.name,
        state="signed" if is_signed else ("renewed" if signature else "unsigned"),
        signed_at=signature.signed_at if signature else None,
        signature_id=signature.id if signature else None,
        version=signature.agreement.version if signature else about.version,
    )
