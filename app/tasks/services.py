"""Asking, answering and closing. Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.db import db, rows_of
from app.directory.models import Person
from app.errors import AlreadyDecided, Forbidden
from app.events import publish
from app.tasks import queries
from app.tasks.models import Task, TaskAddressee, TaskClock
from workflows import clocks
from workflows.authority import Asked
from workflows.definition import Clock
from workflows.events import Actor, TaskAsked, TaskClosed
from workflows.system_events import TaskDueMoved

PARENTS = ("request_id", "grant_id", "matter_id", "log_check_id")  # what a task is about: one of them
# A task with its people and its clocks in one statement: every step of an order makes one.
ASK = text("""
WITH made AS (
  INSERT INTO task (kind, step, request_id, grant_id, matter_id, log_check_id, round, status, created_at, due_on,
    due_unfrozen, lapses_on, verdict, reason, mail_trouble, board)
  VALUES (:kind, :step, :request_id, :grant_id, :matter_id, :log_check_id, :round, 'open', :now, :due_on,
    :due_unfrozen, :lapses_on, '', '', '', :board)
  RETURNING id
), people AS (
  INSERT INTO task_addressee (task_id, person_id, role, why, on_behalf_of_id, added_at)
  SELECT made.id, p.person_id, p.role, p.why, p.behalf, :now FROM made, unnest(
    CAST(:people AS integer[]), CAST(:roles AS text[]), CAST(:whys AS text[]), CAST(:behalf AS integer[])
  ) WITH ORDINALITY AS p (person_id, role, why, behalf, place) ORDER BY p.place
), clocks AS (
  INSERT INTO task_clock (task_id, act, ask, fires_on)
  SELECT made.id, c.act, c.ask, c.fires_on FROM made, unnest(
    CAST(:acts AS text[]), CAST(:asks AS text[]), CAST(:days AS date[])
  ) WITH ORDINALITY AS c (act, ask, fires_on, place) ORDER BY c.place
)
SELECT id FROM made
""")
# Whoever passes a task on meanwhile holds the row of ``asking``, and leaves nothing of it.
ANSWER = text("""
WITH asking AS (
  SELECT id FROM task_addressee WHERE task_id = :id AND person_id = :by AND removed_at IS NULL FOR SHARE
)
UPDATE task SET status = 'done', verdict = :verdict, reason = :reason, decided_at = :now, decided_by_id = :by,
  on_behalf_of_id = :on_behalf_of, chairs = :chairs
WHERE id = :id AND status = 'open' AND EXISTS (SELECT FROM asking) RETURNING id
""")
CLOSE = text("""
UPDATE task SET status = :status, decided_at = :now
WHERE (request_id = :request_id OR grant_id = :grant_id OR matter_id = :matter_id OR log_check_id = :log_check_id)
  AND status = 'open'
  AND (kind <> :beside OR :with_beside)
