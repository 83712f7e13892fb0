"""A stored back-test in the reader's words, with the names that people have today."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.directory.models import Person
from app.processes import words
from app.processes.models import VersionCheck
from app.requests import queries
from app.requests import words as order_words
from app.requests.models import AccessRequest
from app.templating import labels


def shown(check: VersionCheck | None) -> SimpleNamespace | None:
    """What the page tells of a back-test; None where nobody has asked for one. Two statements for the names."""
    if check is None:
        return None
    result = check.result
    rows = result.get("rows", ())
    orders = queries.by_ids([row["order"] for row in rows])
    names = _names(rows)
    return SimpleNamespace(
        status=check.status,
        since=check.since,
        finished_at=check.finished_at,
        numbers={key: result.get(key, 0) for key in ("orders", "differ", "more", "fewer", "refused", "waiting")},
        cut=result.get("cut", False),
        rows=[_row(row, orders[row["order"]], names) for row in rows if row["order"] in orders],
    )


def _names(rows: Any) -> dict[int, str]:
    steps = [step for row in rows for change in row["steps"] for step in (change["before"], change["after"]) if step]
    ids = {person for step in steps for person in step["who"]}
    if not ids:
        return {}
    found = db.session.execute(select(Person.id, Person.display_name).where(Person.id.in_(ids)))
    return {person_id: name for person_id, name in found}


def _row(row: Mapping[str, Any], order: AccessRequest, names: Mapping[int, str]) -> SimpleNamespace:
    outcome = row["outcome"]
    return SimpleNamespace(
        case_number=order.case_number,
        about=f"{order.level.system.name}, {order.level.label}",
        subject=order.subject.display_name,
        before=_outcome(outcome["before"]) if outcome else "",
        after=_outcome(outcome["after"]) if outcome else "",
        steps=[
            SimpleNamespace(
                name=labels.step_title(change["task"]),
                before=_asked(change["before"], names),
                after=_asked(change["after"], names),
            )
            for change in row["steps"]
        ],
    )


def _outcome(replay: Mapping[str, Any]) -> str:
    said = {"asked": _("gick vidare"), "waits": _("väntar"), "refused": _("går inte")}[replay["outcome"]]
    reasons = " ".join(order_words.refusal(reason) for reason in replay["reasons"])
    return f"{said}: {reasons}" if reasons else said


def _asked(step: Mapping[str, Any] | None, names: Mapping[int, str]) -> str:
    if step is None:
        return _("frågas inte")
    if step["implicit"]:
        return _("har svarat i och med beställningen")
    who = words.joined(names.get(person, _("någon som inte finns kvar")) for person in step["who"]) or _("ingen")
    return _("%(names)s, senast %(day)s", names=who, day=step["due"])
