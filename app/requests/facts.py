"""From rows to the frozen Case: everything that the rules may see of one order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import String, cast, exists, literal, select, union_all

from app import clock
from app.catalogue import holders
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.directory import queries as directory
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.grants.models import Grant
from app.requests import definitions
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from workflows.case import Case, EmploymentStatus, Level, OrdererAuthority, Party, Profile

UNDER_WAY = ("requested", "waiting_prerequisites", "manager_approved", "owner_approved", "returned")
HELD = ("pending_activation", "active", "suspended")


@dataclass(frozen=True, slots=True)
class People:
    """Everyone around an order, read with one statement for each question."""

    chain: list[Person] = field(default_factory=list)
    owners: list[Person] = field(default_factory=list)
    managers: list[Person] = field(default_factory=list)
    board_managers: list[Person] = field(default_factory=list)
    coordinators: list[Person] = field(default_factory=list)
    it_managers: list[Person] = field(default_factory=list)
    absent: dict[int, list[Person]] = field(default_factory=dict)
    standing: dict[int, list[Person]] = field(default_factory=dict)

    def everyone(self) -> Iterable[Person]:
        """All of them, for the question who is away."""
        groups = (self.chain, self.owners, self.managers, self.board_managers, self.coordinators, self.it_managers)
        return (person for group in groups for person in group)


def party(person: Person, absent: dict[int, list[Person]] | None = None) -> Party:
    """A person as the rules see one: who is on leave can be asked only where a deputy answers instead."""
    status = EmploymentStatus(person.employment_status)
    away_with_deputy = status is EmploymentStatus.ON_LEAVE and bool(absent and absent.get(person.id))
    return Party(
        id=person.id,
        name=person.display_name,
        status=status,
        starts_on=person.starts_on,
        ends_on=person.ends_on,
        employment_form=person.employment_form,
        board=person.unit.board if person.unit else "",
        may_act=status is EmploymentStatus.ACTIVE or away_with_deputy,
    )


def subject_party(person: Person, evidence: Evidence | None) -> Party:
    """The subject, with what the directory says at this moment rather than what the tables remember."""
    known = party(person)
    if evidence is None:
        return known
    return replace(
        known,
        status=evidence.status,
        starts_on=evidence.starts_on or known.starts_on,
        ends_on=evidence.ends_on,
        employment_form=evidence.form,
    )


def level_facts(level: AccessLevel, today: date) -> Level:
    """What the rules need of a level and its system."""
    process = catalogue.process_of(level)
    installed = definitions.installed().get(process)
    return Level(
        system=level.system.code,
        code=level.code,
        profile=Profile(level.profile),
        is_base=level.is_base,
        board=level.system.board,
        confidentiality=catalogue.confidentiality_of(level),
        scope_kind=level.scope_kind,
        max_days=level.max_days,
        max_days_hourly=level.max_days_hourly,
        active=level.active,
        lifecycle=level.system.lifecycle,
        guideline_valid=catalogue.guideline_valid(level.system, today),
        process_installed=installed is not None and level.profile in installed.profiles,
        orderer_required=catalogue.orderer_required(level),
    )


def people_around(subject: Person, level: AccessLevel, today: date) -> People:
    """Who may be asked about an order of ``level`` for ``subject``; three statements."""
    board = subject.unit.board if subject.unit else level.system.board
    asked = holders.answerable(level.system_id, board, today)
    found = People(
        chain=directory.line_managers(subject.id),
        owners=asked["system_owner"],
        managers=asked["system_manager"],
        board_managers=asked["board_manager"],
        coordinators=asked["infosec_coordinator"],
        it_managers=asked["it_manager"],
    )
    deputies = holders.all_deputies_of({person.id for person in found.everyone()}, today)
    return replace(found, absent=deputies[True], standing=deputies[False])


def authority_to_order(
    orderer: Person, subject: Person, system_id: int, today: date, managers: list[Person] | None = None
) -> OrdererAuthority | None:
    """Why ``orderer`` may order for ``subject`` (G5), or None. ``managers``: the subject's, where they are known."""
    if orderer.id == subject.id:
        return OrdererAuthority.SELF
    chain = [p.id for p in (directory.line_managers(subject.id) if managers is None else managers)]
    if chain[:1] == [orderer.id]:
        return OrdererAuthority.LINE_MANAGER
    if orderer.id in chain[1:2]:
        return OrdererAuthority.NEXT_LEVEL_MANAGER
    if subject.unit_id is not None and catalogue.orderer_covers(orderer.id, subject.unit_id, system_id, today):
        return OrdererAuthority.AUTHORISED_ORDERER
    return None


def has_base_grant(subject_id: int) -> bool:
    """Gate two (G2): an active grant of the base level."""
    held = exists().where(Grant.subject_id == subject_id, Grant.status == "active", Grant.level_id == AccessLevel.id)
    return db.session.scalar(select(AccessLevel.id).where(AccessLevel.is_base, held).limit(1)) is not None


def duplicates(order: AccessRequest) -> tuple[str, ...]:
    """Case numbers of open orders and live grants of the same subject, level and scope (G4)."""
    same = (
        AccessRequest.subject_id == order.subject_id,
        AccessRequest.level_id == order.level_id,
        AccessRequest.scope == order.scope,
    )
    found = select(AccessRequest.case_number).where(
        *same, AccessRequest.state.in_(UNDER_WAY), AccessRequest.id != order.id
    )
    if order.kind != "new":
        return tuple(db.session.scalars(found))
    held = select(literal("grant:") + cast(Grant.id, String)).where(
        Grant.subject_id == order.subject_id,
        Grant.level_id == order.level_id,
        Grant.scope == order.scope,
        Grant.status.in_(HELD),
    )
    return tuple(db.session.scalars(union_all(found, held)))


def case_for(order: AccessRequest, *, now: datetime, actor_id: int | None, evidence: Evidence | None) -> Case:
    """The order as the rules see it at ``now``. ``evidence`` None means: what the tables remember."""
    today = clock.local(now).date()
    # A granted order asks nobody any more: what comes of it is the right's affair.
    people = People() if order.state == "granted" else people_around(order.subject, order.level, today)
    actor = db.session.get(Person, actor_id) if actor_id is not None else None
    group = {
        "line_managers": people.chain,
        "system_owners": people.owners,
        "system_managers": people.managers,
        "board_managers": people.board_managers,
        "coordinators": people.coordinators,
        "it_managers": people.it_managers,
    }
    return Case(
        subject=subject_party(order.subject, evidence),
        level=level_facts(order.level, today),
        today=today,
        state=order.state,
        kind=order.kind,
        round=order.round,
        resume_state=order.resume_state,
        actor=party(actor) if actor else None,
        orderer=party(order.orderer),
        orderer_authority=authority_to_order(order.orderer, order.subject, order.level.system_id, today, people.chain)
        if order.state in ("draft", "returned")
        else OrdererAuthority(order.orderer_authority),
        scope=order.scope,
        valid_from=order.valid_from,
        valid_to=order.valid_to,
        justification=order.justification,
        has_base_grant=has_base_grant(order.subject_id),
        duplicates=duplicates(order) if order.state in ("draft", "returned") else (),
        decisions=tasks.decisions(order.id, order.round) if order.state != "draft" else (),
        deputies=_parties(people.absent),
        standing_deputies=_parties(people.standing),
        **{name: tuple(party(p, people.absent) for p in persons) for name, persons in group.items()},
    )


def _parties(deputies: dict[int, list[Person]]) -> dict[int, tuple[Party, ...]]:
    return {person_id: tuple(party(p) for p in found) for person_id, found in deputies.items()}
