"""Who is told what about a matter. Each function queues; nothing is sent here."""

from __future__ import annotations

from app.db import db
from app.directory.models import Person
from app.matters import definitions, facts, queries, succession
from app.matters.models import Matter, MatterCondition
from app.notifications import matter_letters, services
from app.notifications.letter import Letter
from app.notifications.matter_letters import About, Question
from app.tasks import queries as tasks
from workflows.authority import Asked
from workflows.events import TaskAsked
from workflows.matter_events import ConditionNear, MatterMoved, RenewalOpened

COMPLETING = "complete_request"


def about(matter: Matter) -> About:
    """What the mails say; of K3 and protected content the number and the process, and no title."""
    title = "" if is_discreet(matter) else matter.title
    process = definitions.of(matter).title
    return About(matter_id=matter.id, case_number=matter.case_number, title=title, process=process)


def is_discreet(matter: Matter) -> bool:
    """True where mails hold no title and nothing that somebody has written."""
    return matter.confidentiality >= facts.SECRET


def task_asked(event: TaskAsked) -> None:
    """Each person who is asked gets a mail at once; with a deputy during absence, the deputy gets it instead."""
    matter = queries.by_id(event.matter_id or 0)
    stood_in_for = {a.on_behalf_of for a in event.asked if a.role == "deputy"}
    told = [a for a in event.asked if a.party.id not in stood_in_for]
    services.queue_all([_asked(a, event, matter) for a in told], now=event.at)


def _asked(asked: Asked, event: TaskAsked, matter: Matter) -> Letter:
    task = tasks.task(event.task_id)
    terms = definitions.terms_of(matter)
    step = task.step if task else ""
    escalated = asked.role == "escalation"
    question = Question(
        task_id=event.task_id,
        person_id=asked.party.id,
        step=terms.words.steps.get(step) or (succession.NAME if step == succession.STEP else {}),
        role=asked.role,
        due_on=event.due_on,
        lapses_on=event.lapses_on,
        on_behalf_of_name=_name(asked.on_behalf_of),
        waited_for_name=", ".join(filter(None, map(_name, event.waited_for))) if escalated else "",
        decider_name=_name(event.passed_on_by),
        reason="" if is_discreet(matter) else event.reason or (matter.question if step == COMPLETING else ""),
        occasion=event.at.isoformat() if event.is_again else "",
    )
    return matter_letters.asked(question, about(matter))


def moved(event: MatterMoved) -> None:
    """Who opened it hears of what ends, stops or gives it; what rests or is retired is told to its owners too."""
    matter = queries.by_id(event.matter_id)
    workflow = definitions.of(matter)
    ends = workflow.states[event.state_to].kind == "final"
    gave_or_took = (event.state_to in workflow.gives) != (event.state_from in workflow.gives)
    if not (ends or gave_or_took):
        return
    case = event.case
    people = {matter.opened_by_id}
    if event.state_from in workflow.gives or gave_or_took:
        people |= {p.id for p in (*case.system_owners, *case.other_owners, *case.system_managers)} if case else set()
    people.discard(event.actor.person_id or 0)
    state = workflow_state(matter, event.state_to)
    reason = "" if is_discreet(matter) else _reason(event)
    said = {"by_name": _name(event.actor.person_id), "reason": reason}
    told = [matter_letters.told(p, about(matter), state, version=matter.version, **said) for p in sorted(people)]
    services.queue_all(told, now=event.at)


def _reason(event: MatterMoved) -> str:
    """What somebody has written; codes and case numbers are no words."""
    return "" if event.actor.person_id is None or event.trigger == "replace" else event.reason


def workflow_state(matter: Matter, state: str) -> dict[str, str]:
    """What the definition calls a state, by language."""
    return dict(definitions.terms_of(matter).words.states.get(state, {}))


def condition_near(event: ConditionNear) -> None:
    """Who runs the system hears of a condition; who owns it and the coordinator, of an exception (rules.md C14)."""
    found = db.session.get_one(MatterCondition, event.condition_id)
    matter = queries.by_id(event.matter_id)
    case = facts.case_for(matter, now=event.at, actor_id=None)
    people = case.system_owners if found.item else (*case.system_managers, case.subject)
    people = tuple(p for p in people if p.may_act) or case.system_owners
    people = (*people, *case.coordinators) if found.item or not people else people
    what = {
        "condition": found.id,
        "text": "" if is_discreet(matter) else found.text,
        "due_on": found.due_on.isoformat(),
        "days": event.days,
        "is_exception": bool(found.item),
    }
    ids = sorted({p.id for p in people})
    services.queue_all([matter_letters.condition(p, about(matter), what) for p in ids], now=event.at)


def renewal_opened(event: RenewalOpened) -> None:
    """Who brings it up to date hears of it, unless they began it themselves."""
    if event.actor.person_id is None or event.actor.channel != "system":
        return
    matter, previous = queries.by_id(event.matter_id), queries.by_id(event.previous_id)
    letter = matter_letters.renewal(event.actor.person_id, about(matter), previous.valid_to)
    services.queue_all([letter], now=event.at)


def _name(person_id: int | None) -> str:
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.display_name if person and not person.protected_identity else ""
