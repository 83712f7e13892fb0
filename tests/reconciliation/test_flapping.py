"""A leaver who is seen once keeps what is harmless until it is certain, by readings of a directory (field.md B6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory import damping, tasks
from app.directory.answers import Answer
from app.directory.damping_models import EndedSighting
from app.directory.models import Person
from app.directory.synchronising import sync
from app.errors import DirectoryUnavailable
from app.grants.models import Grant
from tests.auth.conftest import as_person
from tests.directory.test_synchronising import Reading, account
from tests.people import grant, level, system
from tests.requests.conftest import life, town
from workflows.events import DIRECTORY

__all__ = ["as_person", "life", "town"]
NIGHT = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
DAY = timedelta(hours=24)


class Directory(Reading):
    """The characters, of whom those of ``off`` have closed accounts; may be down for look-ups."""

    down = False

    def find_by_employee_number(self, number: str) -> Answer:
        if self.down:
            raise DirectoryUnavailable("directory_unavailable", cause="no route")
        return Answer("ldaps://reading", tuple(a for a in self.accounts if a.employee_number == number))

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def put(app, town):
    """Puts a directory in place: everybody's account is open but for those of ``off``."""

    def put(*off: Person) -> Directory:
        gone = {p.employee_number for p in off}
        people = db.session.scalars(select(Person).where(Person.employment_status != "not_found")).all()
        made = Directory(
            *(
                account(n, employee_number=p.employee_number, display_name=p.display_name, given_name=p.given_name,
                        enabled=p.employee_number not in gone | {town.vera.employee_number})
                for n, p in enumerate(people)
            )
        )  # fmt: skip
        db.session.rollback()
        app.extensions["directory"] = made
        return made

    return put


@pytest.fixture
def rights(town) -> dict[str, Grant]:
    """Alice holds the base right and the desk, one of K3, one privileged."""
    with transaction() as session:
        secret = system(session, "PRO", "Procapita", board="KTN", confidentiality=3)
        return {
            "desk": grant(session, town.alice, town.disk),
            "secret": grant(session, town.alice, level(session, secret, "SOC", "Handläggare", profile="sensitive")),
            "admin": grant(session, town.alice, level(session, town.mic, "ADM", "Admin", profile="privileged")),
        }


def another(town) -> AccessLevel:
    """A level that Alice does not hold."""
    with transaction() as session:
        return level(session, town.mic, "STAT", "Statistik")


def read(at: datetime) -> None:
    with transaction():
        sync(at)


def statuses(who: Person) -> dict[str, str]:
    db.session.expire_all()
    found = db.session.scalars(select(Grant).where(Grant.subject_id == who.id)).all()
    return {g.level.code: g.status for g in found}


def sightings(who: Person) -> list[tuple[str, str]]:
    wanted = select(EndedSighting.state, EndedSighting.why).where(EndedSighting.person_id == who.id)
    return [tuple(row) for row in db.session.execute(wanted.order_by(EndedSighting.id))]


def logged(kind: str) -> int:
    return len(db.session.scalars(select(AuditEvent.id).where(AuditEvent.event == kind)).all())


KEPT = {"BAS": "active", "DISK": "active", "SOC": "revocation_pending", "ADM": "revocation_pending"}
GONE = dict.fromkeys(KEPT, "revocation_pending")


def test_first_sighting_ends_only_what_is_dangerous_and_the_next_snapshot_the_rest(put, rights, town, life):
    order = life.order(town.alice, level=another(town))
    put()
    read(NIGHT)
    put(town.alice)
    read(NIGHT + timedelta(hours=1))
    assert (statuses(town.alice), sightings(town.alice), order.ended_at) == (KEPT, [("open", "")], None)
    read(NIGHT + timedelta(hours=2))
    assert (statuses(town.alice), sightings(town.alice)) == (GONE, [("certain", "seen_again")])
    db.session.refresh(order)
    assert (order.state, logged("employment.ended")) == ("cancelled", 1)
    read(NIGHT + timedelta(hours=3))
    assert (sightings(town.alice), logged("employment.ended")) == ([("certain", "seen_again")], 1), "once"


