"""Who hears of an end at once: those who close the account, and whoever has asked for it. Nobody else."""

from __future__ import annotations

from collections.abc import Iterator

from app import clock
from app.catalogue.models import AccessLevel
from app.db import db
from app.grants.models import Grant
from app.leavers import queries
from app.leavers.models import Leaver
from app.notifications import leaver_letters as letters
from app.notifications import services as outbox
from app.notifications.letter import Letter
from workflows.leaver_events import LeaverMoved


def moved(event: LeaverMoved) -> None:
    """At an end at once two mails; no other move is told of by itself (a reaction)."""
    if event.trigger != "terminate":
        return
    one = db.session.get_one(Leaver, event.leaver_id)
    outbox.queue_all([*_to_executors(one), *_to_asker(one, event)], now=event.at)


def _to_executors(one: Leaver) -> Iterator[Letter]:
    assert one.account_by is not None
    login = "" if one.person.protected_identity else one.person.login
    tasks = queries.revoke_tasks(one.person_id)
    base = db.session.query(Grant.id).join(AccessLevel, AccessLevel.id == Grant.level_id).filter(AccessLevel.is_base)
    for (grant_id,) in base.filter(Grant.id.in_(tasks)).order_by(Grant.id):
        task = tasks[grant_id]
        for who in task.addressees:
            if who.removed_at is None:
                yield letters.account(
                    who.person_id, one.id, task_id=task.id, by=clock.local(one.account_by), login=login
                )


def _to_asker(one: Leaver, event: LeaverMoved) -> Iterator[Letter]:
    if event.actor.person_id is not None:
        name = "" if one.person.protected_identity else one.person.display_name
        rights = queries.rights_left(one.person_id)
        yield letters.confirmed(event.actor.person_id, one.id, name=name, rights=rights)
