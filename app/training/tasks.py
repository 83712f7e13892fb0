"""What time does to courses: tells of those that run out, and of base courses that newcomers have not taken (C1)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import text

from app import clock
from app.db import db, transaction
from app.notifications import course_letters as letters
from app.notifications import services as outbox
from app.notifications.course_letters import Ending
from app.notifications.letter import Letter
from app.training import queries
from app.training.queries import Newcomer

NEAR_WORKING_DAYS = 20
LONGEST_AFTERWARDS = timedelta(days=60)  # what ran out earlier than that, nobody needs to hear of now
BASE_DUE = 20  # working days from the first day of the employment (C1)
REMINDED_AFTER, MANAGER_AFTER = (10, BASE_DUE), 60
# The mark and the mail are of one transaction: whoever runs the job again finds nobody left to tell.
CLAIM = text("""
UPDATE completion SET near_told_at = coalesce(near_told_at, :now),
  expiry_told_at = CASE WHEN expires_on < :today THEN :now ELSE expiry_told_at END
FROM course, person
WHERE course.id = course_id AND person.id = person_id AND person.employment_status = 'active'
  AND expires_on BETWEEN :oldest AND :soon
  AND (near_told_at IS NULL OR expires_on < :today AND expiry_told_at IS NULL)
  AND NOT EXISTS (
    SELECT FROM completion AS newer WHERE newer.person_id = completion.person_id
      AND newer.course_id = completion.course_id AND newer.completed_on > completion.completed_on
  )
RETURNING person_id, course.name, expires_on
""")


def tell() -> int:
    """Queue today's mails about courses; returns how many people get one. Repeating it tells nobody twice."""
    now = clock.now()
    if not clock.is_sending_time(now):
        return 0
    today = clock.local(now).date()
    with transaction():
        found = [*_ending(today, now), *_newcomers(today)]
        outbox.queue_all(found, now=now)
    return len(found)


def _ending(today: date, now: datetime) -> list[Letter]:
    """One mail a person, about every course of theirs that runs out soon or has run out."""
    soon = clock.calendar().add(today, NEAR_WORKING_DAYS)
    given = {"now": now, "today": today, "soon": soon, "oldest": today - LONGEST_AFTERWARDS}
    told: dict[int, list[Ending]] = defaultdict(list)
    for person_id, name, last in db.session.execute(CLAIM, given):
        told[person_id].append(Ending(name, last, last < today))
    return [letters.courses_ending(person_id, today, courses) for person_id, courses in told.items()]


def _newcomers(today: date) -> list[Letter]:
    """Newcomers without the base courses after 10 and 20 working days; after 60 their manager."""
    since = today - timedelta(days=MANAGER_AFTER * 2)
    found = []
    for newcomer in queries.newcomers_without_base_courses(since, today):
        days = clock.calendar().between(newcomer.starts_on, today)
        reached = [after for after in (*REMINDED_AFTER, MANAGER_AFTER) if after <= days]
        if reached:
            found += _about_newcomer(newcomer, reached[-1])
    return found


def _about_newcomer(newcomer: Newcomer, after: int) -> list[Letter]:
    due = clock.calendar().add(newcomer.starts_on, BASE_DUE)
    to = [("subject", newcomer.id)]
    if after == MANAGER_AFTER and newcomer.manager_id not in (None, newcomer.id):
        to.append(("manager", newcomer.manager_id or 0))
    return [
        letters.base_courses(newcomer.id, role, person_id, after, missing=newcomer.missing, due_on=due)
        for role, person_id in to
    ]