def test_coming_back_meanwhile_leaves_only_the_log(put, rights, town):
    put()
    read(NIGHT)
    put(town.alice)
    read(NIGHT + timedelta(hours=1))
    put()
    read(NIGHT + timedelta(hours=2))
    assert (statuses(town.alice), sightings(town.alice)) == (KEPT, [("undone", "")])
    assert (logged("employment.changed"), logged("employment.ended")) == (2, 0)
    put(town.alice)
    read(NIGHT + timedelta(hours=3))
    assert sightings(town.alice) == [("undone", ""), ("open", "")], "the next time begins anew"
    assert statuses(town.alice) == KEPT


def test_a_day_later_the_directory_is_asked_again_and_twice_changes_nothing(put, rights, town, frozen_time):
    put()
    read(NIGHT)
    put(town.alice)
    seen = NIGHT + timedelta(hours=1)
    read(seen)
    frozen_time.move_to(seen + DAY - timedelta(seconds=1))
    assert tasks.ask_again_of_leavers() == 0
    frozen_time.move_to(seen + DAY)
    assert [tasks.ask_again_of_leavers(), tasks.ask_again_of_leavers()] == [1, 0]
    assert (statuses(town.alice), sightings(town.alice)) == (GONE, [("certain", "a_day_later")])
    assert logged("employment.ended") == 1


def test_unknown_is_no_second_sighting(put, rights, town, frozen_time):
    put()
    read(NIGHT)
    directory = put(town.alice)
    read(NIGHT + timedelta(hours=1))
    directory.down = True
    frozen_time.move_to(NIGHT + 3 * DAY)
    assert tasks.ask_again_of_leavers() == 0
    assert (statuses(town.alice), sightings(town.alice)) == (KEPT, [("open", "")])
    unreadable = put(town.alice)
    unreadable.accounts = tuple(
        replace(a, enabled=True, start_readable=False) if a.employee_number == town.alice.employee_number else a
        for a in unreadable.accounts
    )
    read(NIGHT + 3 * DAY)
    assert sightings(town.alice) == [("open", "")], "the snapshot could not tell"


def test_look_up_that_finds_the_account_again_undoes_it(put, rights, town, frozen_time):
    put()
    read(NIGHT)
    put(town.alice)
    read(NIGHT + timedelta(hours=1))
    put()
    frozen_time.move_to(NIGHT + 2 * DAY)
    assert tasks.ask_again_of_leavers() == 0
    assert (statuses(town.alice), sightings(town.alice)) == (KEPT, [("undone", "")])


def test_manager_in_doubt_keeps_the_tasks_until_it_is_certain(put, rights, town, life):
    order = life.order(town.alice, level=another(town))
    put()
    read(NIGHT)
    put(town.bob)
    read(NIGHT + timedelta(hours=1))
    assert life.asked(order) == {"Bob"}
    read(NIGHT + timedelta(hours=2))
    assert life.asked(order) - {"Bob"} == life.asked(order) != set(), "somebody else is asked"


def test_decision_of_a_person_needs_no_sighting_and_counts_once(put, rights, town):
    with transaction():
        assert damping.believe(town.alice.id, why="immediate", actor=DIRECTORY, now=clock.now())
    assert (statuses(town.alice), sightings(town.alice)) == (GONE, [("certain", "immediate")])


def test_person_page_says_that_it_is_not_certain(put, rights, town, as_person):
    put()
    read(clock.now() - timedelta(hours=2))
    put(town.alice)
    read(clock.now() - timedelta(hours=1))
    page = as_person(town.coordinator).get(f"/access/people/{town.alice.id}").get_data(as_text=True)
    assert "Personalkatalogen säger att anställningen har upphört" in page
    put()
    read(clock.now())
    page = as_person(town.coordinator).get(f"/access/people/{town.alice.id}").get_data(as_text=True)
    assert "anställningen har upphört" not in page
