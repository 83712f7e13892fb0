"""So many move at once that it is a reorganisation: nobody is mailed, and the coordinator chooses (rules.md C5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants.models import Grant
from app.movers import held, tasks
from app.movers.held_models import HeldMove
from app.notifications.models import OutboxMail
from tests.appointments.conftest import Post, logged, mails
from tests.auth.conftest import LogIn
from tests.movers.conftest import Says, cases, dn, read, statuses, to_school
from tests.people import Town, grant, left
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
Wave = Callable[..., None]


@pytest.fixture
def wave(app: Flask, town: Town, rektor: Person, says: Says, monkeypatch: pytest.MonkeyPatch) -> Wave:
    """Three of the library's are at the school, by two readings; at most two may move at once."""
    strict = {"sync_moving_floor": 2, "sync_most_moving_share": 0.001}
    monkeypatch.setitem(app.extensions, "settings", app.extensions["settings"].model_copy(update=strict))

    def wave(*who: Person, reads: int = 2) -> None:
        says()
        read(-4)
        says(*((one, to_school(rektor)) for one in who or (town.alice, town.newcomer, town.carol)))
        for number in range(reads):
            read(number - 3)

    return wave


def waiting() -> dict[str, str]:
    db.session.expire_all()
    return {one.person.given_name: one.state for one in db.session.scalars(select(HeldMove).order_by(HeldMove.id))}


def release(town: Town, by: Person | None = None) -> int:
    who = by or town.coordinator
    with transaction():
        pairs = {(town.library.id, town.school.id)}
        return held.release(pairs, actor=Actor(who.id, "infosec_coordinator"), now=clock.now())


def test_too_many_at_once_wait_and_no_manager_hears_of_it(wave: Wave, town: Town, rektor: Person, rights: Any) -> None:
    wave(reads=1)
    assert waiting() == {}, "seen once is not believed"
    read(-2)
    assert waiting() == {"Alice": "waiting", "Nina": "waiting", "Carol": "waiting"}
    assert (cases(), statuses(town.alice)["BUN"]) == ([], "active"), "nothing is removed, not even what is secret"
    assert (len(logged("person.moved")), len(logged("moves.held"))) == (3, 1), "what is true is in the log"
    tasks.follow()
    assert [mail.data["people"] for mail in mails(town.coordinator, "moves_held")] == [3]
    assert db.session.scalars(select(OutboxMail).where(OutboxMail.template == "movers_told")).all() == []
    tasks.follow()
    read(-1)
    assert len(mails(town.coordinator, "moves_held")) == 1, "once a day"
    assert waiting().keys() == {"Alice", "Nina", "Carol"}, "the next reading says nothing new"


def test_as_many_as_may_move_are_asked_about_at_once(wave: Wave, town: Town, rights: Any) -> None:
    wave(town.alice, town.newcomer)
    assert (waiting(), cases()) == ({}, [("Alice", "deciding")])


def test_whoever_moves_later_the_same_day_belongs_to_them(
    wave: Wave, town: Town, says: Says, rektor: Person, rights: Any
) -> None:
    wave()
    moved = [(one, to_school(rektor)) for one in (town.alice, town.newcomer, town.carol, town.sam)]
    says(*moved)
    read(-1)
    read(0)
    assert waiting()["Sam"] == "waiting"
    assert len(logged("moves.held")) == 1


def test_released_ones_become_cases_of_their_own(wave: Wave, town: Town, rights: dict[str, Grant]) -> None:
    wave()
    assert release(town) == 3
    assert cases() == [], "the job opens them, one transaction each"
    tasks.follow()
    assert cases() == [("Alice", "deciding")], "the others have nothing that is asked about"
    assert set(waiting().values()) == {"opened"}
    assert statuses(town.alice)["BUN"] == "revocation_pending", "the day of the change has been"
    (event,) = logged("moves.released")
    units = [{"from_unit": town.library.id, "to_unit": town.school.id}]
    assert (event.actor_id, event.data) == (town.coordinator.id, {"people": 3, "units": units})
    with pytest.raises(Conflict, match="moves_settled"):
        release(town)


