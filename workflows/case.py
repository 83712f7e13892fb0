"""What a rule may see: a frozen picture of one order at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date
from enum import StrEnum
from typing import Any

from workflows.conditions import ORDINARY_ZONES, Traits, crossing_of
from workflows.conflict import Exemption, Holding, ToxicPair
from workflows.form_fields import Field
from workflows.matter_facts import MatterFacts


class EmploymentStatus(StrEnum):
    """field.md B6. ``unknown`` means that the directory gave no answer: never the same as no."""

    ACTIVE = "active"
    FUTURE = "future"
    ENDED = "ended"
    ON_LEAVE = "on_leave"
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


class Profile(StrEnum):
    """field.md B3: how much protection an access level needs."""

    BASIC = "basic"
    STANDARD = "standard"
    SENSITIVE = "sensitive"
    PRIVILEGED = "privileged"
    PHYSICAL = "physical"
    FORBIDDEN = "forbidden"


OWNER_PROFILES = (Profile.SENSITIVE, Profile.PRIVILEGED)  # the system owner decides too


class OrdererAuthority(StrEnum):
    """Why somebody may order for the subject (G5)."""

    SELF = "self"
    LINE_MANAGER = "line_manager"
    NEXT_LEVEL_MANAGER = "next_level_manager"
    AUTHORISED_ORDERER = "authorised_orderer"
    MANAGER = "manager"  # of somebody, not of the subject: may ask for emergency access (C7)
    SYSTEM_MANAGER = "system_manager"
    DUTY_OFFICER = "duty_officer"


@dataclass(frozen=True, slots=True)
class Party:
    """A person as the rules see one. ``may_act`` is false for who has left or whose account is disabled."""

    id: int
    name: str = ""
    status: EmploymentStatus = EmploymentStatus.ACTIVE
    starts_on: date | None = None
    ends_on: date | None = None
    employment_form: str = "permanent"
    board: str = ""
    unit: str = ""
    may_act: bool = True
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """The ordered access level with what the rules need of its system. ``access``: read, write or admin.

    ``gives_less_than``: codes of levels of the same system that give all that this one gives, and more.
    """

    system: str
    code: str
    profile: Profile = Profile.STANDARD
    is_base: bool = False
    board: str = ""
    confidentiality: int = 0
    scope_kind: str = "system"
    max_days: int | None = None
    max_days_hourly: int | None = None
    active: bool = True
    lifecycle: str = "production"
    replaced_by: str = ""
    guideline_valid: bool = True
    process_installed: bool = True
    orderer_required: bool = False
    access: str = "write"
    emergency: bool = False
    gives_less_than: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A level that is offered instead of the one that was ordered (rules.md C2)."""

    ordered: Level
    offered: Level


