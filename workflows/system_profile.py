"""What a system must have in order, and how each thing stands (rules.md C11 content 5; seed-to-capability.md C20-C24).

Each thing is a dated attestation with its next day, or something that the product knows already. A light is a colour
with its reason: whoever does not see the colour reads the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.personal_numbers import find_personnummer

GREEN, AMBER, RED, NONE = "green", "amber", "red", "none"
POINTS: Mapping[str, int] = {GREEN: 2, AMBER: 1, RED: 0}
NEAR_DAYS = 30
MOST_DAYS = 731  # the next day lies at most two years on
OLDEST_DAYS = 731
SHORTEST_REASON, LONGEST = 10, 2000
LARGEST = 4  # of likelihood and of consequence (field.md B5: 1 to 16)
DECIDED_FROM = 9
DECISIONS = ("accept", "reduce", "avoid")
RISK_DAYS = 366  # a decision about a risk holds at most a year


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that is attested. ``needs_reference``: where the document is must be said. ``may_be_left_out``: it can
    be attested that the system does not need it. ``per_integration``: once for each integration of the system.
    """

    code: str
    needs_reference: bool = True
    may_be_left_out: bool = False
    per_integration: bool = False


PLAN, DOCUMENTATION, RISK, CONTINUITY = "plan", "documentation", "risk", "continuity"
ALARMS, AGREEMENT, REGISTER, POWER = "alarms", "agreement", "register", "power"
ROLES, GUIDELINE = "roles", "guideline"
KINDS: Mapping[str, Kind] = {
    PLAN: Kind(PLAN),
    DOCUMENTATION: Kind(DOCUMENTATION),
    RISK: Kind(RISK, needs_reference=False),
    CONTINUITY: Kind(CONTINUITY),
    ALARMS: Kind(ALARMS, needs_reference=False, may_be_left_out=True, per_integration=True),
    AGREEMENT: Kind(AGREEMENT, may_be_left_out=True),
    REGISTER: Kind(REGISTER, may_be_left_out=True),
    POWER: Kind(POWER, needs_reference=False, may_be_left_out=True),
}
# As the page shows them: what the catalogue knows, then what is attested.
ORDER = (ROLES, GUIDELINE, *KINDS)


