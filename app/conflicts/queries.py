"""Reading toxic pairs: which there are, who has both levels of one, which exemptions there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Row, or_, select, text
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.catalogue.models import AccessLevel, ToxicPair
from app.conflicts.models import ToxicExemption
from app.db import db
from app.errors import NotFound

SHOWN = 500
EXEMPTIONS_SHOWN = 200
WITH_LEVELS = (joinedload(ToxicPair.first), joinedload(ToxicPair.second))
# Everybody who holds both levels of an active pair, however many: one statement of the database, no loop of ours.
VIOLATORS = text("""
SELECT * , count(*) OVER () AS total FROM (
  SELECT DISTINCT ON (pair.id, person.id) pair.id AS pair_id, person.id AS person_id, person.display_name,
    person.sort_key, coalesce(unit.name, '') AS unit, pair.mode, greatest(one.valid_from, other.valid_from) AS since,
    exemption.id AS exemption_id, exemption.status AS exemption_status, exemption.valid_to AS exempt_until,
    coalesce(exemption.status = 'approved' AND exemption.valid_to >= :today, false) AS is_exempt
  FROM toxic_pair AS pair
  JOIN access_grant AS one ON one.level_id = pair.first_level_id AND one.status = ANY (:live)
  JOIN access_grant AS other ON other.level_id = pair.second_level_id AND other.status = ANY (:live)
    AND other.subject_id = one.subject_id
    AND (NOT pair.same_scope OR one.scope = '' OR other.scope = '' OR lower(one.scope) = lower(other.scope))
  JOIN person ON person.id = one.subject_id LEFT JOIN unit ON unit.id = person.unit_id
  LEFT JOIN toxic_exemption AS exemption ON exemption.pair_id = pair.id AND exemption.subject_id = person.id
    AND exemption.status IN ('asked', 'approved')
  WHERE pair.active AND pair.id = ANY (:pairs)
  ORDER BY pair.id, person.id, exemption.status = 'approved' DESC NULLS LAST, exemption.valid_to DESC
) AS violator
ORDER BY is_exempt, mode = 'record', sort_key, person_id, pair_id LIMIT :shown
""")
LIVE = ["pending_activation", "active", "suspended", "revocation_pending", "expired"]


def pair(pair_id: int) -> ToxicPair:
    """The pair with its levels. Raises NotFound."""
    found = db.session.get(ToxicPair, pair_id, options=WITH_LEVELS)
    if found is None:
        raise NotFound()
    return found


def pairs(system_ids: Collection[int] | None) -> Sequence[ToxicPair]:
    """The active pairs, or those with a level of one of the systems; in the order of the catalogue's systems."""
    first, second = aliased(AccessLevel), aliased(AccessLevel)
    wanted = select(ToxicPair).options(*WITH_LEVELS).where(ToxicPair.active)
    wanted = wanted.join(first, ToxicPair.first).join(second, ToxicPair.second)
    if system_ids is not None:
        wanted = wanted.where(or_(first.system_id.in_(system_ids), second.system_id.in_(system_ids)))
    return db.session.scalars(wanted.order_by(first.system_id, first.position, ToxicPair.id)).all()


def of_level(level_id: int) -> Sequence[ToxicPair]:
    """The active pairs that the level belongs to."""
    sides = or_(ToxicPair.first_level_id == level_id, ToxicPair.second_level_id == level_id)
    wanted = select(ToxicPair).options(*WITH_LEVELS).where(ToxicPair.active, sides)
    return db.session.scalars(wanted.order_by(ToxicPair.id)).all()


def violators(pair_ids: Sequence[int], today: date) -> Sequence[Row[tuple[object, ...]]]:
    """Whoever holds both levels of one of the pairs, those without an exemption first; one statement.

    At most ``SHOWN`` rows; ``total`` of each says how many there are.
    """
    given = {"pairs": list(pair_ids), "today": today, "live": LIVE, "shown": SHOWN}
    return db.session.execute(VIOLATORS, given).all()


def exemption(exemption_id: int) -> ToxicExemption:
    """The exemption with its people and its pair. Raises NotFound."""
    found = db.session.get(ToxicExemption, exemption_id, options=_with_all())
    if found is None:
        raise NotFound()
    return found


def exemptions(pair_ids: Sequence[int]) -> Sequence[ToxicExemption]:
    """The exemptions from the pairs, newest first, at most ``EXEMPTIONS_SHOWN``."""
    wanted = select(ToxicExemption).options(*_with_all()).where(ToxicExemption.pair_id.in_(pair_ids))
    return db.session.scalars(wanted.order_by(ToxicExemption.id.desc()).limit(EXEMPTIONS_SHOWN)).all()


def _with_all() -> tuple[ORMOption, ...]:
    people = (ToxicExemption.subject, ToxicExemption.asked_by, ToxicExemption.owner, ToxicExemption.coordinator)
    return (joinedload(ToxicExemption.pair).options(*WITH_LEVELS), *map(joinedload, people))
