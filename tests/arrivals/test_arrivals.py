"""W1 without a touch: a newcomer in the directory becomes a filled-in base order for the manager (rules.md C1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.arrivals import queries, services, tasks
from app.arrivals.models import Arrival, ArrivalWatch
from app.db import db, transaction
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.notifications.models import OutboxMail
from app.requests import services as ordering
from app.requests.services import Push
from tests.appointments.conftest import Post, logged, mails
from tests.auth.conftest import LogIn
from tests.people import Town, person
from tests.requests.conftest import Life, employed
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
REASON = "Arbetar bara praktiskt och ska inte ha konto."


def begun(town: Town) -> None:
    """The watch has begun: everybody who is here has been here."""
    with transaction():
        services.look(clock.now())


def come(town: Town, name: str = "Åsa O'Hara", **more: Any) -> Person:
    """Somebody new in the directory, led by Bob."""
    with transaction() as session:
        given = {"title": "Bibliotekarie", "manager": town.bob, "employment_status": "active", **more}
        return person(session, name, town.library, **given)


def waiting(manager: Person) -> list[str]:
    return [one.person.display_name for one in queries.waiting_for(manager.id)]


def states() -> dict[str, int]:
    return dict(db.session.execute(select(Arrival.state, func.count()).group_by(Arrival.state)).all())


def told(who: Person) -> Sequence[OutboxMail]:
    return mails(who, "arrivals")


class TestLooking:
    def test_nobody_is_flooded_when_it_begins(self, town: Town) -> None:
        assert tasks.follow() == 0
        assert set(states()) == {"existing"}
        assert waiting(town.bob) == [], "Nina has no base grant, but was here before"

    def test_newcomer_is_the_managers_once_however_often_it_runs(self, town: Town) -> None:
        begun(town)
        asa = come(town)
        assert [tasks.follow(), tasks.follow()] == [1, 0]
        assert waiting(town.bob) == [asa.display_name]
        assert [m.data["names"] for m in told(town.bob)] == [[asa.display_name]]
        assert [e.object_id for e in logged("arrival.noticed")] == [queries.waiting_for(town.bob.id)[0].id]

    def test_all_of_a_managers_come_in_one_mail_and_nobody_protected_is_named(self, town: Town) -> None:
        begun(town)
        come(town)
        come(town, "Bo Hemlig", protected_identity=True)
        tasks.follow()
        (mail,) = told(town.bob)
        assert (mail.data["names"], mail.data["count"], mail.data["unnamed"]) == (["Åsa O'Hara"], 2, 1)

    @pytest.mark.parametrize(
        ("changes", "is_noticed"),
        [
            ({"employment_status": "future", "starts_on": date(2026, 4, 1)}, True),
            ({"employment_status": "future", "starts_on": date(2026, 9, 1)}, False),
            ({"employment_status": "not_found"}, False),
            ({"employment_status": "unknown"}, False),
            ({"employment_status": "ended"}, False),
        ],
    )
    def test_only_who_is_employed_or_soon_is(self, town: Town, changes: dict[str, Any], is_noticed: bool) -> None:
        begun(town)
        come(town, **changes)
        tasks.follow()
        assert bool(waiting(town.bob)) is is_noticed

    def test_is_off_where_the_municipality_says_so(self, town: Town, app: Flask) -> None:
        begun(town)
        come(town)
        kept = app.extensions["settings"]
        app.extensions["settings"] = kept.model_copy(update={"suggest_base_orders": False})
        try:
            assert tasks.follow() == 0
        finally:
            app.extensions["settings"] = kept
        assert waiting(town.bob) == []

    def test_after_a_long_pause_whoever_is_here_was_here(self, town: Town) -> None:
        begun(town)
        with transaction() as session:
            session.get_one(ArrivalWatch, 1).looked_at = clock.now() - timedelta(days=8)
        come(town)
        tasks.follow()
        assert waiting(town.bob) == []

    def test_nobody_is_told_at_night(self, town: Town, frozen_time: Any) -> None:
        begun(town)
        come(town)
        frozen_time.move_to(datetime(2026, 3, 3, 2, 0, tzinfo=UTC))
        assert tasks.follow() == 0
        assert waiting(town.bob), "but is there already"
        frozen_time.move_to(datetime(2026, 3, 3, 7, 0, tzinfo=UTC))
        assert tasks.follow() == 1

    def test_reminds_twice_and_never_again(self, town: Town, frozen_time: Any) -> None:
        begun(town)
        come(town)
        counts = []
        for day in range(2, 14):
            frozen_time.move_to(datetime(2026, 3, day, 9, 0, tzinfo=UTC))
            counts.append(tasks.follow())
        assert sum(counts) == 3
        assert [day for day, count in zip(range(2, 14), counts, strict=True) if count] == [2, 4, 6]


class TestSettling:
    def test_goes_when_somebody_else_orders_and_comes_back_when_that_is_taken_back(
        self, town: Town, life: Life
    ) -> None:
        begun(town)
        asa = come(town)
        tasks.follow()
        order = life.order(asa, by=town.bob, level=town.base)
        assert waiting(town.bob) == [], "at once, before the job has seen it"
        tasks.follow()
        assert states()["ordered"] == 1
        with transaction():
            ordering.withdraw(order, Push(Actor(town.bob.id, "orderer"), clock.now(), employed(asa)))
        tasks.follow()
        assert waiting(town.bob) == [asa.display_name]

    def test_follows_a_change_of_manager(self, town: Town) -> None:
        begun(town)
        asa = come(town)
        tasks.follow()
        with transaction() as session:
            session.get_one(Person, asa.id).manager_id = town.eva.id
        assert tasks.follow() == 1
        assert (waiting(town.bob), waiting(town.eva)) == ([], [asa.display_name])
        assert len(told(town.eva)) == 1

    def test_the_next_manager_has_it_where_the_manager_has_left(self, town: Town) -> None:
        begun(town)
        asa = come(town)
        with transaction() as session:
            session.get_one(Person, town.bob.id).employment_status = "ended"
        tasks.follow()
        assert waiting(town.eva) == [asa.display_name]
        assert (len(told(town.bob)), len(told(town.eva))) == (0, 1)

    def test_who_leaves_is_gone_and_noticed_when_they_come_again(self, town: Town) -> None:
        begun(town)
        asa = come(town)
        tasks.follow()
        for status, seen in (("ended", []), ("active", [asa.display_name])):
            with transaction() as session:
                session.get_one(Person, asa.id).employment_status = status
            tasks.follow()
            assert waiting(town.bob) == seen
        assert len(logged("arrival.noticed")) == 2

    def test_not_needed_has_a_reason_is_in_the_log_and_is_not_asked_again(self, town: Town) -> None:
        begun(town)
        come(town)
        tasks.follow()
        (one,) = queries.waiting_for(town.bob.id)
        actor = Actor(town.bob.id, "line_manager")
        for reason, refusal in (
            ("  ", "reason_needed"),
            ("Gäller 19811218-9876.", "personnummer"),
            ("x" * 1001, "reason_too_long"),
        ):
            with pytest.raises(NotAllowed, match=refusal):
                services.decline(one, reason=reason, actor=actor, now=clock.now())
        with pytest.raises(NotAllowed, match="not_self"):
            services.decline(one, reason=REASON, actor=Actor(one.person_id, "line_manager"), now=clock.now())
        with transaction():
            services.decline(one, reason=REASON, actor=actor, now=clock.now())
        assert (waiting(town.bob), logged("arrival.declined")[0].reason) == ([], REASON)
        with pytest.raises(Conflict, match="arrival_settled"):
            services.decline(one, reason=REASON, actor=actor, now=clock.now())
        assert tasks.follow() == 0


class TestPages:
    @pytest.fixture
    def one(self, town: Town) -> Arrival:
        begun(town)
        come(town, starts_on=date(2026, 4, 1), employment_status="future")
        tasks.follow()
        return queries.waiting_for(town.bob.id)[0]

    def test_leads_from_the_start_page_to_an_order_that_is_filled_in(
        self, town: Town, one: Arrival, as_person: LogIn
    ) -> None:
        browser = as_person(town.bob)
        assert "1 ny medarbetare saknar grundbeställning" in browser.get("/").text
        page = browser.get("/arrivals/").text
        where = f"/requests/new/{town.base.id}?subject={one.person_id}"
        assert "Åsa O&#39;Hara" in page and where in page
        form = browser.get(where).text
        assert 'value="2026-04-01"' in form and "anställd från 2026-04-01" in form
        assert f'value="{one.person_id}"' in form

    def test_is_said_not_to_be_needed(self, town: Town, one: Arrival, as_person: LogIn, post: Post) -> None:
        browser = as_person(town.bob)
        path = f"/arrivals/{one.id}/decline"
        assert post(browser, path, reason="").status_code == 422
        assert "ser ut som ett personnummer" in post(browser, path, reason="Det är 19811218-9876 själv.").text
        assert post(browser, path, reason=REASON).headers["Location"] == "/arrivals/"
        assert "Alla dina medarbetare har sin grundbehörighet" in browser.get("/arrivals/").text
        assert browser.get(path).status_code == 404, "settled"

    def test_is_for_those_who_lead(self, town: Town, one: Arrival, as_person: LogIn) -> None:
        assert as_person(town.alice).get("/arrivals/").status_code == 403
        assert "ny medarbetare" not in as_person(town.alice).get("/").text
        assert as_person(town.carol).get(f"/arrivals/{one.id}/decline").status_code == 404, "not even that there is one"
        assert as_person(town.bob).post("/arrivals/").status_code == 405
        assert as_person(town.bob).get("/arrivals/99999/decline").status_code == 404
