"""A long leave lets what is secret rest, and nothing comes back by itself (rules.md C3, C5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.absences import services, tasks
from app.absences.models import Absence
from app.db import db, transaction
from app.directory import services as directory
from app.directory.models import Person
from app.errors import NotAllowed
from app.events import publish
from app.grants import services as grants
from app.grants.models import Grant
from tests.appointments.conftest import Post, logged, mails
from tests.auth.conftest import LogIn
from tests.movers.conftest import Says, statuses
from tests.people import Town, left
from tests.requests.conftest import employed
from workflows.case import EmploymentStatus as Status
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
ACTIVE = {"BAS": "active", "DISK": "active", "BUN": "active"}
RESTING = ACTIVE | {"BUN": "suspended"}
FIRST = date(2026, 3, 9)


def seen(who: Person, status: Status) -> None:
    """The directory has said so."""
    with transaction():
        directory.record(employed(who, status))


def only() -> Absence:
    db.session.expire_all()
    return db.session.scalars(select(Absence)).one()


def announced(town: Town, ends_on: date | None, starts_on: date = FIRST) -> Absence:
    with transaction():
        by = Actor(town.bob.id, "line_manager")
        return services.announce(town.alice, starts_on, ends_on, actor=by, now=clock.now())


@pytest.fixture
def on_leave(town: Town, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Alice is on leave by the directory, since today."""
    who = db.session.get_one(Person, town.alice.id)
    with transaction() as session:
        session.get_one(Person, who.id).employment_status = "on_leave"
        services.seen_away(who.id, clock.now())
    return who


def test_seen_leave_rests_what_is_secret_after_fourteen_days_and_asks_about_the_rest_after_thirty(
    town: Town, rights: dict[str, Grant], on_leave: Person, frozen_time: Any
) -> None:
    frozen_time.move_to(datetime(2026, 3, 15, 12, 0, tzinfo=UTC))
    assert (tasks.follow(), statuses(town.alice), only().state) == (0, ACTIVE, "away"), "the fourteenth day"
    frozen_time.move_to(datetime(2026, 3, 16, 8, 0, tzinfo=UTC))
    assert (tasks.follow(), tasks.follow(), statuses(town.alice)) == (1, 0, RESTING)
    frozen_time.move_to(datetime(2026, 4, 1, 8, 0, tzinfo=UTC))
    assert (tasks.follow(), only().state, mails(town.bob, "absences_told")[0].data["count"]) == (1, "listed", 1)
    frozen_time.shift(timedelta(days=90))
    tasks.follow()
    assert (statuses(town.alice), only().state) == (RESTING, "listed"), "silence takes nothing of what is not secret"


def test_known_dates_rest_from_the_first_day(
    town: Town, rights: dict[str, Grant], says: Says, frozen_time: Any
) -> None:
    announced(town, FIRST + timedelta(days=14))
    frozen_time.move_to(datetime(2026, 3, 8, 12, 0, tzinfo=UTC))
    assert (tasks.follow(), statuses(town.alice)) == (0, ACTIVE)
    frozen_time.move_to(datetime(2026, 3, 9, 0, 30, tzinfo=UTC))
    assert (tasks.follow(), statuses(town.alice), only().state) == (1, RESTING, "away")


def test_short_leave_changes_nothing_and_ends_by_itself(
    town: Town, rights: dict[str, Grant], says: Says, frozen_time: Any
) -> None:
    announced(town, FIRST + timedelta(days=13))
    says()
    for day in (9, 22, 23):
        frozen_time.move_to(datetime(2026, 3, day, 8, 0, tzinfo=UTC))
        tasks.follow()
        assert statuses(town.alice) == ACTIVE
    assert only().state == "ended", "nothing rests, so nothing is asked"