RETURNING id
""")


def ask(
    kind: str,
    asked: Iterable[Asked],
    timing: Clock,
    *,
    now: datetime,
    about: dict[str, Any],
    keep_out: Callable[[date], date] | None = None,
) -> int:
    """Make a task with its addressees and clocks; return its id and publish TaskAsked.

    ``about`` are columns of Task: one of ``PARENTS``, step, round, board. ``keep_out`` moves a due
    date on which it cannot be done (G15), and the clocks go with it.
    """
    today, calendar = clock.local(now).date(), clock.calendar()
    first_due = clocks.due_on(timing, today, calendar)
    due = keep_out(first_due) if keep_out else first_due
    firings = clocks.schedule(timing, today, calendar)
    if due != first_due:
        firings = tuple(replace(f, on=clocks.shift(f.on, first_due, due, calendar)) for f in firings)
    lapses_on = next((f.on for f in firings if f.act == "lapse"), None)
    people = tuple(asked)
    values = {
        **dict.fromkeys(PARENTS),
        "board": "",
        **about,
        "kind": kind,
        "now": now,
        "due_on": due,
        "due_unfrozen": first_due if due != first_due else None,
        "lapses_on": lapses_on,
        "people": [a.party.id for a in people],
        "roles": [a.role for a in people],
        "whys": [a.why for a in people],
        "behalf": [a.on_behalf_of for a in people],
        "acts": [f.act for f in firings],
        "asks": [f.ask for f in firings],
        "days": [f.on for f in firings],
    }
    ((task_id,),) = rows_of(ASK, values)
    parent = {name: about[name] for name in PARENTS if name in about}
    publish(TaskAsked(task_id, kind, people, now, due, lapses_on, about["round"], **parent))
    return task_id


def record_implicit(kind: str, *, about: dict[str, Any], by: int, now: datetime, reason: str) -> None:
    """Store an approval that nobody was asked for; ``reason`` says why (``authority.implicit_approver``)."""
    done = {"status": "done", "verdict": "approve", "reason": reason, "decided_at": now, "decided_by_id": by}
    db.session.execute(insert(Task).values(kind=kind, created_at=now, due_on=clock.local(now).date(), **about, **done))


def _add(task: Task, event: TaskAsked) -> None:
    """Whoever had passed the task on and is asked anew gets the old row back: a person is asked once a task."""
    rows = [
        {
            "task_id": task.id,
            "person_id": a.party.id,
            "role": a.role,
            "why": a.why,
            "on_behalf_of_id": a.on_behalf_of,
            "added_at": event.at,
        }
        for a in event.asked
    ]
    if rows:
        adding = insert(TaskAddressee).values(rows)
        anew = {name: adding.excluded[name] for name in ("role", "why", "on_behalf_of_id", "added_at")}
        same = ["task_id", "person_id"]
        db.session.execute(adding.on_conflict_do_update(index_elements=same, set_={**anew, "removed_at": None}))
        db.session.expire(task, ["addressees"])  # whoever reads the task next sees the new ones
    publish(event)


def ask_also(task: Task, asked: tuple[Asked, ...], now: datetime) -> None:
    """Ask more people (escalation, a new deputy, a successor): each gets a mail of their own."""
    _add(task, asked_also(task, asked, now))


def hand_over(task: Task, receiver: Asked, actor: Actor, *, reason: str, now: datetime) -> None:
    """Ask the receiver in the actor's stead; the mail says from whom the task comes, and why."""
    _add(task, replace(asked_also(task, (receiver,), now), passed_on_by=actor.person_id, reason=reason))


def asked_also(task: Task, asked: tuple[Asked, ...], now: datetime, mailbox: str = "") -> TaskAsked:
    """The event that tells of people, or a functional mailbox, that are asked about a task later on."""
    known = {a.person_id for a in task.addressees}
    waited_for = [a for a in task.addressees if a.role in ("addressee", "reassigned") and a.removed_at is None]
    return TaskAsked(
        task_id=task.id,
        kind=task.kind,
        asked=asked,
        at=now,
        due_on=task.due_on,
        lapses_on=task.lapses_on,
        round=task.round,
        request_id=task.request_id,
        grant_id=task.grant_id,
        matter_id=task.matter_id,
        log_check_id=task.log_check_id,
        waited_for=tuple(a.person_id for a in waited_for),
        mailbox=mailbox,
        is_again=any(a.party.id in known for a in asked),
    )


def spared(task: Task) -> frozenset[int]:
    """Who is not asked when the task looks for new people: everybody who has been asked already.

    Nobody when none of them is left: then who once passed the task on must be asked anew, so that somebody is.
    """
    is_asking = any(a.removed_at is None for a in task.addressees)
    return frozenset(a.person_id for a in task.addressees) if is_asking else frozenset()


def stop_asking(task_id: int, person_id: int, now: datetime) -> None:
    """The person is not asked any more (left, or passed the task on)."""
    statement = update(TaskAddressee).where(TaskAddressee.task_id == task_id, TaskAddressee.person_id == person_id)
    db.session.execute(statement.values(removed_at=now))


def let_go(task_id: int, actor: Actor, now: datetime) -> None:
    """The actor is not asked any more, because the task goes to somebody else. Locks the task until the commit.

    Raises Forbidden when the actor is not asked, AlreadyDecided when the task needs no answer. The actor's row is
    taken before the task's, as in ``answer``: of two acts of the same person at once one finds nothing to do.
    """
    mine = TaskAddressee.task_id == task_id, TaskAddressee.person_id == actor.person_id
    asking = update(TaskAddressee).where(*mine, TaskAddressee.removed_at.is_(None)).values(removed_at=now)
    if db.session.scalar(asking.returning(TaskAddressee.id)) is None:
        raise _not_asked(task_id)
    open_one = select(Task.id).where(Task.id == task_id, Task.status == "open").with_for_update(key_share=True)
    if db.session.scalar(open_one) is None:
        raise already_decided(task_id)


