"""What an order placed from a finding does to it (rules.md C13, resolved_regularised). Most are reactions.

While the order is under way somebody deals with the finding. Granted, the order has put it right; rejected, the removal
of what is there is ordered; taken back or lapsed, the finding is anybody's again.
"""

from __future__ import annotations

from sqlalchemy import text

from app.db import db, rows_of
from app.reconciliation import services, settling
from app.reconciliation.models import OPEN, Finding
from workflows.events import RequestMoved

# The levels of the evidence that the order is of: the ordered one, or one that is had by the same group.
PIECES = text("""
SELECT e.key, seen.id AS level_id FROM access_request r JOIN access_level l ON l.id = r.level_id
JOIN finding f ON f.id = r.finding_id CROSS JOIN LATERAL jsonb_each(f.evidence) e
JOIN access_level seen ON seen.id = (e.value ->> 'level')::int
WHERE r.id = :request AND (seen.id = l.id
  OR l.directory_group <> '' AND lower(seen.directory_group) = lower(l.directory_group)) ORDER BY e.key
""")


def order_began(event: RequestMoved) -> None:
    """Somebody deals with the finding."""
    if event.case is not None and event.case.regularises is not None:
        services.assign(event.case.regularises, event.actor, event.at)


def order_granted(event: RequestMoved) -> None:
    """What the order gave is found no more; the finding is settled by it when nothing else was found."""
    finding = _open(event)
    if finding is None:
        return
    given = {key for key, _level in _pieces(event)}
    left = {key: said for key, said in finding.evidence.items() if key not in given}
    if left:
        services.narrow(finding, left, event.request_id, event.actor, event.at)
    else:
        services.regularise(finding, event.request_id, event.actor, event.at)


def order_rejected(event: RequestMoved) -> None:
    """Nobody wants it: its removal is ordered."""
    finding = _open(event)
    if finding is None or finding.person_id is None:
        return
    for level_id in sorted({level for _key, level in _pieces(event)}):
        settling.remove(finding, level_id, event.actor, event.at)


def order_came_to_nothing(event: RequestMoved) -> None:
    """The order was taken back, lapsed or ended: nobody deals with the finding, and it is as late as it was."""
    finding = _open(event)
    if finding is not None and finding.state == "assigned":
        services.give_back(finding, event.actor, event.at)


def asked_for(finding_id: int) -> str:
    """The case number of the order that is to put the finding right; nothing where none is under way."""
    named = text("""SELECT case_number FROM access_request
      WHERE finding_id = :id AND submitted_at IS NOT NULL AND ended_at IS NULL ORDER BY id DESC LIMIT 1""")
    return db.session.scalar(named, {"id": finding_id}) or ""


def _open(event: RequestMoved) -> Finding | None:
    if event.case is None or event.case.regularises is None:
        return None
    finding = services.held(event.case.regularises)
    return finding if finding.state in OPEN else None


def _pieces(event: RequestMoved) -> list[tuple[str, int]]:
    return [(row.key, row.level_id) for row in rows_of(PIECES, {"request": event.request_id})]
