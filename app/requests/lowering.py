"""A system manager proposes a lower level, and the orderer says yes or no (rules.md C2). Callers hold the transaction.

The order stays the same one, with the approvals that it has. After a yes it is for the lower level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.errors import Conflict, Forbidden, NotAllowed
from app.requests import changing, definitions, facts, services
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import lowering, machine
from workflows.case import Case, Offer
from workflows.errors import Refused
from workflows.lowering import ACCEPT, DECLINE, PROPOSE


def levels_below(order: AccessRequest, now: datetime) -> list[AccessLevel]:
    """The levels of the system that give less and can be proposed, in the catalogue's order; three statements.

    None where the order's process does not let anybody propose one in the state that the order stands in.
    """
    workflow = definitions.of(order)
    may = any(rule.trigger == PROPOSE and rule.source == order.state for rule in workflow.transitions)
    if not may or order.kind not in lowering.LOWERABLE:
        return []
    today = clock.local(now).date()
    wanted = select(AccessLevel).where(AccessLevel.system_id == order.level.system_id).order_by(AccessLevel.position)
    ordered = facts.level_facts(order.level, today, workflow)
    lower = [
        level
        for level in db.session.scalars(wanted)
        if lowering.why_not_lower(ordered, facts.level_facts(level, today, workflow)) is None
        and catalogue.process_of(level) == order.process
    ]
    return changing.orderable(lower, today)


def propose(order: AccessRequest, task: Task, level_id: int | None, push: Push) -> machine.Move:
    """Ask the orderer about a lower level. Raises AlreadyDecided, or NotAllowed with what is wrong.

    Refused too is what the orderer could not say yes to: whoever is asked must be able to answer.
    """
    if push.actor.person_id in (order.subject_id, order.orderer_id):
        raise NotAllowed("not_self", order_id=order.id, trigger=PROPOSE)
    if not push.reason.strip():
        raise NotAllowed("reason_needed", field="reason")
    if task.status != "open":
        raise tasks.already_decided(task.id)
    level = next((one for one in levels_below(order, push.now) if one.id == level_id), None)
    if level is None:
        raise NotAllowed("level_not_lower", field="level", order_id=order.id, trigger=PROPOSE)
    case = facts.case_for(order, now=push.now, actor_id=push.actor.person_id, evidence=push.evidence)
    offered = facts.level_facts(level, case.today, definitions.of(order))
    case = replace(case, step=task.step, acting_for=push.actor.on_behalf_of_id, offer=Offer(case.level, offered))
    tasks.answer(task.id, PROPOSE, push.actor, reason=push.reason, now=push.now)
    said = {"level_from": order.level.code, "level_to": level.code, "label_to": level.label}
    order.proposed_level_id, order.question = level.id, push.reason
    _try_to_accept(order, level, push)
    return services.move(order, PROPOSE, replace(push, data=said), case)


def _try_to_accept(order: AccessRequest, level: AccessLevel, push: Push) -> None:
    """What would hinder the orderer's yes is told to whoever proposes. Raises NotAllowed."""
    workflow = definitions.of(order)
    for rule in workflow.transitions:
        if rule.trigger == PROPOSE and rule.source == order.state:
            case = replace(_as_lower(order, level, push), state=rule.target, actor=facts.party(order.orderer))
            try:
                machine.next_state(workflow, case, ACCEPT)
            except Refused as refusal:
                guards = tuple(replace(g, field="level") for g in refusal.guards)
                raise NotAllowed(refusal.reason, guards=guards, order_id=order.id, trigger=PROPOSE) from refusal
            return


def _as_lower(order: AccessRequest, level: AccessLevel, push: Push) -> Case:
    """The order as one of the lower level, with all that the subject has and lacks for that one."""
    case = facts.case_for(order, now=push.now, actor_id=order.orderer_id, evidence=push.evidence, level=level)
    today = clock.local(push.now).date()
    ordered = facts.level_facts(order.level, today, definitions.of(order))
    return lowering.accepted(replace(case, level=ordered), case.level)


def answer(order: AccessRequest, task: Task, verdict: str, push: Push) -> machine.Move:
    """The orderer's yes or no. After a yes the order is for the lower level, and goes on to whoever grants.

    After a no it goes back to them as it was. Raises Forbidden, AlreadyDecided, Conflict, or NotAllowed where the
    guards say no of the lower level.
    """
    if push.actor.person_id != order.orderer_id:
        raise Forbidden("not_your_order")
    if task.status != "open":
        raise tasks.already_decided(task.id)
    level = db.session.get(AccessLevel, order.proposed_level_id or 0)
    if level is None or order.kind not in lowering.LOWERABLE:
        raise Conflict("nothing_offered", order_id=order.id)
    said = {"level_from": order.level.code, "level_to": level.code, "label_from": order.level.label}
    case = _as_lower(order, level, push) if verdict == ACCEPT else None
    tasks.answer(task.id, verdict, push.actor, reason=push.reason, now=push.now)
    order.proposed_level_id, order.question = None, ""
    if verdict == ACCEPT:
        order.level = level
        db.session.flush()  # of two orders that are for the same level now, the database lets one through
    return services.move(order, verdict, replace(push, data=said), case)


def declined(history: Sequence[Task]) -> Task | None:
    """The orderer's last no to a lower level, for whoever grants to see; None where the order's tasks have none."""
    answered = [t for t in history if t.kind == lowering.ANSWER_TASK and t.status == "done"]
    return answered[-1] if answered and answered[-1].verdict == DECLINE else None
