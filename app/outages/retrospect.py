"""What the rules may see of a form: the case as it was on the day of the paper, and as it is now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, select, text

from app import clock
from app.db import db
from app.directory.evidence import Evidence
from app.grants.models import Grant
from app.outages import routine
from app.outages.models import Outage
from app.outages.paper_models import PaperOrder
from app.requests import facts, ordering
from workflows import paper as rules
from workflows.case import Case
from workflows.retrace import Signed, case_then, party_then

HELD = ("pending_activation", "active", "suspended")
# What the subject had at that moment, whatever has become of it since.
HAD = text("""
SELECT coalesce(bool_or(is_base), false) AS has_base,
  coalesce(array_agg('grant:' || access_grant.id ORDER BY access_grant.id) FILTER (WHERE level_id = :level AND
    scope = :scope), '{}') AS same
FROM access_grant JOIN access_level ON access_level.id = level_id
WHERE subject_id = :subject AND (is_base OR level_id = :level) AND valid_from <= :day
  AND (source LIKE 'legacy%' OR granted_at <= :at)
  AND (revoked_at IS NULL OR revoked_at > :at) AND (valid_to IS NULL OR valid_to >= :day)
""")


class _Had(NamedTuple):
    has_base: bool
    same: tuple[str, ...]


def cases(paper: PaperOrder, evidence: Evidence, now: datetime) -> tuple[Case, Case]:
    """The case as of the paper's day, and as of now. Both are drafts: nobody had sent anything.

    Why the orderer might order is as of then, as in every order that has been sent. What the tables do not keep for
    earlier days (who leads whom, how the catalogue was) is as it is now.
    """
    values = {
        "kind": "new",
        "scope": paper.scope,
        "valid_from": paper.valid_from,
        "valid_to": paper.valid_to,
        "justification": paper.purpose,
        "answers": _answers(paper),
    }
    order = ordering.unsaved(values, level=paper.level, subject=paper.subject, orderer=paper.orderer, now=now)
    day, until = clock.local(paper.occurred_at).date(), last_day(paper)
    then = facts.case_for(order, now=paper.occurred_at, actor_id=None, evidence=evidence)
    today = facts.case_for(order, now=now, actor_id=None, evidence=evidence)
    had = _had(paper, day)
    return (
        replace(
            case_then(then, day), written_on=day, paper_until=until, has_base_grant=had.has_base, duplicates=had.same
        ),
        replace(today, written_on=day, paper_until=until, orderer_authority=then.orderer_authority),
    )


def _answers(paper: PaperOrder) -> dict[str, str]:
    """What the form's lines say, by the names of the questions that an ordinary order is asked (C3)."""
    said = {"is_licensed": paper.is_licensed, "has_siths": paper.has_siths}
    ticked = {name: "yes" for name, is_set in said.items() if is_set}
    analysis = paper.need_analysis_ref.strip()
    return ticked | ({"need_analysis_ref": analysis} if analysis else {})


def last_day(paper: PaperOrder) -> date:
    """The last day that the right may have (C12)."""
    outage = db.session.get_one(Outage, paper.outage_id)
    assert outage.ended_at is not None
    return rules.last_day(routine.of(outage), clock.local(outage.ended_at).date(), clock.calendar())


def signed(paper: PaperOrder, day: date) -> Signed:
    """Who did what on the paper, as they were on that day."""
    owner = party_then(facts.party(paper.owner), day) if paper.owner else None
    return Signed(
        manager=party_then(facts.party(paper.manager), day),
        executor=party_then(facts.party(paper.executor), day),
        owner=owner,
        employment_checked=paper.employment_checked,
    )


def _had(paper: PaperOrder, day: date) -> _Had:
    about = {"subject": paper.subject_id, "level": paper.level_id, "scope": paper.scope}
    row = db.session.execute(HAD, {**about, "day": day, "at": paper.occurred_at}).one()
    return _Had(row.has_base, tuple(row.same))


def has_live_right(paper: PaperOrder) -> bool:
    """True when the subject holds the very same right otherwise."""
    same = (Grant.subject_id == paper.subject_id, Grant.level_id == paper.level_id, Grant.scope == paper.scope)
    return bool(db.session.scalar(select(exists().where(*same, Grant.status.in_(HELD)))))
