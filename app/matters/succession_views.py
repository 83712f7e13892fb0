"""One manager's people: who of them needs the system that replaces another, and the orders that follow (W17)."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import AlreadyDecided, NotAllowed, NotFound
from app.matters import bp, leaving, queries, succession
from app.matters.models import Matter, SuccessorQuestion
from app.tasks import queries as tasks
from app.tasks.models import Task


def _task(task_id: int) -> Task:
    found = tasks.task(task_id)
    if found is None or found.matter_id is None or found.step != succession.STEP:
        raise NotFound()
    return found


@bp.get("/people/<int:task_id>")
@needs("task.answer", _task)
def people(task: Task) -> str:
    """The people, what they have today, what has been said of them, and what remains to be ordered."""
    return _page(task)


@bp.post("/people/<int:task_id>")
@needs("task.answer", _task)
def answer_people(task: Task) -> Any:
    """Keep the answers; those that are missing may be given later."""
    task_id, me = task.id, current_person().id
    same = request.form.get("all", "")
    asked = [q.subject_id for q in leaving.questions(task_id)]
    given = {subject: same or request.form.get(f"p{subject}", "") for subject in asked}
    given = {subject: word for subject, word in given.items() if word in succession.ANSWERS}
    if not given:
        return _page(task, _("Välj ett svar för minst en person.")), 422
    mine = next((a for a in task.addressees if a.person_id == me and a.removed_at is None), None)
    actor = act_as((mine.why or mine.role) if mine else "", on_behalf_of_id=mine.on_behalf_of_id if mine else None)
    try:
        with transaction():
            left = succession.answer(task, given, actor, clock.now())
    except AlreadyDecided:
        flash(_("Frågan är redan besvarad."), "wait")
    except NotAllowed:
        return _page(_task(task_id), _("Du kan inte svara för dig själv. Vidarebefordra uppgiften.")), 422
    else:
        said = ngettext("Sparat. %(num)d person återstår.", "Sparat. %(num)d personer återstår.", left)
        flash(said if left else _("Sparat. Alla frågor är besvarade."), "done")
    return redirect(url_for("matters.people", task_id=task_id))


def _page(task: Task, fault: str = "") -> str:
    matter = queries.by_id(task.matter_id or 0)
    questions = leaving.questions(task.id)
    held = leaving.held_in(matter.system_id or 0, [q.subject_id for q in questions])
    there = leaving.in_successor(matter.other_system_id or 0, [q.subject_id for q in questions])
    return render_template(
        "matter_people.html",
        task=task,
        matter=matter,
        successor=matter.other_system,
        people=[
            SimpleNamespace(
                id=q.subject_id,
                person=q.subject,
                levels=", ".join(label for _code, label in held.get(q.subject_id, [])),
                answer=q.answer,
                there=q.subject_id in there,
            )
            for q in questions
        ],
        to_order=_to_order(matter, questions, held, there),
        fault=fault,
        today=clock.today(),
        is_open=task.status == "open" and matter.state == "phasing_out",
    )


def _to_order(
    matter: Matter, questions: Sequence[SuccessorQuestion], held: dict[int, list[tuple[str, str]]], there: set[int]
) -> list[SimpleNamespace]:
    """For each level of the successor, those who need it and have neither it nor an order; levels by the same code."""
    successor = matter.other_system
    if successor is None or successor.lifecycle != "production" or matter.state != "phasing_out":
        return []
    needing = [q for q in questions if q.answer == "needs" and q.subject_id not in there]
    found = []
    for level in (level for level in successor.levels if level.active):
        same = [q.subject for q in needing if level.code in [code for code, _label in held.get(q.subject_id, [])]]
        if same:
            numbers = "\n".join(p.employee_number or "" for p in same)
            found.append(SimpleNamespace(level=level, people=same, numbers=numbers))
    matched = {p.id for one in found for p in one.people}
    others = [q.subject for q in needing if q.subject_id not in matched]
    if others:
        found.append(SimpleNamespace(level=None, people=others, numbers=""))
    return found
