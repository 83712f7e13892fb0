"""Opening a matter and filling in its form. Each version of the answers is kept. Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.catalogue.models import System
from app.db import db
from app.errors import Conflict, Forbidden, NotAllowed
from app.matters import definitions
from app.matters.models import Matter, MatterAnswers, MatterNumber
from workflows.definition import Workflow
from workflows.events import Actor
from workflows.form_fields import OPENER, Field

EDITABLE = ("draft", "returned")
LONGEST_TITLE = 200


def new_case_number(series: str, now: datetime) -> str:
    """INT-2026-0001: each series counts by itself, anew each local year. A number is never used again."""
    year = clock.local(now).year
    first = insert(MatterNumber).values(series=series, year=year, last=1)
    counted = first.on_conflict_do_update(index_elements=["series", "year"], set_={"last": MatterNumber.last + 1})
    number: int = db.session.execute(counted.returning(MatterNumber.last)).scalar_one()
    return f"{series}-{year}-{number:04d}"


def draft(
    workflow: Workflow, answers: Mapping[str, Any], *, actor: Actor, now: datetime, previous: Matter | None = None
) -> Matter:
    """Keep a matter before it is sent; with ``previous`` it renews that one. The answers may still lack much.

    Raises Conflict when something renews ``previous`` already.
    """
    assert actor.person_id is not None
    matter = Matter(
        case_number=new_case_number(definitions.terms(workflow).series, now),
        process=workflow.process,
        definition_version=workflow.version,
        kind="new" if previous is None else "extend",
        opened_by_id=actor.person_id,
        previous_id=previous.id if previous else None,
        created_at=now,
        state_since=now,
        form_version=0,
        answers={},
    )
    db.session.add(matter)
    db.session.flush()
    keep(matter, answers, OPENER, by=actor.person_id, now=now)
    return matter


def amend(matter: Matter, answers: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Change a draft or a returned matter. Raises Forbidden for others than the opener, Conflict when it is sent."""
    if actor.person_id != matter.opened_by_id:
        raise Forbidden("not_your_order")
    if matter.state not in EDITABLE:
        raise Conflict("already_sent")
    keep(matter, answers, OPENER, by=actor.person_id, now=now)


def keep(matter: Matter, answers: Mapping[str, Any], step: str, *, by: int, now: datetime) -> None:
    """Put the answers of ``step`` in the form: a new version of it, and the columns that fields fill.

    Answers to questions of other steps are left out. Nothing is written where nothing differs.
    """
    mine = definitions.terms_of(matter).fields_of(step)
    given = {f.name: answers[f.name] for f in mine if f.name in answers}
    whole = {**matter.answers, **given}
    if whole == matter.answers and matter.form_version > 0:
        return
    _fill(matter, whole, mine)
    _keep_version(matter, whole, by, now)


def _keep_version(matter: Matter, whole: dict[str, Any], by: int, now: datetime) -> None:
    matter.answers = whole
    matter.form_version += 1
    db.session.flush()
    row = {"matter_id": matter.id, "number": matter.form_version, "answers": whole, "at": now, "by_id": by}
    db.session.execute(insert(MatterAnswers).values(row))


def void_opinions(matter: Matter, *, by: int, now: datetime) -> None:
    """A new round asks everybody anew: what the steps had filled in is no answer of the matter any more.

    The versions of the form keep it, with the decisions that rested on it.
    """
    asked_of_steps = {f.name for f in definitions.terms_of(matter).form if f.step != OPENER}
    if asked_of_steps & set(matter.answers):
        left = {name: said for name, said in matter.answers.items() if name not in asked_of_steps}
        _keep_version(matter, left, by, now)


def _fill(matter: Matter, answers: Mapping[str, Any], fields: tuple[Field, ...]) -> None:
    for asked in fields:
        if asked.fills in FILLERS:
            FILLERS[asked.fills](matter, answers.get(asked.name))


def _title(matter: Matter, said: Any) -> None:
    matter.title = (said or "")[:LONGEST_TITLE]


def _system(matter: Matter, said: Any) -> None:
    matter.system = _system_called(said)
    matter.system_id = matter.system.id if matter.system else None


def _other_system(matter: Matter, said: Any) -> None:
    matter.other_system = _system_called(said)
    matter.other_system_id = matter.other_system.id if matter.other_system else None


def _system_called(code: str | None) -> System | None:
    if not code:
        return None
    found = db.session.scalar(select(System).where(System.code == code))
    if found is None:
        raise NotAllowed("not_a_choice", field="system")
    return found


def _confidentiality(matter: Matter, said: Any) -> None:
    matter.confidentiality = int(said) if said not in (None, "") else 0


def _personal_data(matter: Matter, said: Any) -> None:
    matter.personal_data = said not in (None, "", "none", "no")


def _ends_on(matter: Matter, said: Any) -> None:
    matter.ends_on = date.fromisoformat(said) if said else None


FILLERS = {
    "title": _title,
    "system": _system,
    "other_system": _other_system,
    "confidentiality": _confidentiality,
    "personal_data": _personal_data,
    "ends_on": _ends_on,
}
