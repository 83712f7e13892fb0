"""THE TABLE: who may do what. Each permission names predicates, and one that holds is enough.

A thing is whatever the permission is about; the predicates read its columns and import no room above.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.directory.models import Person
from app.errors import Forbidden, NotFound
from app.permissions import (
    of_absences,
    of_access,
    of_assignments,
    of_control,
    of_findings,
    of_leavers,
    of_logs,
    of_matters,
    of_movers,
    of_premises,
    of_reviews,
    of_roles,
    standing,
)
from app.permissions.of_systems import (
    owns_what_it_is_for,
    runs,
    runs_a_system,
    runs_in_outage,
    runs_the_system,
    runs_what_it_is_for,
)
from app.permissions.positions import (
    administrator,
    auditor,
    board_manager,
    coordinator,
    duty_officer,
    employee,
    has_tasks,
    it_manager,
    leads_somebody,
    manages_a_system,
    orders_for_units,
    owns_a_system,
)

Predicate = Callable[[Person, Any], bool]


def subject(person: Person, thing: Any) -> bool:
    """It is about the person."""
    return bool(thing.subject_id == person.id)


def orderer(person: Person, thing: Any) -> bool:
    """The person ordered it."""
    return bool(thing.orderer_id == person.id)


def orderer_of_grant(person: Person, grant: Any) -> bool:
    """The person ordered what became the right."""
    return grant.request_id is not None and standing.ordered(person.id, grant.request_id)


def orders_for_it(person: Person, grant: Any) -> bool:
    """Authorised orderer for the holder's unit, or one above it, and for the system (G5)."""
    unit_id = grant.subject.unit_id
    return unit_id is not None and standing.orders_for(person.id, unit_id, grant.level.system_id)


def orders_the_level(person: Person, level: Any) -> bool:
    """Authorised orderer for the level's system, or for all, in some unit."""
    held = standing.roles(person.id)
    return ("authorised_orderer", None) in held or ("authorised_orderer", level.system_id) in held


def manager_above(person: Person, thing: Any) -> bool:
    """Anywhere in the subject's line management."""
    return person.id in standing.managers_above(thing.subject_id)


def one_of_two_nearest_managers(person: Person, thing: Any) -> bool:
    """The subject's manager, or that manager's own."""
    return person.id in standing.managers_above(thing.subject_id)[:2]


def asked_ever(person: Person, request: Any) -> bool:
    """Somebody whom the order has asked, now or earlier."""
    return standing.was_asked(person.id, request.id)


def asked_now(person: Person, task: Any) -> bool:
    """Among those whom the task asks."""
    return any(asked.person_id == person.id and asked.removed_at is None for asked in task.addressees)


def runs_its_system(person: Person, thing: Any) -> bool:
    """Manager or owner of the system that the order or right is for."""
    return runs(person, thing.level.system_id)


def owns_its_system(person: Person, thing: Any) -> bool:
    """Owner of the system that the order or right is for."""
    return ("system_owner", thing.level.system_id) in standing.roles(person.id)


def owns_a_side(person: Person, exemption: Any) -> bool:
    """Owner of the system of either level of the pair that the exemption is from."""
    sides = (exemption.pair.first.system_id, exemption.pair.second.system_id)
    return any(("system_owner", system_id) in standing.roles(person.id) for system_id in sides)


def asked_for_it(person: Person, exemption: Any) -> bool:
    """The person asked for the exemption."""
    return bool(exemption.asked_by_id == person.id)


def answers_for_what_is_out(person: Person, outage: Any) -> bool:
    """Owner of the system that is out; the IT manager where it is no system but what they all stand on."""
    if outage.system_id is None:
        return it_manager(person, outage)
    return ("system_owner", outage.system_id) in standing.roles(person.id)


def asked_of_it(person: Person, emergency: Any) -> bool:
    """Somebody whom the order that led to it, or its control, has asked."""
    return standing.was_asked(person.id, emergency.request_id)