def test_what_is_released_counts_no_more(
    wave: Wave, town: Town, says: Says, rektor: Person, rights: Any, frozen_time: Any
) -> None:
    wave()
    with transaction() as session:
        grant(session, town.newcomer, town.disk)
        grant(session, town.sam, town.disk)
    release(town)
    tasks.follow()
    says(*((one, to_school(rektor)) for one in (town.alice, town.newcomer, town.carol, town.sam)))
    read(0)
    read(1)
    assert ("Sam", "deciding") in cases()


def test_directory_that_is_down_opens_nothing(wave: Wave, town: Town, says: Says, rights: Any) -> None:
    wave()
    release(town)
    says().down = True
    tasks.follow()
    assert (cases(), waiting()["Alice"]) == ([], "released")


def test_back_or_gone_meanwhile_is_no_move(wave: Wave, town: Town, says: Says, rektor: Person, rights: Any) -> None:
    wave()
    says((town.newcomer, to_school(rektor)), (town.carol, to_school(rektor)))
    read(-1)
    read(0)
    with transaction():
        publish(left(town.carol.id))
    assert waiting() == {"Alice": "undone", "Nina": "waiting", "Carol": "undone"}
    assert (cases(), statuses(town.alice)["BUN"]) == ([], "active")


def test_who_moves_on_meanwhile_waits_with_the_last_place(wave: Wave, town: Town, says: Says, rights: Any) -> None:
    wave()
    says((town.alice, {"unit_code": "KTF-MUS", "unit_name": "Museet", "manager_dn": dn(town.eva)}))
    read(-1)
    read(0)
    move = db.session.scalars(select(HeldMove).where(HeldMove.person_id == town.alice.id)).one()
    assert (move.from_unit.name, move.to_unit.name, set(move.what)) == ("Biblioteket", "Museet", {"unit", "manager"})


def test_nobody_releases_their_own(wave: Wave, town: Town) -> None:
    wave()
    assert release(town, town.alice) == 2
    assert waiting()["Alice"] == "waiting"
    with pytest.raises(NotAllowed, match="not_self"):
        release(town, town.alice)


class TestPage:
    def test_coordinator_sees_old_and_new_unit_and_lets_them_go(
        self, wave: Wave, town: Town, rights: Any, as_person: LogIn, post: Post, statements: Callable[[], int]
    ) -> None:
        wave()
        browser = as_person(town.coordinator)
        before = statements()
        page = browser.get("/movers/held").text
        assert statements() - before < 15
        assert "Biblioteket → Tallskolan" in page and "3 personer" in page and "1 känslig" in page
        chosen = f"{town.library.id}-{town.school.id}"
        assert post(browser, "/movers/held/release", of="/movers/held").status_code == 422
        assert post(browser, "/movers/held/release", of="/movers/held", chosen="x").status_code == 422
        assert post(browser, "/movers/held/release", of="/movers/held", chosen=chosen).status_code == 302
        late = post(browser, "/movers/held/release", of="/more", chosen=chosen)
        assert late.status_code == 302 and "Någon annan var först" in browser.get("/movers/held").text

    def test_not_yours_and_wrong_method(self, town: Town, as_person: LogIn) -> None:
        assert as_person(town.bob).get("/movers/held").status_code == 403
        assert as_person(town.bob).post("/movers/held/release").status_code in (400, 403)
        assert as_person(town.coordinator).get("/movers/held/release").status_code == 405
        assert "Inga byten väntar" in as_person(town.coordinator).get("/movers/held").text


def test_next_day_is_another_wave(wave: Wave, town: Town, says: Says, rektor: Person, rights: Any) -> None:
    wave()
    with transaction() as session:
        session.execute(HeldMove.__table__.update().values(held_at=datetime(2026, 2, 20, tzinfo=UTC)))
        grant(session, town.sam, town.disk)
    says(*((one, to_school(rektor)) for one in (town.alice, town.newcomer, town.carol, town.sam)))
    read(-1)
    read(0)
    assert ("Sam", "deciding") in cases()