def _not_asked(task_id: int) -> Forbidden:
    """The error that tells whose task it is."""
    asked = select(Person.display_name).join(TaskAddressee, TaskAddressee.person_id == Person.id)
    now_asked = asked.where(TaskAddressee.task_id == task_id, TaskAddressee.removed_at.is_(None))
    return Forbidden("not_your_task", names=", ".join(db.session.scalars(now_asked.order_by(TaskAddressee.id))))


def answer(task_id: int, verdict: str, actor: Actor, *, reason: str, now: datetime, chairs: Iterable[str] = ()) -> None:
    """Close the task with an answer. Raises AlreadyDecided when somebody was first, Forbidden for who is not asked.

    ``chairs``: of a step that needs several answers, those that this one counts for.

    The conditional UPDATE is the referee: of two deciders at the same instant, one finds no open row.
    """
    given = {"id": task_id, "verdict": verdict, "reason": reason, "now": now}
    given |= {"by": actor.person_id, "on_behalf_of": actor.on_behalf_of_id, "chairs": " ".join(chairs)}
    if not rows_of(ANSWER, given):
        first = already_decided(task_id)
        raise _not_asked(task_id) if first.details["status"] == "open" else first
    publish(TaskClosed(task_id, "done", now))


def already_decided(task_id: int) -> AlreadyDecided:
    """The error that tells who was first, when, and what they said."""
    found = db.session.execute(
        select(Person.display_name, Task.decided_at, Task.verdict, Task.status)
        .select_from(Task)
        .join(Person, Task.decided_by_id == Person.id, isouter=True)
        .where(Task.id == task_id)
    ).one()
    return AlreadyDecided(who=found[0], at=found[1], verdict=found[2], status=found[3])


def close_open(*, now: datetime, status: str, is_ended: bool = True, **parent: int | None) -> None:
    """Close what is still open about an order, a grant or a matter: it is not needed any more, or it lapsed.

    ``parent``: one of ``PARENTS``. ``is_ended`` False: what the subject does beside the steps goes on.
    """
    about = {**dict.fromkeys(PARENTS), **parent, "status": status, "now": now}
    for (task_id,) in rows_of(CLOSE, {**about, "beside": queries.BESIDE, "with_beside": is_ended}):
        publish(TaskClosed(task_id, status, now))


def move_due(task: Task, due: date, *, now: datetime) -> bool:
    """Move an open task's due date and, as far from it as before, what time has still to do. False when it is so.

    The date that the task had before any window is kept, and forgotten when the task is back at it.
    """
    if due == task.due_on:
        return False
    before, calendar = task.due_on, clock.calendar()
    task.due_unfrozen = None if due == task.due_unfrozen else task.due_unfrozen or before
    task.due_on = due
    if task.lapses_on is not None:
        task.lapses_on = clocks.shift(task.lapses_on, before, due, calendar)
    ahead = select(TaskClock).where(TaskClock.task_id == task.id, TaskClock.fired_at.is_(None))
    for ring in db.session.scalars(ahead):
        ring.fires_on = clocks.shift(ring.fires_on, before, due, calendar)
    db.session.flush()
    publish(TaskDueMoved(task.id, task.request_id, before, due, now))
    return True


def end(task_id: int, status: str, now: datetime) -> None:
    """Close one task that nobody has answered."""
    db.session.execute(update(Task).where(Task.id == task_id).values(status=status, decided_at=now))
    publish(TaskClosed(task_id, status, now))


def claim(clock_id: int, now: datetime) -> bool:
    """Take one due clock; False when another run of the job took it. Late is not lost, twice is impossible."""
    taken = update(TaskClock).where(TaskClock.id == clock_id, TaskClock.fired_at.is_(None)).values(fired_at=now)
    return db.session.scalar(taken.returning(TaskClock.id)) is not None


def mark_mail_trouble(task_id: int, error: str) -> None:
    """Show on the task that a mail about it did not arrive."""
    db.session.execute(update(Task).where(Task.id == task_id).values(mail_trouble=error[:200]))


def days_late(task: Task, today: date) -> int:
    """Working days past the due date; 0 when the task is in time."""
    return max(0, clock.calendar().between(task.due_on, today))
