"""Orders that are under way when the demonstration begins, so that every role has something to see.

They are made by the services of the product, act by act, on days that have passed; municipality.yaml tells of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update

from app import clock
from app.catalogue.queries import level_by_code
from app.db import db, transaction
from app.demonstration import doors
from app.demonstration.moments import before
from app.demonstration.municipality import data, holders
from app.directory import services as directory
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.grants import queries as grants
from app.grants import services as grant_services
from app.notifications.models import OutboxMail
from app.requests import services
from app.requests.models import AccessRequest
from app.requests.services import Push
from app.tasks import queries as tasks
from app.tasks.models import Task
from workflows.events import Actor

Lookup = Callable[[Person, datetime], Evidence]
Act = Callable[["Told", Mapping[str, Any], datetime], None]


@dataclass(slots=True)
class Told:
    """One order as it is told: about whom, by whom, and how the directory is asked."""

    story: Mapping[str, Any]
    subject: Person
    orderer: Person
    lookup: Lookup
    order_id: int = 0

    @property
    def order(self) -> AccessRequest:
        """The order, once it is sent."""
        return db.session.get_one(AccessRequest, self.order_id)


def place(now: datetime, lookup: Lookup = directory.lookup) -> int:
    """Make the orders that are not there yet; returns how many. Each act is a transaction of its own.

    Of their mails only those are left to send that ask somebody for something that is still open.
    """
    return sum(_tell(Told(story, *_people(story), lookup), now, n) for n, story in enumerate(data()["orders"]))


def _tell(told: Told, now: datetime, number: int) -> bool:
    level = level_by_code(*told.story["level"].rsplit(".", 1))
    known = exists().where(AccessRequest.subject_id == told.subject.id, AccessRequest.level_id == level.id)
    if db.session.scalar(select(known)):
        return False
    moments = []
    for act in told.story["acts"]:
        moments.append(before(now, act["ago"], number))
        with transaction():
            ACTS[act["do"]](told, act, moments[-1])
    with transaction():
        _take_as_sent(moments)
    return True


def _send(told: Told, _act: Mapping[str, Any], at: datetime) -> None:
    level = level_by_code(*told.story["level"].rsplit(".", 1))
    day = clock.local(at).date()
    values = {
        "subject": told.subject,
        "level": level,
        "valid_from": max(day, told.subject.starts_on or day),
        "valid_to": day + timedelta(days=told.story["days"]) if "days" in told.story else None,
        "justification": told.story["why"],
        "answers": told.story.get("answers", {}),
        **doors.where(told.story, level),
    }
    order = services.draft(values, orderer_id=told.orderer.id, now=at)
    services.submit(order, Push(Actor(told.orderer.id, "orderer"), at, told.lookup(told.subject, at)))
    told.order_id = order.id


def _answer(told: Told, act: Mapping[str, Any], at: datetime) -> None:
    """The first of those who are asked answers."""
    order, task = told.order, tasks.open_about(request_id=told.order_id)
    assert task is not None, told.story
    first = task.addressees[0]
    actor = Actor(first.person_id, first.why or first.role, "web", first.on_behalf_of_id)
    receipt = {"done_on": clock.local(at).date().isoformat(), "target_user_id": told.subject.login or "", "note": ""}
    receipt |= {"serial": act["serial"], "credential_kind": "tag"} if "serial" in act else {}
    given = receipt if act["do"] == "grant" else {}
    push = Push(actor, at, told.lookup(told.subject, at), reason=act.get("reason", ""), data=given)
    services.decide(order, task, act["do"], push)


def _end(told: Told, act: Mapping[str, Any], at: datetime) -> None:
    """The line manager orders the removal."""
    grant = grants.of_request(told.order_id)
    assert grant is not None and told.subject.manager_id is not None, told.story
    actor = Actor(told.subject.manager_id, "line_manager", "web")
    grant_services.order_revocation(grant, reason=act["reason"], actor=actor, now=at)


def _hand_over(told: Told, _act: Mapping[str, Any], at: datetime) -> None:
    doors.hand_over(told.order_id, at)


def _lose(told: Told, act: Mapping[str, Any], at: datetime) -> None:
    doors.lose(told.order_id, act["note"], at)


ACTS: Mapping[str, Act] = {
    "send": _send,
    "approve": _answer,
    "return": _answer,
    "reject": _answer,
    "grant": _answer,
    "end": _end,
    "hand_over": _hand_over,
    "lose": _lose,
}


def _take_as_sent(moments: list[datetime]) -> None:
    """What was told then was read then: only mails about what is still to be done go out now."""
    to_be_done = exists().where(Task.id == OutboxMail.task_id, Task.status == "open")
    old = update(OutboxMail).where(OutboxMail.queued_at.in_(moments), OutboxMail.status == "queued", ~to_be_done)
    db.session.execute(old.values(status="sent", sent_at=OutboxMail.queued_at))


def _people(story: Mapping[str, Any]) -> tuple[Person, Person]:
    """About whom and by whom it is ordered; somebody expected is led by whoever orders, as in the product."""
    orderer = _person(story.get("orderer") or story["subject"])
    if "expected" not in story:
        return _person(story["subject"]), orderer
    with transaction():
        newcomer = directory.expect(**story["expected"])
        newcomer.manager_id = orderer.id
    return newcomer, orderer


def _person(name: str) -> Person:
    """A character by name, others by post and place: UNIT/Title 3 is the third who has it."""
    if "/" not in name:
        return db.session.scalars(select(Person).where(Person.display_name == name)).one()
    post, _, place = name.rpartition(" ")
    number = holders()[post][int(place) - 1]
    return db.session.scalars(select(Person).where(Person.employee_number == number)).one()
