"""A matter as the templates want it: its state in a sentence, its path, its answers, its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue import onboarding
from app.catalogue.models import System
from app.db import db
from app.directory.models import Person
from app.matters import definitions, facts, queries, readiness, succession, table_rows, words
from app.matters.models import Matter, MatterCondition
from app.requests import answers_shown
from app.requests import presenting as orders
from app.tasks.models import Task
from app.templating import labels
from app.templating.state_words import Look
from app.templating.texts import said
from workflows import form_fields, simulate
from workflows.definition import FORWARD, Workflow
from workflows.form_fields import TABLES

STOPPED = ("reject", "return", "retire")
ONWARD = (*FORWARD, "confirm")


def look_of(matter: Matter) -> Look:
    """Word, colour and icon of the matter's state."""
    return look(definitions.of(matter), matter.state)


def look(workflow: Workflow, state: str) -> Look:
    """Word, colour and icon of a state."""
    word = said(definitions.terms(workflow).words.states.get(state, {})) or state
    known = workflow.states.get(state)
    return words.look(state, word, gives=state in workflow.gives, ends=known is not None and known.kind == "final")


def step_name(workflow: Workflow, step: str) -> str:
    """What the definition calls a step."""
    words_ = succession.NAME if step == succession.STEP else definitions.terms(workflow).words.steps.get(step, {})
    return said(words_) or step


def row(matter: Matter, open_tasks: Sequence[Task]) -> SimpleNamespace:
    """One line about a matter in a list."""
    asked = [a.person.display_name for t in open_tasks for a in t.addressees if a.removed_at is None]
    workflow = definitions.of(matter)
    systems, process = systems_of(matter), said(workflow.title)
    title = matter.title or systems or process
    return SimpleNamespace(
        case_number=matter.case_number,
        title=title,
        about=process if title == systems else systems or process,
        look=look(workflow, matter.state),
        waiting_for=", ".join(dict.fromkeys(asked)),
        due_on=min((t.due_on for t in open_tasks), default=None),
        valid_to=matter.valid_to,
    )


def rows(found: Sequence[Matter]) -> list[SimpleNamespace]:
    """Lines of a list, with who is asked now; two statements more."""
    waiting = queries.open_tasks([m.id for m in found])
    return [row(m, waiting.get(m.id, [])) for m in found]


def systems_of(matter: Matter) -> str:
    """The matter's systems, from source to target."""
    return " → ".join(s.name for s in (matter.system, matter.other_system) if s is not None)


def path(matter: Matter, history: Sequence[Task], now: datetime) -> list[SimpleNamespace]:
    """Done, now and next, as macros/path.html shows them."""
    steps = _done(matter, history) if matter.submitted_at or history else []
    waiting = [t for t in history if t.status == "open"]
    for task in waiting:
        shown = orders.step_now(task)
        shown.title = step_name(definitions.of(matter), task.step)
        steps.append(shown)
    return steps + ahead(matter, now, skip={t.step for t in waiting})


def _done(matter: Matter, history: Sequence[Task]) -> list[SimpleNamespace]:
    workflow = definitions.of(matter)
    sent = matter.submitted_at or matter.created_at
    steps = [_step("done", title=str(words.ACTS["submit"]), at=sent, by=matter.opened_by)]
    for task in history:
        if task.status == "done" and task.decided_by is not None:
            behind = db.session.get(Person, task.on_behalf_of_id) if task.on_behalf_of_id else None
            implicit = task.reason if task.reason in orders.IMPLICIT else ""
            steps.append(
                _step(
                    "stopped" if task.verdict in STOPPED else "done",
                    title=f"{step_name(workflow, task.step)}: {_outcome(task)}",
                    at=task.decided_at,
                    by=task.decided_by,
                    on_behalf_of=behind,
                    note="" if implicit else task.reason,
                )
            )
    return steps


def _outcome(task: Task) -> str:
    outcomes = {"reject": _("avslag"), "return": _("åter för komplettering"), "retire": _("avveckling")}
    return outcomes.get(task.verdict) or _("klart")


def ahead(matter: Matter, now: datetime, *, skip: Iterable[str] = ()) -> list[SimpleNamespace]:
    """Who will be asked, with dates, if everyone answers on the last day. Nobody where nothing is on its way."""
    workflow = definitions.of(matter)
    if not _is_on_its_way(workflow, matter):
        return []
    case = facts.case_for(matter, now=now, actor_id=None)
    return [
        _step(
            "next",
            title=step_name(workflow, planned.step),
            people=orders.people_of(planned.asked),
            why=_("Får frågan som %(role)s.", role=labels.role(planned.asked[0].why)) if planned.asked else "",
            due_on=planned.due_on,
        )
        for planned in simulate.path(workflow, case, clock.calendar())
        if planned.step not in skip
    ]


