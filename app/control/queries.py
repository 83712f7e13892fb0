"""Reading the profile of systems: what is attested, what the product knows, and how it stands; set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from app.catalogue.models import Appointment, System
from app.control.models import Attestation, SystemRisk
from app.db import db
from app.directory.models import Person
from app.errors import NotFound
from app.matters.models import Matter
from app.outages.paper_models import ContinuityTest
from workflows import system_profile as rules
from workflows.case import EmploymentStatus
from workflows.paper import next_drill
from workflows.system_profile import Light

ROLES = ("system_owner", "system_manager")
EMPLOYED = (EmploymentStatus.ACTIVE, EmploymentStatus.ON_LEAVE)
ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
RUNNING = ("in_test", "in_production", "suspended")


@dataclass(slots=True)
class Known:
    """What is known of one system. ``attested`` and ``alarms``: the latest, by kind and by the integration's id."""

    system: System
    holders: dict[str, list[Person]] = field(default_factory=lambda: {role: [] for role in ROLES})
    attested: dict[str, Attestation] = field(default_factory=dict)
    alarms: dict[int, Attestation] = field(default_factory=dict)
    integrations: list[Matter] = field(default_factory=list)
    risks: list[SystemRisk] = field(default_factory=list)
    drilled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A system with its lights, in the page's order, and its readiness in percent (None where nothing is needed)."""

    known: Known
    lights: Mapping[str, Light]
    score: int | None

    @property
    def system(self) -> System:
        """The system that it is of."""
        return self.known.system

    def of(self, colour: str) -> list[str]:
        """The things that have this colour."""
        return [code for code, light in self.lights.items() if light.colour == colour]


def profiles(systems: Collection[System], today: date, before: datetime | None = None) -> list[Profile]:
    """How each system stands, in the order given; five statements, however many there are.

    ``before``: what was attested, noted or drilled at that moment or later does not count.
    """
    known = {system.id: Known(system) for system in systems}
    if known:
        for read in (_read_roles, _read_attestations, _read_integrations, _read_risks, _read_drills):
            read(known, today, before or ALWAYS)
    return [_profile(one, today) for one in known.values()]


def profile(system: System, today: date) -> Profile:
    """How one system stands."""
    return profiles([system], today)[0]


def _read_roles(known: dict[int, Known], today: date, _before: datetime) -> None:
    wanted = (
        select(Appointment)
        .join(Appointment.person)
        .where(
            Appointment.system_id.in_(known),
            Appointment.role.in_(ROLES),
            Appointment.valid_from <= today,
            or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today),
            Person.employment_status.in_(EMPLOYED),
        )
        .options(joinedload(Appointment.person))
        .order_by(Person.sort_key, Appointment.id)
    )
    for held in db.session.scalars(wanted):
        people = known[held.system_id or 0].holders[held.role]
        if held.person not in people:
            people.append(held.person)


def _read_attestations(known: dict[int, Known], _today: date, before: datetime) -> None:
    key = (Attestation.system_id, Attestation.kind, func.coalesce(Attestation.matter_id, 0))
    wanted = (
        select(Attestation).ext(distinct_on(*key)).where(Attestation.system_id.in_(known), Attestation.made_at < before)
    )
    people = (joinedload(Attestation.responsible), joinedload(Attestation.made_by))
    for one in db.session.scalars(wanted.order_by(*key, Attestation.id.desc()).options(*people)):
        if one.matter_id is None:
            known[one.system_id].attested[one.kind] = one
        else:
            known[one.system_id].alarms[one.matter_id] = one


def _read_integrations(known: dict[int, Known], _today: date, _before: datetime) -> None:
    for matter in db.session.scalars(_integrations(known).order_by(Matter.case_number)):
        for system_id in {matter.system_id, matter.other_system_id} & known.keys():
            if system_id is not None:
                known[system_id].integrations.append(matter)


def _integrations(systems: Collection[int]) -> Select[Matter]:
    return select(Matter).where(
        Matter.process == "integration",
        Matter.state.in_(RUNNING),
        or_(Matter.system_id.in_(systems), Matter.other_system_id.in_(systems)),
    )


def _read_risks(known: dict[int, Known], _today: date, before: datetime) -> None:
    is_open = or_(SystemRisk.closed_at.is_(None), SystemRisk.closed_at >= before)
    wanted = select(SystemRisk).where(SystemRisk.system_id.in_(known), is_open, SystemRisk.noted_at < before)
    people = (selectinload(SystemRisk.responsible), selectinload(SystemRisk.decided_by))
    high = (SystemRisk.likelihood * SystemRisk.consequence).desc()
    for risk in db.session.scalars(wanted.options(*people).order_by(high, SystemRisk.id)):
        known[risk.system_id].risks.append(risk)