@dataclass(frozen=True, slots=True)
class Freeze:
    """Local dates, both inclusive, on which a system gives no new write levels (G15), and why."""

    first_day: date
    last_day: date
    reason: str = ""

    def holds(self, day: date) -> bool:
        """True when the day is one of the window's."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Decision:
    """An approval of the current round, by whom and for whom.

    ``chairs``: of a step that needs several answers, on which of its chairs they sit; none who was asked instead.
    ``board``: of the other side's approval, the subject's nämnd that it was given for (G20).
    """

    step: str
    person_id: int
    on_behalf_of: int | None = None
    chairs: tuple[str, ...] = ()
    board: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What G17 sees of an assignment of somebody without employment. Dates are local and inclusive.

    ``confirmed_on``: from which day its twelve months count: its first, or the day on which it was last extended.
    """

    kind: str
    sponsor: Party
    agreement_ref: str
    starts_on: date
    ends_on: date | None
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One order with everyone around it. Tuples are in order of preference, nearest first.

    ``line_managers`` is the chain above the subject, vacant posts left out; people in it may be unable
    to act (``may_act``), and the rules skip them upwards, never downwards. ``receiving_managers`` is the same
    above the unit with code ``receiving_unit``, where the right is to be used for a time. ``previous_level`` is what a
    change starts from, written SYSTEM.LEVEL. ``today`` is a local date.
    ``acting_for`` is whom the actor stands in for, ``step`` what the actor answers where several are asked at once.
    ``earlier_emergency``: the case number of an emergency of the last 30 days for the same subject and level (C7).
    ``freezes``: the system's windows that have not ended, earliest first.
    ``courses_missing`` and ``agreement_missing``: codes of what the level asks for and the subject does not have today.
    ``board_managers`` head the subject's nämnd, ``system_board_managers`` the system's.
    ``zones``: ordinary or special (premises.py). ``zone_owners`` answer for the special ones that are ordered,
    ``other_owners`` own the second system of a matter. ``named_roles``: who holds which role of the organisation.
    ``named_people``: whom each field of the form names.
    ``open_findings``: grave ones about the subject in the same system, but for what the order itself puts right.
    ``regularises``: the finding that the order puts right afterwards (C13).
    ``written_on`` and ``paper_until``: of a right that was given on paper in an outage, the local date of the paper,
    which is as far back as the period may begin, and the last day that it may have (C12); None for every other order.
    ``assignment``: of a subject without employment; ``assignments_on``: the municipality has opted in to them (G17).
    ``offer``: the lower level that is proposed; ``level`` is the offered one where its acceptance is looked at.
    ``questions`` are what the definition asks such an order besides, and ``answers`` what was answered, by name.
    ``account_faults``: which of them name an account that is somebody's everyday one, or somebody else's (C3).
    ``toxic_pairs`` are those of the level, ``holdings`` what the subject holds or has under way of their other sides.
    """

    subject: Party
    level: Level
    today: date
    state: str = "draft"
    kind: str = "new"
    round: int = 1
    resume_state: str | None = None
    actor: Party | None = None
    acting_for: int | None = None
    step: str = ""
    orderer: Party | None = None
    orderer_authority: OrdererAuthority | None = None
    scope: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    justification: str = ""
    previous_level: str = ""
    receiving_unit: str = ""
    line_managers: tuple[Party, ...] = ()
    receiving_managers: tuple[Party, ...] = ()
    system_owners: tuple[Party, ...] = ()
    system_managers: tuple[Party, ...] = ()
    board_managers: tuple[Party, ...] = ()
    system_board_managers: tuple[Party, ...] = ()
    coordinators: tuple[Party, ...] = ()
    it_managers: tuple[Party, ...] = ()
    zones: str = ORDINARY_ZONES
    zone_owners: tuple[Party, ...] = ()
    other_owners: tuple[Party, ...] = ()
    protection_officers: tuple[Party, ...] = ()
    named_roles: Mapping[str, tuple[Party, ...]] = default(default_factory=dict)
    named_people: Mapping[str, tuple[Party, ...]] = default(default_factory=dict)
    deputies: Mapping[int, tuple[Party, ...]] = default(default_factory=dict)
    standing_deputies: Mapping[int, tuple[Party, ...]] = default(default_factory=dict)
    has_base_grant: bool = False
    duplicates: tuple[str, ...] = ()
    earlier_emergency: str = ""
    emergency_reason: str = ""
    incident_number: str = ""
    decisions: tuple[Decision, ...] = ()
    courses_missing: tuple[str, ...] = ()
    agreement_missing: str = ""
    toxic_pairs: tuple[ToxicPair, ...] = ()
    holdings: tuple[Holding, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    written_on: date | None = None
    paper_until: date | None = None
    open_findings: tuple[str, ...] = ()
    regularises: int | None = None
    matter: MatterFacts | None = None
    assignment: Assignment | None = None
    assignments_on: bool = False
    offer: Offer | None = None
    questions: tuple[Field, ...] = ()
    account_faults: Mapping[str, str] = default(default_factory=dict)
    answers: Mapping[str, Any] = default(default_factory=dict)

    @property
    def traits(self) -> Traits:
        """What conditions of a definition may ask."""
        level, subject = self.level, self.subject
        form, board, k = subject.employment_form, subject.board, level.confidentiality
        crossing = crossing_of(board, level.board, k)
        return Traits(level.profile, self.kind, form, board, k, self.zones, crossing=crossing)


@dataclass(frozen=True, slots=True)
class GuardResult:
    """One evaluation of one guard, as it is stored (rules.md C0.3, C0.5).

    ``consequence`` of a failed guard: ``refuse`` (an error beside ``field``), ``wait`` (with ``reason``),
    or ``cancel``. A passed guard has consequence ``None``; it may still carry a ``note`` to be shown.
    """

    guard: str
    passed: bool
    reason: str = ""
    consequence: str | None = None
    field: str | None = None
    inputs: Mapping[str, Any] = default(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The stored form: plain JSON values only."""
        stored = {"guard": self.guard, "passed": self.passed, "inputs": dict(self.inputs)}
        if self.reason:
            stored["reason"] = self.reason
        if self.consequence:
            stored["consequence"] = self.consequence
        return stored