def one_of_the_two(person: Person, deputyship: Any) -> bool:
    """The deputy, or whoever has one."""
    return person.id in (deputyship.person_id, deputyship.deputy_id)


def holds_it(person: Person, role: Any) -> bool:
    """The role is the person's own."""
    return bool(role.person_id == person.id)


def owns_the_system_of(person: Person, role: Any) -> bool:
    """A system's manager answers to its owner."""
    return role.role == "system_manager" and ("system_owner", role.system_id) in standing.roles(person.id)


TABLE: dict[str, tuple[Predicate, ...]] = {
    "page.own": (employee,),
    "request.show": (subject, orderer, asked_ever, runs_its_system, coordinator, auditor, manager_above),
    "request.audit": (subject, orderer, owns_its_system, coordinator, auditor),
    "request.change": (orderer,),
    "request.withdraw": (orderer, subject),
    "task.answer": (asked_now,),
    "task.reassign": (asked_now,),
    "grant.end": (subject, one_of_two_nearest_managers, runs_its_system, orderer_of_grant),
    "grant.extend": (subject, one_of_two_nearest_managers, orderer_of_grant),
    "grant.change": (subject, one_of_two_nearest_managers, orders_for_it),
    **of_access.TABLE,
    "newcomer.name": (leads_somebody, orders_the_level),
    "team.show": (leads_somebody,),
    "arrival.list": (leads_somebody,),
    "arrival.answer": (one_of_two_nearest_managers,),
    "training.import": (coordinator, administrator),
    "signature.show": (subject, coordinator),
    "system.show": (runs_the_system, coordinator, auditor, it_manager),
    "deputy.name": (leads_somebody, runs_a_system, board_manager, coordinator, it_manager, has_tasks),
    "deputy.end": (one_of_the_two, coordinator),
    "deputy.all": (coordinator, auditor),
    "deputy.all.end": (coordinator,),
    "batch.order": (leads_somebody, orders_for_units),
    "bundle.show": (orderer, coordinator, auditor),
    "conflict.list": (owns_a_system, coordinator, auditor),
    "exemption.ask": (subject, one_of_two_nearest_managers),
    "exemption.show": (subject, asked_for_it, owns_a_side, coordinator, auditor),
    "exemption.decide": (owns_a_side, coordinator),
    "orderer.nominate": (leads_somebody, board_manager),
    "orderer.show": (
        of_roles.its_orderer,
        of_roles.its_nominator,
        leads_somebody,
        board_manager,
        coordinator,
        it_manager,
        auditor,
    ),
    "orderer.answer": (of_roles.its_orderer,),
    "orderer.register": (coordinator, it_manager),
    "orderer.confirm": (leads_somebody, board_manager),
    "orderer.end": (of_roles.its_orderer, of_roles.its_nominator, coordinator),
    "role.hand_over": (holds_it, owns_the_system_of, coordinator),
    "role.end": (owns_the_system_of, coordinator),
    "role.gaps": (coordinator, auditor),
    "handover.answer": (of_roles.successor,),
    "handover.withdraw": (of_roles.a_party, coordinator),
    "emergency.ask": (leads_somebody, manages_a_system, board_manager, duty_officer),
    "emergency.list": (leads_somebody, runs_a_system, board_manager, duty_officer, coordinator, auditor, it_manager),
    "emergency.show": (subject, orderer, manager_above, runs_its_system, asked_of_it, coordinator, auditor, it_manager),
    "emergency.extend": (owns_its_system, board_manager, coordinator, it_manager),
    "outage.list": (runs_a_system, coordinator, auditor, it_manager),
    "outage.declare": (owns_a_system, coordinator, it_manager),
    "outage.show": (runs_in_outage, coordinator, auditor, it_manager),
    "outage.decide": (answers_for_what_is_out,),
    "paper.account": (runs_in_outage, coordinator),
    "paper.show": (runs_what_it_is_for, coordinator, auditor),
    "paper.settle": (runs_what_it_is_for, coordinator),
    "finding.accept": (owns_what_it_is_for, of_findings.coordinates_the_directory),
    "finding.list": (runs_a_system, coordinator, auditor),
    "finding.all": (coordinator, auditor),
    "finding.show": (runs_what_it_is_for, coordinator, auditor),
    "finding.settle": (runs_what_it_is_for, coordinator),
    "finding.order": (of_findings.orders_afterwards,),
    "finding.compare": (runs_the_system, coordinator, auditor),
    "finding.of_person": (of_access.leads, coordinator, auditor),
    "userlist.list": (runs_a_system, coordinator, auditor),
    "userlist.show": (runs_the_system, coordinator, auditor),
    "userlist.upload": (runs_the_system,),
    "userlist.draft": (runs_what_it_is_for,),
    "write.list": (runs_a_system, coordinator, administrator, auditor),
    "write.all": (coordinator, administrator, auditor),
    "write.retry": (runs_its_system, coordinator, administrator),
    "drill.show": (runs_the_system, coordinator, auditor, it_manager),
    "drill.record": (runs_the_system, coordinator),
    "pack.show": (runs_the_system, coordinator, auditor, it_manager),
    "pack.make": (runs_the_system, coordinator, it_manager),
    "pack.fetch": (runs_what_it_is_for, coordinator, auditor, it_manager),
    "system.freeze": (runs_the_system,),
    "zone.choose": (leads_somebody, orders_the_level),
    "zone.list": (runs_the_system, coordinator),
    "credential.list": (runs_a_system, of_premises.hands_out_somewhere, coordinator, auditor),
    "credential.show": (subject, manager_above, of_premises.hands_out, coordinator, auditor),
    "credential.hand_out": (of_premises.hands_out,),
    "credential.run": (runs_what_it_is_for,),
    "credential.sign": (subject, manager_above),
    **of_matters.TABLE,
    **of_movers.TABLE,
    **of_absences.TABLE,
    **of_assignments.TABLE,
    **of_control.TABLE,
    **of_findings.TABLE,
    **of_leavers.TABLE,
    **of_logs.TABLE,
    **of_reviews.TABLE,
    "administration": (administrator,),
}
# Whoever does not have the second permission is told that the thing does not exist.
HIDDEN_WITHOUT = {
    "request.show": "request.show",
    "request.audit": "request.show",
    "request.change": "request.show",
    "request.withdraw": "request.show",
    "bundle.show": "bundle.show",
    "arrival.answer": "arrival.answer",
    "finding.show": "finding.show",
    "finding.settle": "finding.show",
    "exemption.ask": "exemption.ask",
    "exemption.show": "exemption.show",
    "exemption.decide": "exemption.show",
    "signature.show": "signature.show",
    **of_matters.HIDDEN_WITHOUT,
    **of_movers.HIDDEN_WITHOUT,
    **of_absences.HIDDEN_WITHOUT,
    **of_assignments.HIDDEN_WITHOUT,
    **of_leavers.HIDDEN_WITHOUT,
    **of_logs.HIDDEN_WITHOUT,
    **of_reviews.HIDDEN_WITHOUT,
    "grant.end": "grant.end",
    "grant.extend": "grant.end",
    "grant.change": "grant.end",
    "access.person": "access.person",
    "credential.show": "credential.show",
    "credential.hand_out": "credential.show",
    "credential.run": "credential.show",
    "credential.sign": "credential.show",
    "emergency.show": "emergency.show",
    "emergency.extend": "emergency.show",
}


def allowed(permission: str, person: Person, thing: Any = None) -> bool:
    """True when one of the permission's predicates holds. Raises KeyError for an unknown permission."""
    return any(holds(person, thing) for holds in TABLE[permission])


def require(permission: str, person: Person, thing: Any = None) -> None:
    """Nothing when allowed. Raises Forbidden, or NotFound where not even the existence may be told."""
    if not allowed(permission, person, thing):
        seen_by = HIDDEN_WITHOUT.get(permission)
        raise NotFound() if seen_by and not allowed(seen_by, person, thing) else Forbidden()
