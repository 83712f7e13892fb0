"""Guards about who decides: nobody about themselves (G6), and not one person for two (G7)."""

from __future__ import annotations

from workflows.case import OWNER_PROFILES, Case, GuardResult
from workflows.guard_results import passed, refuses


def not_self(case: Case) -> GuardResult:
    """G6: nobody decides about their own access, nor about an order of their own."""
    actor, orderer = _ids(case)
    inputs = {"actor": actor, "subject": case.subject.id, "orderer": orderer}
    if actor is None or actor in (case.subject.id, orderer):
        return refuses("G6", inputs, "not_self")
    return passed("G6", inputs)


def four_eyes(case: Case) -> GuardResult:
    """G7: sensitive and privileged need different people, also behind deputies; standard is let through and flagged."""
    actor, orderer = _ids(case)
    behind = {d.on_behalf_of for d in case.decisions if d.on_behalf_of is not None}
    deciders = sorted({d.person_id for d in case.decisions} | behind)
    inputs = {"actor": actor, "orderer": orderer, "deciders": deciders}
    if actor is not None and actor != orderer and actor not in deciders:
        return passed("G7", inputs)
    if case.level.profile in OWNER_PROFILES:
        return refuses("G7", inputs, "four_eyes")
    return passed("G7", inputs, "same_person_granted")


def _ids(case: Case) -> tuple[int | None, int | None]:
    return case.actor.id if case.actor else None, case.orderer.id if case.orderer else None