def test_nothing_comes_back_by_itself_and_unknown_opens_nothing(
    town: Town, rights: dict[str, Grant], says: Says, frozen_time: Any
) -> None:
    one = announced(town, FIRST + timedelta(days=20))
    says()
    frozen_time.move_to(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    tasks.follow()
    frozen_time.move_to(datetime(2026, 3, 30, 8, 0, tzinfo=UTC))
    says().down = True
    tasks.follow()
    assert only().state == "away", "the directory cannot say that she is back"
    says()
    tasks.follow()
    assert (only().state, statuses(town.alice)) == ("returning", RESTING)
    said, by = ({rights["secret"].id}, ()), Actor(town.bob.id, "line_manager")
    for status, reason in ((Status.UNKNOWN, "directory_unknown"), (Status.ON_LEAVE, "still_on_leave")):
        with pytest.raises(NotAllowed, match=reason), transaction():
            services.reopen(one, *said, status=status, actor=by, now=clock.now())
    with pytest.raises(NotAllowed, match="not_self"), transaction():
        services.reopen(one, *said, status=Status.ACTIVE, actor=Actor(town.alice.id, "x"), now=clock.now())
    with transaction():
        services.reopen(one, *said, status=Status.ACTIVE, actor=by, now=clock.now())
    assert (only().state, statuses(town.alice)) == ("ended", ACTIVE)
    assert [e.reason for e in logged("grant.resumed")] == ["leave"]


def test_leave_that_lasts_longer_than_was_said_goes_on(
    town: Town, rights: dict[str, Grant], says: Says, frozen_time: Any
) -> None:
    announced(town, FIRST + timedelta(days=20))
    says((town.alice, {"employee_type": "tjänstledig"}))
    frozen_time.move_to(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    tasks.follow()
    frozen_time.move_to(datetime(2026, 3, 30, 8, 0, tzinfo=UTC))
    tasks.follow()
    assert (only().state, only().ends_on, statuses(town.alice)) == ("away", None, RESTING)


def test_back_and_away_again_rests_again(town: Town, rights: Any, on_leave: Person, frozen_time: Any) -> None:
    frozen_time.move_to(datetime(2026, 3, 16, 8, 0, tzinfo=UTC))
    tasks.follow()
    seen(town.alice, Status.ACTIVE)
    assert only().state == "returning"
    seen(town.alice, Status.ON_LEAVE)
    assert (only().state, statuses(town.alice)) == ("away", RESTING)


def test_return_by_way_of_an_ambiguous_number_is_a_return(
    town: Town, rights: dict[str, Grant], on_leave: Person, frozen_time: Any
) -> None:
    frozen_time.move_to(datetime(2026, 3, 17, 8, 0, tzinfo=UTC))
    tasks.follow()
    seen(town.alice, Status.AMBIGUOUS)
    assert (only().state, statuses(town.alice)) == ("away", RESTING), "nobody knows, so nothing is asked"
    seen(town.alice, Status.ACTIVE)
    assert (only().state, statuses(town.alice)) == ("returning", RESTING)


def test_what_only_the_manager_has_said_is_not_ended_by_the_directory(town: Town, rights: Any, says: Says) -> None:
    announced(town, None, date(2026, 3, 2))
    tasks.follow()
    seen(town.alice, Status.AMBIGUOUS)
    seen(town.alice, Status.ACTIVE)
    assert only().state == "away"


def test_on_leave_is_never_left_and_who_leaves_is_a_leaver(
    town: Town, rights: dict[str, Grant], on_leave: Person
) -> None:
    tasks.follow()
    assert statuses(town.alice) == ACTIVE
    with transaction():
        publish(left(town.alice.id))
    assert (only().state, set(statuses(town.alice).values())) == ("overtaken", {"revocation_pending"})


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ((FIRST, FIRST - timedelta(days=1)), "period_reversed"),
        ((date(2026, 2, 1), date(2026, 3, 1)), "absence_over"),
        ((date(2027, 6, 1), None), "day_too_far"),
    ],
)
def test_refused_dates(town: Town, dates: tuple[date, date | None], reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        announced(town, dates[1], dates[0])


class TestPages:
    def test_from_the_announcement_to_the_return(
        self, town: Town, rights: dict[str, Grant], says: Says, as_person: LogIn, post: Post, frozen_time: Any
    ) -> None:
        bob: FlaskClient = as_person(town.bob)
        says()
        number = town.alice.employee_number
        given = {"employee_number": number, "starts_on": "2026-03-02", "ends_on": "2026-04-30"}
        assert post(bob, "/absences/new", **{**given, "ends_on": "2026-03-01"}).status_code == 422
        assert post(bob, "/absences/new", **{**given, "employee_number": "0"}).status_code == 422
        own = {**given, "employee_number": town.bob.employee_number}
        assert post(bob, "/absences/new", **own).status_code == 422
        made = post(bob, "/absences/new", **given)
        assert made.status_code == 302
        tasks.follow()
        assert "Alice" in bob.get("/absences/").text
        assert "gå igenom" in bob.get(made.location).text.lower()
        rest = {f"right-{rights['desk'].id}": "rest"}
        assert post(bob, f"{made.location}/review", of=made.location, **rest).status_code == 302
        assert statuses(town.alice) == RESTING | {"DISK": "suspended"}
        frozen_time.move_to(datetime(2026, 5, 4, 8, 0, tzinfo=UTC))
        tasks.follow()
        bob = as_person(town.bob)
        half = {f"right-{rights['secret'].id}": "open"}
        missing = post(bob, f"{made.location}/reopen", of=made.location, **half)
        assert missing.status_code == 422 and "Svara om var och en" in missing.text
        both = {**half, f"right-{rights['desk'].id}": "remove"}
        assert post(bob, f"{made.location}/reopen", of=made.location, **both).status_code == 302
        assert statuses(town.alice) == ACTIVE | {"DISK": "revocation_pending"}

    def test_not_yours_gone_and_wrong_method(self, town: Town, as_person: LogIn) -> None:
        one = announced(town, None)
        for who in (town.alice, town.dan):
            assert as_person(who).get(f"/absences/{one.id}").status_code == 404
            assert as_person(who).get("/absences/").status_code == 403
        bob = as_person(town.bob)
        assert bob.get("/absences/4711").status_code == 404
        assert bob.get(f"/absences/{one.id}/review").status_code == 405

    def test_taken_back(self, town: Town, as_person: LogIn, post: Post) -> None:
        one = announced(town, None)
        assert post(as_person(town.bob), f"/absences/{one.id}/withdraw", of=f"/absences/{one.id}").status_code == 302
        assert only().state == "withdrawn"


def test_who_was_on_leave_before_anybody_followed_is_found_once(
    town: Town, rights: dict[str, Grant], frozen_time: Any
) -> None:
    with transaction() as session:
        session.get_one(Person, town.alice.id).employment_status = "on_leave"
        session.get_one(Person, town.newcomer.id).employment_status = "on_leave"
    tasks.follow()
    tasks.follow()
    assert (only().person_id, only().state) == (town.alice.id, "away"), "who holds nothing has no leave to follow"
    frozen_time.shift(timedelta(days=15))
    tasks.follow()
    assert statuses(town.alice) == RESTING


def test_what_is_removed_meanwhile_is_not_opened(
    town: Town, rights: dict[str, Grant], on_leave: Person, frozen_time: Any
) -> None:
    frozen_time.move_to(datetime(2026, 3, 17, 8, 0, tzinfo=UTC))
    tasks.follow()
    with transaction():
        secret = db.session.get_one(Grant, rights["secret"].id)
        grants.order_revocation(
            secret, reason="no_longer_needed", actor=Actor(town.bob.id, "line_manager"), now=clock.now()
        )
    seen(town.alice, Status.ACTIVE)
    assert (only().state, statuses(town.alice)["BUN"]) == ("ended", "revocation_pending"), "nothing is left to open"