@dataclass(frozen=True, slots=True)
class Light:
    """``colour``: green, amber, red, or none where the system does not need it. ``why``: a code; ``day``: of which day.

    ``count``: of how many, where the reason has a number.
    """

    colour: str
    why: str
    day: date | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Attested:
    """The latest attestation of one thing. ``is_needed`` False: it was said that the system does not need it."""

    done_on: date
    due_on: date
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk that is not settled. ``due_on``: of its measure. ``decision``: what the owner has said, empty until then,
    which holds to ``decided_until``.
    """

    score: int
    due_on: date | None
    decision: str = ""
    decided_until: date | None = None


def attested(latest: Attested | None, today: date) -> Light:
    """How a thing stands by its latest attestation."""
    if latest is None:
        return Light(RED, "never")
    if latest.due_on < today:
        return Light(RED, "late", latest.due_on)
    if latest.due_on <= today + timedelta(days=NEAR_DAYS):
        return Light(AMBER, "near", latest.due_on)
    return Light(GREEN, "there" if latest.is_needed else "left_out", latest.due_on)


def roles(owners: int, managers: int, fewest: int) -> Light:
    """Owner and managers who work here, against how many the system must have (IK-10)."""
    if not owners:
        return Light(RED, "no_owner")
    if managers < fewest:
        return Light(AMBER if managers else RED, "few_managers" if managers else "no_manager", count=fewest - managers)
    return Light(GREEN, "roles_filled")


def guideline(version: str, valid_to: date | None, *, required: bool, today: date) -> Light:
    """The guideline for ordering, as the catalogue has it (IK-07); ``valid_to`` is its review date."""
    if not version:
        return Light(RED, "never") if required else Light(AMBER, "guideline_advised")
    if valid_to is None:
        return Light(AMBER, "no_review_date")
    return attested(Attested(valid_to, valid_to), today)


def risks(latest: Attested | None, found: Collection[Risk], today: date) -> Light:
    """The risk analysis: gone through in time, high risks decided by the owner, measures not late."""
    undecided = [r for r in found if r.score >= DECIDED_FROM and not is_decided(r, today)]
    if undecided:
        return Light(RED, "risk_undecided", count=len(undecided))
    late = [r.due_on for r in found if r.due_on is not None and r.due_on < today and r.decision != "accept"]
    whole = attested(latest, today)
    if late and whole.colour != RED:
        return Light(AMBER, "measure_late", min(late), len(late))
    return whole


def is_decided(risk: Risk, today: date) -> bool:
    """The owner has decided about it, and the decision still holds."""
    return bool(risk.decision) and (risk.decided_until is None or risk.decided_until >= today)


def continuity(latest: Attested | None, next_drill: date | None, today: date) -> Light:
    """The plan for outages with its test (IK-09): a plan that was never tried is no green one."""
    whole = attested(latest, today)
    if whole.colour == RED:
        return whole
    if next_drill is None:
        return Light(AMBER, "never_tested")
    return Light(AMBER, "test_late", next_drill) if next_drill < today else whole


def worst(lights: Iterable[Light]) -> Light:
    """The light of several that are one thing together; none of none."""
    found = [light for light in lights if light.colour != NONE]
    if not found:
        return Light(NONE, "no_integrations")
    return min(found, key=lambda light: (POINTS[light.colour], light.day or date.max))


def score(lights: Iterable[Light]) -> int | None:
    """Readiness in whole percent, rounded down: green counts whole, amber half. None where nothing is needed."""
    points = [POINTS[light.colour] for light in lights if light.colour != NONE]
    return 100 * sum(points) // (2 * len(points)) if points else None


def attestation_fault(kind: Kind, said: Mapping[str, object], today: date) -> tuple[str, str] | None:
    """The first thing that is wrong with an attestation: field and code. ``said``: done_on, due_on, is_needed,
    reference, note.
    """
    done_on, due_on = said["done_on"], said["due_on"]
    assert isinstance(done_on, date) and isinstance(due_on, date)
    if fault := _day_fault(done_on, due_on, today):
        return fault
    reference, note = str(said["reference"]).strip(), str(said["note"]).strip()
    if not said["is_needed"]:
        if not kind.may_be_left_out:
            return "is_needed", "cannot_be_left_out"
        return ("note", "reason_needed") if len(note) < SHORTEST_REASON else text_fault("note", note)
    if kind.needs_reference and not reference:
        return "reference", "reference_needed"
    return text_fault("reference", reference) or text_fault("note", note)


def _day_fault(done_on: date, due_on: date, today: date) -> tuple[str, str] | None:
    if done_on > today:
        return "done_on", "done_later"
    if (today - done_on).days > OLDEST_DAYS:
        return "done_on", "done_too_long_ago"
    if due_on <= today or due_on <= done_on:
        return "due_on", "due_has_been"
    return ("due_on", "due_too_far") if (due_on - done_on).days > MOST_DAYS else None


def text_fault(field: str, text: str) -> tuple[str, str] | None:
    """personnummer or too_long beside the field; None when the text may be kept."""
    if find_personnummer(text):
        return field, "personnummer"
    return (field, "too_long") if len(text) > LONGEST else None


def risk_fault(score_: int, said: Mapping[str, object], today: date) -> tuple[str, str] | None:
    """The first thing that is wrong with a risk that is written down: a high one needs a measure with its day."""
    measure, due_on = str(said["measure"]).strip(), said["due_on"]
    if score_ >= DECIDED_FROM and not measure:
        return "measure", "measure_needed"
    if measure and due_on is None:
        return "due_on", "day_needed"
    if isinstance(due_on, date) and due_on < today:
        return "due_on", "due_has_been"
    return text_fault("text", str(said["text"])) or text_fault("measure", measure)


def decision_fault(decision: str, reason: str, until: date, today: date) -> tuple[str, str] | None:
    """The first thing that is wrong with what the owner decides about a risk."""
    if decision not in DECISIONS:
        return "decision", "choose_decision"
    if len(reason.strip()) < SHORTEST_REASON:
        return "reason", "reason_needed"
    if until <= today:
        return "until", "due_has_been"
    return ("until", "decision_too_long") if (until - today).days > RISK_DAYS else text_fault("reason", reason)