def _read_drills(known: dict[int, Known], today: date, before: datetime) -> None:
    wanted = select(ContinuityTest.system_id, func.max(ContinuityTest.held_on))
    held = (ContinuityTest.held_on <= today, ContinuityTest.recorded_at < before)
    grouped = wanted.where(ContinuityTest.system_id.in_(known), *held).group_by(ContinuityTest.system_id)
    for system_id, held_on in db.session.execute(grouped):
        known[system_id].drilled_on = held_on


def _profile(known: Known, today: date) -> Profile:
    lights = {code: _light(code, known, today) for code in rules.ORDER}
    return Profile(known, lights, rules.score(lights.values()))


def _light(code: str, known: Known, today: date) -> Light:
    system, latest = known.system, _said(known.attested.get(code))
    if code == rules.ROLES:
        owners, managers = (len(known.holders[role]) for role in ROLES)
        return rules.roles(owners, managers, system.min_managers)
    if code == rules.GUIDELINE:
        required = system.guideline_required
        return rules.guideline(system.guideline_version, system.guideline_valid_to, required=required, today=today)
    if code == rules.ALARMS:
        return rules.worst(alarm_light(known, matter, today) for matter in known.integrations)
    if code == rules.RISK:
        return rules.risks(latest, [_risk(r) for r in known.risks], today)
    if code == rules.CONTINUITY:
        return rules.continuity(latest, next_drill(known.drilled_on) if known.drilled_on else None, today)
    if code == rules.REGISTER and latest is None and system.personal_data == "none":
        return Light(rules.NONE, "no_personal_data")
    return rules.attested(latest, today)


def alarm_light(known: Known, matter: Matter, today: date) -> Light:
    """How the alarm list of one integration stands."""
    return rules.attested(_said(known.alarms.get(matter.id)), today)


def _said(one: Attestation | None) -> rules.Attested | None:
    return rules.Attested(one.done_on, one.due_on, one.is_needed) if one else None


def _risk(one: SystemRisk) -> rules.Risk:
    return rules.Risk(one.score, one.due_on if one.measure else None, one.decision, one.decided_until)


def systems_in_use(board: str = "") -> Sequence[System]:
    """The systems that are reported on: in production or on their way out; of one board, or of all. By name."""
    wanted = select(System).where(System.lifecycle.in_(("production", "phasing_out")))
    if board:
        wanted = wanted.where(System.board == board)
    return db.session.scalars(wanted.order_by(System.board, System.name, System.id)).all()


def board_scores(found: Collection[Profile]) -> list[tuple[str, int | None, list[Profile]]]:
    """Each board by its name, with the readiness of all its systems together, and their profiles."""
    boards: dict[str, list[Profile]] = defaultdict(list)
    for one in found:
        boards[one.system.details.get("board_name") or one.system.board].append(one)
    return [
        (name, rules.score(light for one in group for light in one.lights.values()), group)
        for name, group in sorted(boards.items())
    ]


def managers(today: date) -> Sequence[tuple[Person, str, str]]:
    """Everybody who manages a system in use and works here: person, names of the systems, their boards."""
    names = func.string_agg(func.distinct(System.name), ", ")
    boards = func.string_agg(func.distinct(System.board), ", ")
    wanted = (
        select(Person, names, boards)
        .join(Appointment, Appointment.person_id == Person.id)
        .join(System, System.id == Appointment.system_id)
        .where(
            Appointment.role == "system_manager",
            Appointment.valid_from <= today,
            or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today),
            Person.employment_status.in_(EMPLOYED),
            System.lifecycle.in_(("production", "phasing_out")),
        )
        .group_by(Person.id)
        .order_by(Person.sort_key, Person.id)
    )
    return [(person, systems, of) for person, systems, of in db.session.execute(wanted)]


def history(system_id: int) -> Sequence[Attestation]:
    """What was attested of the system, newest first."""
    wanted = select(Attestation).where(Attestation.system_id == system_id).options(joinedload(Attestation.made_by))
    return db.session.scalars(wanted.order_by(Attestation.id.desc()).limit(50)).all()


def risk(risk_id: int) -> SystemRisk:
    """The risk with its system. Raises NotFound."""
    found = db.session.scalar(select(SystemRisk).where(SystemRisk.id == risk_id).options(joinedload(SystemRisk.system)))
    if found is None:
        raise NotFound()
    return found
