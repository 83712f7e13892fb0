"""What time does about newcomers: look, and tell each manager of all of them in one mail a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from flask import current_app

from app import clock
from app.arrivals import queries, services
from app.arrivals.models import Arrival
from app.config import Settings
from app.db import transaction
from app.directory import queries as directory
from app.directory.models import Person
from app.notifications import arrival_letters as letters
from app.notifications import services as outbox

REMINDED_AFTER = (2, 4)  # working days after the mail, as a manager's approval (rules.md C0.4)


def follow() -> int:
    """Look who has come, and from 07:00 of a working day tell their managers; returns how many mails were queued.

    Nothing at all where the municipality has turned it off.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.suggest_base_orders:
        return 0
    now = clock.now()
    with transaction():
        services.look(now)
    if not clock.is_sending_time(now):
        return 0
    with transaction():
        return _tell(now)


def _tell(now: datetime) -> int:
    """One mail a manager, with those that are new to the manager or waited for too long."""
    today, told = clock.local(now).date(), defaultdict[int, list[Arrival]](list)
    waiting = queries.to_tell()
    above = directory.managers_above([one.person_id for one in waiting])
    for one in waiting:
        manager = directory.at_work(above.get(one.person_id, ()))
        if manager is not None and _is_due(one, manager, today):
            told[manager.id].append(one)
    found = [letters.arrived(manager_id, today, _names(those), len(those)) for manager_id, those in told.items()]
    outbox.queue_all(found, now=now)
    return len(found)


def _is_due(one: Arrival, manager: Person, today: date) -> bool:
    """Whether the manager is to hear of it today; notes that it is told."""
    if one.told_id != manager.id or one.told_on is None:
        one.told_id, one.told_on, one.reminded = manager.id, today, 0
        return True
    reached = sum(clock.calendar().add(one.told_on, after) <= today for after in REMINDED_AFTER)
    if reached <= one.reminded:
        return False
    one.reminded = reached
    return True


def _names(those: list[Arrival]) -> list[str]:
    """Nobody with protected personal data is named in a mail."""
    return [one.person.display_name for one in those if not one.person.protected_identity]