def _is_on_its_way(workflow: Workflow, matter: Matter) -> bool:
    """Nothing lies ahead of what is given or ended; what is suspended or retired waits for one answer alone."""
    if matter.state == "suspended":
        return False
    return any(t.source == matter.state and t.trigger in ONWARD for t in workflow.transitions)


def _step(status: str, **known: Any) -> SimpleNamespace:
    blank: dict[str, Any] = {
        "kind": "", "people": [], "why": "", "title": "", "at": None, "by": None, "on_behalf_of": None, "since": None,
        "due_on": None, "implicit": "", "note": "", "clock": [],
    }  # fmt: skip
    return SimpleNamespace(status=status, **(blank | known))


def sections(fields: Iterable[form_fields.Field], answers: Mapping[str, Any]) -> list[SimpleNamespace]:
    """The answered questions under their headings, as words."""
    found: list[SimpleNamespace] = []
    for field in fields:
        if field.section or not found:
            found.append(SimpleNamespace(heading=said(field.section), answers=[]))
        if answers.get(field.name) not in (None, "", []):
            found[-1].answers.append(_answer(field, answers[field.name]))
    return [section for section in found if section.answers]


def _answer(field: form_fields.Field, given: Any) -> SimpleNamespace:
    is_table = field.type in TABLES
    rows = [table_rows.in_words(field.type, row) for row in given] if is_table else []
    return SimpleNamespace(
        label=said(field.label), type=field.type, rows=rows, text="" if is_table else _text(field, given)
    )


def exceptions(found: Sequence[MatterCondition], today: date) -> list[SimpleNamespace]:
    """What systems are allowed to lack, as lines of a list."""
    return [
        SimpleNamespace(
            system=c.matter.system.name if c.matter.system else c.matter.title,
            need=str(words.NEEDS[c.item]),
            text=c.text,
            until=c.due_on,
            late=c.due_on < today,
            case_number=c.matter.case_number,
        )
        for c in found
    ]


def readiness_of(matter: Matter, today: date) -> list[SimpleNamespace]:
    """What the system needs before production, each with how it stands; empty for other matters."""
    return [
        SimpleNamespace(words=str(words.NEEDS[i.need]), status=i.status, until=i.until)
        for i in readiness.checklist(matter, today)
    ]


def _text(field: form_fields.Field, given: Any) -> str:
    if field.type == "board":
        return dict(onboarding.boards()).get(given, str(given))
    if field.type == "system":
        return db.session.scalar(select(System.name).where(System.code == given)) or str(given)
    return answers_shown.text(field, given)


def opinions(matter: Matter, history: Sequence[Task]) -> list[SimpleNamespace]:
    """What each step of the round has filled in, with who and when."""
    workflow, terms = definitions.of(matter), definitions.terms_of(matter)
    found = []
    for task in history:
        mine = terms.fields_of(task.step)
        if (
            task.round == matter.round
            and task.status == "done"
            and task.verdict not in STOPPED
            and mine
            and task.decided_by
        ):
            answered = sections(mine, matter.answers)
            name = step_name(workflow, task.step)
            found.append(
                SimpleNamespace(name=name, by=task.decided_by.display_name, at=task.decided_at, sections=answered)
            )
    return [one for one in found if one.sections]


def history(matter: Matter, events: Sequence[AuditEvent]) -> list[SimpleNamespace]:
    """The log in words, oldest first; refused tries are for the log alone."""
    return [
        SimpleNamespace(
            at=e.at,
            who=e.actor.display_name if e.actor else labels.role(e.actor_role),
            on_behalf_of=e.on_behalf_of.display_name if e.on_behalf_of else "",
            label=_act(matter, e),
            reason=e.reason if e.actor and e.event.removeprefix("matter.") not in ("replace", "reopen") else "",
            form_version=e.data.get("form_version"),
            channel=e.channel,
        )
        for e in events
        if not e.event.endswith(".refused")
    ]


def _act(matter: Matter, event: AuditEvent) -> str:
    """A move forward is told by the state that it led to; what else happened has words of its own."""
    code = event.event.removeprefix("matter.")
    if event.state_from == event.state_to and code in ("approve", "confirm"):
        return _("Svarade; andra är kvar att svara")
    if code in ("approve", "confirm", "restore"):
        return _("Gick vidare: %(state)s", state=look(definitions.of(matter), event.state_to).word)
    return str(words.ACTS.get(code, code))
