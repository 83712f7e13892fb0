"""Who hears of changes of work: one mail a person and day with all of them (C0.4). Callers hold the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from app import clock
from app.catalogue import queries as catalogue
from app.directory import queries as directory
from app.movers import held_queries, queries, reorganisation_queries
from app.movers.models import UNDER_WAY, Mover
from app.notifications import mover_letters as letters
from app.notifications import services as outbox
from app.notifications.letter import Letter
from app.notifications.mover_letters import Line
from app.requests import lives
from workflows import life
from workflows.definition import Step
from workflows.mover_events import ReorganisationMoved


def tell(now: datetime) -> None:
    """What is new to each manager, what waits, what is late; and to the subject what silence will remove."""
    today, told = clock.local(now).date(), defaultdict[int, list[Line]](list)
    cases = [queries.hold(mover_id) for mover_id in queries.in_states(*UNDER_WAY)]
    names = reorganisation_queries.names_of({one.reorganisation_id for one in cases if one.reorganisation_id})
    undecided = queries.open_rows([one.id for one in cases])
    found = []
    for one in cases:
        step, left = _step(one), undecided.get(one.id, 0)
        for manager_id, line in _lines(one, step, left, today):
            if one.reorganisation_id is None:
                told[manager_id].append(line)
            elif line.rights and line.role in ("new", "reminder"):
                _together(told[manager_id], line, names[one.reorganisation_id])
        if left and one.reorganisation_id is None and _is_notice_due(one, step, today):
            one.noticed_on = today
            found.append(letters.notice(one.person_id, one.id, left, _silent_on(one, step)))
    found += _of_held(today)
    found += [letters.managers(manager_id, today, lines) for manager_id, lines in told.items()]
    outbox.queue_all(found, now=now)


def reorganisation_moved(event: ReorganisationMoved) -> None:
    """The heads of administration are asked (a reaction); never whoever proposes it."""
    if event.trigger == "propose":
        heads = catalogue.board_managers(event.board, clock.local(event.at).date())
        asked = [head.id for head in heads if head.id != event.actor.person_id]
        about = event.reorganisation_id, str(event.data["name"]), len(event.data["units"])
        outbox.queue_all([letters.reorganisation(head_id, *about) for head_id in asked], now=event.at)


def _of_held(today: date) -> list[Letter]:
    """The coordinators hear once a day that moves wait for them."""
    waits = held_queries.how_many_wait()
    return [letters.held(person.id, today, waits) for person in catalogue.coordinators(today)] if waits else []


def _lines(one: Mover, step: Step, left: int, today: date) -> Iterator[tuple[int, Line]]:
    by = clock.calendar().add(one.asked_on, step.clock.due or 0) if one.asked_on else one.change_on
    if one.new_manager_id is not None and one.told_new_id != one.new_manager_id:
        one.told_new_id, one.reminded = one.new_manager_id, 0
        yield one.new_manager_id, _line(one, "new", left, by)
    elif one.new_manager_id is not None and left and _reminder(one, step, today):
        yield one.new_manager_id, _line(one, "reminder", left, _silent_on(one, step))
    if one.old_manager_id not in (None, one.told_old_id, one.new_manager_id):
        one.told_old_id = one.old_manager_id
        assert one.old_manager_id is not None
        yield one.old_manager_id, _line(one, "old", left, one.change_on)
    above = _escalation(one, step, today) if left else None
    if above is not None:
        one.escalated_on = today
        yield above, _line(one, "late", left, _silent_on(one, step))


def _together(lines: list[Line], line: Line, name: str) -> None:
    """One line for all of a reorganisation (rules.md C5): so many rights, by the earliest day."""
    same = next((n for n, other in enumerate(lines) if (other.role, other.name) == ("reorganisation", name)), None)
    if same is None:
        lines.append(replace(line, role="reorganisation", name=name))
    else:
        other = lines[same]
        lines[same] = replace(other, rights=other.rights + line.rights, by=min(other.by, line.by))


def _line(one: Mover, role: str, left: int, by: date) -> Line:
    name = "" if one.person.protected_identity else one.person.display_name
    return Line(name, role, one.change_on, left, by)


def _reminder(one: Mover, step: Step, today: date) -> bool:
    if one.asked_on is None or one.state != "deciding":
        return False
    reached = life.reminders_due(step.clock, one.asked_on, today, clock.calendar())
    if reached <= one.reminded:
        return False
    one.reminded = reached
    return True


def _escalation(one: Mover, step: Step, today: date) -> int | None:
    """Whoever is above the new manager, when the definition's day has come and nobody there has been told."""
    if one.asked_on is None or one.state != "deciding" or one.escalated_on is not None or one.new_manager_id is None:
        return None
    if not any(clock.calendar().add(one.asked_on, e.after) <= today for e in step.clock.escalations):
        return None
    above = directory.nearest_manager(one.new_manager_id)
    return above.id if above is not None and above.id != one.person_id else None


def _is_notice_due(one: Mover, step: Step, today: date) -> bool:
    if one.asked_on is None or one.state != "deciding" or one.noticed_on is not None:
        return False
    return clock.calendar().add(one.asked_on, step.clock.due or 0) <= today


def _silent_on(one: Mover, step: Step) -> date:
    """When silence removes what is left."""
    return clock.calendar().add(one.asked_on or one.change_on, step.clock.lapse or 0)


def _step(one: Mover) -> Step:
    found = life.asked_in(lives.following(lives.MOVER, one.definition_version), "deciding")
    assert found is not None
    return found
