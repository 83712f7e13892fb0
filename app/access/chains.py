"""Why somebody has what they have: the log of each access, in order, with what each answer rested on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.access.held import Held
from app.db import rows_of

# The orders that made and extended the rights, what has happened to the rights themselves, and the finding that an
# order put right afterwards. Refused tries, questions and reminders are not why somebody has anything: the page of the
# order's whole log has them.
EVENTS = text("""
WITH orders AS (
  SELECT id AS grant_id, request_id FROM access_grant WHERE id = ANY(:grants) AND request_id IS NOT NULL
UNION
  SELECT grant_id, id FROM access_request WHERE grant_id = ANY(:grants) AND kind = 'extend'
), found AS (
  SELECT orders.grant_id, e.id FROM orders JOIN audit_event e ON e.request_id = orders.request_id
  WHERE e.object_type IN ('request', 'emergency')
UNION
  SELECT e.object_id, e.id FROM audit_event e WHERE e.object_type = 'grant' AND e.object_id = ANY(:grants)
UNION
  SELECT orders.grant_id, e.id FROM orders JOIN access_request r ON r.id = orders.request_id
  JOIN audit_event e ON e.object_type = 'finding' AND e.object_id = r.finding_id AND e.event = 'finding.opened'
)
SELECT found.grant_id, e.at, e.event, coalesce(actor.display_name, '') AS who, e.actor_role AS role,
  coalesce(behind.display_name, '') AS on_behalf_of, e.channel, e.reason, e.state_to,
  coalesce(r.case_number, '') AS case_number,
  coalesce(e.evidence ->> 'status', '') AS employment, coalesce(e.evidence ->> 'server', '') AS server,
  (e.evidence ->> 'looked_up_at')::timestamptz AS looked_up_at,
  jsonb_array_length(e.guards) AS checks
FROM found JOIN audit_event e ON e.id = found.id
LEFT JOIN person actor ON actor.id = e.actor_id
LEFT JOIN person behind ON behind.id = e.on_behalf_of_id
LEFT JOIN access_request r ON r.id = e.request_id
WHERE e.at <= :at AND e.event NOT LIKE '%.refused'
ORDER BY e.at, e.id
""")


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that happened. ``role`` is the authority that ``who`` acted with; empty names mean the product itself.

    ``employment`` is what the directory said of the subject then (a status, or empty where nobody looked), ``server``
    which one, ``looked_up_at`` when. ``checks``: how many rules were asked, each of which let it pass.
    """

    at: datetime
    event: str
    who: str
    role: str
    on_behalf_of: str
    channel: str
    reason: str
    state_to: str
    case_number: str
    employment: str
    server: str
    looked_up_at: datetime | None
    checks: int


@dataclass(frozen=True, slots=True)
class Access:
    """A right and why it is held."""

    held: Held
    chain: tuple[Link, ...]

    def first(self, *events: str) -> Link | None:
        """The first link of one of these kinds."""
        return next((link for link in self.chain if link.event in events), None)


def of(held: Sequence[Held], at: datetime) -> list[Access]:
    """Each right with its chain as it was at the moment, oldest link first; one statement for all."""
    found: Mapping[int, list[Link]] = _links([one.id for one in held], at) if held else {}
    return [Access(one, tuple(found.get(one.id, ()))) for one in held]


def _links(grant_ids: Sequence[int], at: datetime) -> Mapping[int, list[Link]]:
    links: dict[int, list[Link]] = defaultdict(list)
    for row in rows_of(EVENTS, {"grants": list(grant_ids), "at": at}):
        columns = row._asdict()
        links[columns.pop("grant_id")].append(Link(**columns))
    return links
