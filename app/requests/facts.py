"""From rows to the frozen Case: everything that the rules may see of one order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app import clock
from app.assignments import queries as assignments
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.requests import accounts, around, definitions, emergencies, zoning
from app.requests.models import AccessRequest
from workflows import terms
from workflows.case import Case, EmploymentStatus, Level, OrdererAuthority, Party, Profile
from workflows.conditions import ORDINARY_ZONES, SPECIAL_ZONES
from workflows.definition import Workflow
from workflows.emergency import KIND

# The fields of a Case that hold people, and as what they were found around the order.
SEATS: Mapping[str, str] = {
    "line_managers": around.LINE,
    "receiving_managers": around.RECEIVING,
    "system_owners": around.OWNER,
    "system_managers": around.MANAGER,
    "board_managers": around.BOARD,
    "system_board_managers": around.SYSTEM_BOARD,
    "coordinators": around.COORDINATOR,
    "it_managers": around.IT,
    "zone_owners": around.ZONE,
    "protection_officers": around.PROTECTION,
}


def party(person: Person) -> Party:
    """The subject, the orderer or whoever acts, as the rules see one."""
    status = EmploymentStatus(person.employment_status)
    return Party(
        id=person.id,
        name=person.display_name,
        status=status,
        starts_on=person.starts_on,
        ends_on=person.ends_on,
        employment_form=person.employment_form,
        board=person.unit.board if person.unit else "",
        unit=person.unit.code if person.unit else "",
        may_act=status is EmploymentStatus.ACTIVE,
        protected=person.protected_identity,
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


def level_facts(level: AccessLevel, today: date, workflow: Workflow) -> Level:
    """What the rules need of a level and its system; ``workflow`` is the definition that the order follows."""
    successor = catalogue.successor_of(level.system)
    return Level(
        system=level.system.code,
        code=level.code,
        profile=Profile(level.profile),
        is_base=level.is_base,
        board=level.system.board,
        confidentiality=catalogue.confidentiality_of(level),
        scope_kind=level.scope_kind,
        max_days=terms.longest(level.max_days, workflow.longest_days),
        max_days_hourly=level.max_days_hourly,
        active=level.active,
        lifecycle=level.system.lifecycle,
        replaced_by=successor.name if successor else "",
        guideline_valid=catalogue.guideline_valid(level.system, today),
        process_installed=level.profile in workflow.profiles,
        orderer_required=catalogue.orderer_required(level),
        access=level.access,
        emergency=level.emergency_allowed and emergencies.may_be_had(level),
        gives_less_than=tuple(level.details.get("gives_less_than", ())),
    )


def _written(level: AccessLevel) -> str:
    return f"{level.system.code}.{level.code}"


def authority_to_order(
    orderer: Person, subject: Person, level: AccessLevel, today: date, managers: tuple[int, ...]
) -> OrdererAuthority | None:
    """Why ``orderer`` may order for ``subject`` (G5), or None. ``managers``: ids of those above, nearest first."""
    if orderer.id == subject.id:
        return OrdererAuthority.SELF
    if managers[:1] == (orderer.id,):
        return OrdererAuthority.LINE_MANAGER
    if orderer.id in managers[1:2]:
        return OrdererAuthority.NEXT_LEVEL_MANAGER
    wanted = level.system_id, today, catalogue.confidentiality_of(level)
    if subject.unit_id is not None and catalogue.orderer_covers(orderer.id, subject.unit_id, *wanted):
        return OrdererAuthority.AUTHORISED_ORDERER
    return None


def named_people(workflow: Workflow, answers: Mapping[str, Any]) -> dict[str, tuple[Party, ...]]:
    """Whom fields of the form name, where the definition asks them."""
    people = {name: db.session.get(Person, answers[name]) for name in workflow.fields_asked if answers.get(name)}
    return {name: (party(person),) for name, person in people.items() if person is not None}


def _authority(order: AccessRequest, today: date, managers: tuple[Party, ...]) -> OrdererAuthority | None:
    if order.kind == KIND:
        return emergencies.authority(order.orderer, order.subject, order.level, today)
    above = tuple(manager.id for manager in managers)
    return authority_to_order(order.orderer, order.subject, order.level, today, above)


def case_for(
    order: AccessRequest,
    *,
    now: datetime,
    actor_id: int | None,
    evidence: Evidence | None,
    level: AccessLevel | None = None,
) -> Case:
    """The order as the rules see it at ``now``. ``evidence`` None means: what the tables remember.

    ``level``: as if it were for another level of the system, with whatever is in the way of that one.
    """
    ordered = level or order.level
    today = clock.local(now).date()
    workflow = definitions.of(order)
    posts = zoning.posts_of({"subject": order.subject, "zone_ids": order.zone_ids, "schedule_id": order.schedule_id})
    found = around.read(order, today, workflow.roles, posts[0] if len(posts) == 1 else "", level=ordered)
    actor = db.session.get(Person, actor_id) if actor_id is not None else None
    editable = order.state in ("draft", "returned")
    managers = found.groups.get(around.LINE, ())
    asked = definitions.asked(workflow, definitions.traits_of(ordered, order.kind, order.subject))
    subject, assignment = assignments.under(subject_party(order.subject, evidence), evidence, today)
    facts = level_facts(ordered, today, workflow)
    return Case(
        subject=subject,
        level=facts,
        today=today,
        state=order.state,
        kind=order.kind,
        round=order.round,
        resume_state=order.resume_state,
        actor=party(actor) if actor else None,
        orderer=party(order.orderer),
        orderer_authority=_authority(order, today, managers) if editable else OrdererAuthority(order.orderer_authority),
        earlier_emergency=emergencies.earlier(order, now) if editable and order.kind == KIND else "",
        emergency_reason=order.emergency_reason or "",
        incident_number=order.incident_number or "",
        scope=order.scope,
        valid_from=order.valid_from,
        valid_to=order.valid_to,
        justification=order.justification,
        previous_level=_written(order.grant.level) if order.grant else "",
        receiving_unit=order.receiving_unit.code if order.receiving_unit else "",
        zones=SPECIAL_ZONES if posts else ORDINARY_ZONES,
        named_people=named_people(workflow, order.answers or {}),
        duplicates=found.duplicates if editable or level else (),
        regularises=order.finding_id,
        questions=asked,
        answers=order.answers or {},
        account_faults=accounts.faults(asked, order.answers or {}, order.subject_id),
        assignment=assignment,
        assignments_on=assignment is not None,
        **_people(found),
        **_had(found),
    )


def _people(found: around.Around) -> dict[str, Any]:
    """Everybody around the order, as fields of its Case."""
    seated = {name: found.groups.get(role, ()) for name, role in SEATS.items()}
    deputies = {"deputies": found.deputies, "standing_deputies": found.standing_deputies}
    return {**seated, **deputies, "named_roles": found.named_roles, "decisions": found.decisions}


def _had(found: around.Around) -> dict[str, Any]:
    """What the subject has and lacks, and what holds for the system, as fields of the order's Case."""
    same = ("has_base_grant", "toxic_pairs", "holdings", "exemptions", "freezes", "open_findings")
    lacks = {"courses_missing": found.lacking.courses, "agreement_missing": found.lacking.agreement}
    return {name: getattr(found, name) for name in same} | lacks
