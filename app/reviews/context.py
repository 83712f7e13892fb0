"""What a reviewer sees beside each right: the order, findings, last login, what colleagues hold, and a recommendation.

A statement for each kind of fact, however many rights there are. The tables belong to other rooms and are named in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from app.db import db
from app.reviews.models import ReviewItem
from workflows import access_review as rules

ORDERS = text("SELECT id, case_number, justification FROM access_request WHERE id = ANY (:ids)")
FINDINGS = text("""
SELECT person_id, system_id, count(*) AS found FROM finding
WHERE state IN ('open', 'assigned', 'reopened') AND person_id = ANY (:subjects) GROUP BY person_id, system_id
""")
USED = text("""
SELECT a.person_id, l.system_id, max(a.used_on) AS used_on FROM user_list_account a JOIN user_list l ON l.id = a.list_id
WHERE l.state = 'current' AND a.person_id = ANY (:subjects) AND a.used_on IS NOT NULL GROUP BY a.person_id, l.system_id
""")
PEERS = text("""
SELECT i.subject_id, i.level_id, count(DISTINCT c.id) AS colleagues, count(DISTINCT g.subject_id) AS peers
FROM unnest(CAST(:subjects AS integer[]), CAST(:levels AS integer[])) AS i (subject_id, level_id)
  JOIN person p ON p.id = i.subject_id
  JOIN person c ON c.unit_id = p.unit_id AND c.title = p.title AND c.id <> p.id AND c.employment_status = 'active'
  LEFT JOIN access_grant g ON g.subject_id = c.id AND g.level_id = i.level_id AND g.status IN ('active', 'suspended')
WHERE p.title <> '' GROUP BY i.subject_id, i.level_id
""")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of one right beyond its own row. ``advice``: the verdict that is recommended, or empty; ``why``:
    the code of its reason.
    """

    case_number: str
    purpose: str
    findings: int
    used_on: date | None
    peers: int
    colleagues: int
    advice: str
    why: str


def of(items: Sequence[ReviewItem], today: date) -> Mapping[int, Context]:
    """By the right's id; four statements, none for no rights."""
    if not items:
        return {}
    subjects, levels = [i.subject_id for i in items], [i.level_id for i in items]
    orders = {r.id: r for r in _rows(ORDERS, ids=[i.request_id for i in items if i.request_id is not None])}
    findings = {(r.person_id, r.system_id): r.found for r in _rows(FINDINGS, subjects=subjects)}
    used = {(r.person_id, r.system_id): r.used_on for r in _rows(USED, subjects=subjects)}
    peers = {(r.subject_id, r.level_id): r for r in _rows(PEERS, subjects=subjects, levels=levels)}

    def one(item: ReviewItem) -> Context:
        order, peer = orders.get(item.request_id), peers.get((item.subject_id, item.level_id))
        known = rules.Known(
            today=today,
            findings=findings.get((item.subject_id, item.system_id), 0),
            is_inherited=item.source == "legacy",
            used_on=used.get((item.subject_id, item.system_id)),
            peers=peer.peers if peer else 0,
            colleagues=peer.colleagues if peer else 0,
        )
        number, purpose = (order.case_number, order.justification) if order else ("", "")
        advice, why = rules.recommend(known)
        return Context(number, purpose, known.findings, known.used_on, known.peers, known.colleagues, advice, why)

    return {item.grant_id: one(item) for item in items}


def _rows(statement: Any, **values: Any) -> Sequence[Any]:
    return db.session.execute(statement, values).all()
