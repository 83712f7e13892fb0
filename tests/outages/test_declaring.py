"""Outages: who declares them, the clock of day 3 and day 5, the owner's measures, and the end (rules.md C12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.notifications.models import OutboxMail
from app.outages import declaring, queries, tasks
from app.outages.models import Outage
from tests.auth.conftest import LogIn, token
from tests.outages.test_packs import make, statuses
from tests.people import Town, appoint
from workflows.events import Actor
from workflows.paper import Counted

pytestmark = pytest.mark.usefixtures("frozen_time")
MEASURES = "Lånedisken tar emot på papper, och skulder registreras i efterhand."
NIGHT = timedelta(days=1)


def out(town: Town, kind: str = "system", began: timedelta = timedelta(hours=1)) -> Outage:
    """Olga says that MicroMarc, or what all systems stand on, went out an hour ago (Monday 2 March 2026)."""
    about = (kind, town.mic.id if kind == "system" else None)
    with transaction():
        actor = Actor(town.olga.id, "system_owner")
        found = declaring.declare(about, clock.now() - began, "Strömavbrott.", actor, clock.now())
    return queries.outage(found)


def told() -> list[tuple[int, int]]:
    """Day and receiver of each mail about an outage."""
    mails = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "outage_lasts").order_by(OutboxMail.id))
    return [(mail.data["day"], mail.recipient_id or 0) for mail in mails]


def events() -> list[str]:
    """What the log says of outages, in order."""
    wanted = select(AuditEvent.event).where(AuditEvent.object_type == "outage").order_by(AuditEvent.id)
    return list(db.session.scalars(wanted))


def test_scenario_24_six_days_tell_owner_and_coordinator_on_day_3_and_ask_the_owner_on_day_5(
    town: Town, frozen_time: Any
) -> None:
    out(town)
    found = []
    for _ in range(7):  # Monday 2 March to Sunday 8 March, and the Monday after
        frozen_time.shift(NIGHT)
        tasks.follow()
        tasks.follow()
        found.append(len(told()))
    both = [town.olga.id, town.coordinator.id]
    assert found == [0, 0, 2, 2, 2, 2, 4]
    assert told() == [(3, both[0]), (3, both[1]), (5, both[0]), (5, both[1])]
    assert events() == ["outage.declared", "outage.lasts", "outage.lasts"]


def test_nobody_is_told_at_night(town: Town, frozen_time: Any) -> None:
    out(town)
    frozen_time.move_to(datetime.fromisoformat("2026-03-05T05:30:00+00:00"))
    assert tasks.follow() == 0
    frozen_time.move_to(datetime.fromisoformat("2026-03-05T06:00:00+00:00"))
    assert tasks.follow() == 1


def test_worker_that_stood_still_past_day_5_tells_of_day_5_only(town: Town, frozen_time: Any) -> None:
    outage = out(town)
    frozen_time.shift(timedelta(days=9))
    assert (tasks.follow(), tasks.follow()) == (1, 0)
    assert {day for day, _ in told()} == {5}
    assert outage.escalated_at is not None


def test_outage_that_ended_is_not_told_of(town: Town, frozen_time: Any) -> None:
    outage = out(town)
    with transaction():
        declaring.end(outage, clock.now(), Counted(0, 0), Actor(town.olga.id, "system_owner"), clock.now())
    frozen_time.shift(timedelta(days=9))
    assert tasks.follow() == 0


def test_network_is_the_it_managers(town: Town, frozen_time: Any) -> None:
    with transaction() as session:
        appoint(session, "it_manager", town.eva)
    out(town, "network")
    frozen_time.shift(timedelta(days=3))
    tasks.follow()
    assert told() == [(3, town.eva.id), (3, town.coordinator.id)]


@pytest.mark.parametrize(
    ("began", "note", "reason"),
    [
        (timedelta(minutes=-1), "", "begins_later"),
        (timedelta(days=32), "", "began_too_early"),
        (NIGHT, "Ring 19121212-1212.", "personnummer"),
    ],
)
def test_outage_that_cannot_be(town: Town, began: timedelta, note: str, reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason), transaction():
        actor, now = Actor(town.olga.id, "system_owner"), clock.now()
        declaring.declare(("system", town.mic.id), now - began, note, actor, now)


def test_same_thing_is_out_once_at_a_time(town: Town) -> None:
    first = out(town)
    with pytest.raises(NotAllowed, match="already_out"):
        out(town)
    out(town, "network")
    with transaction():
        declaring.end(first, clock.now(), Counted(2, 1), Actor(town.olga.id, "system_owner"), clock.now())
    out(town)


@pytest.mark.parametrize(
    ("said", "days", "reason"),
    [
        ("Papper.", 7, "measures_too_short"),
        (MEASURES, 8, "measures_too_long"),
        (MEASURES, -1, "back_dated"),
        (MEASURES + " 19121212-1212", 7, "personnummer"),
    ],
)
def test_measures_that_lack_something(town: Town, said: str, days: int, reason: str) -> None:
    outage, until = out(town), clock.today() + timedelta(days=days)
    with pytest.raises(NotAllowed, match=reason), transaction():
        declaring.decide_measures(outage, said, until, Actor(town.olga.id, "system_owner"), clock.now())


def test_measures_are_on_record_word_for_word(town: Town) -> None:
    outage = out(town)
    with transaction():
        actor = Actor(town.olga.id, "system_owner")
        declaring.decide_measures(outage, MEASURES, clock.today() + timedelta(days=7), actor, clock.now())
    logged = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "outage.measures")).one()
    assert logged.data == {"measures": MEASURES, "until": "2026-03-09"}


@pytest.mark.parametrize(
    ("ended", "counted", "reason"),
    [
        (timedelta(minutes=1), Counted(0, 0), "ends_later"),
        (timedelta(hours=-2), Counted(0, 0), "ends_before"),
        (timedelta(0), Counted(1, 2), "count_wrong"),
    ],
)
def test_end_that_cannot_be(town: Town, ended: timedelta, counted: Counted, reason: str) -> None:
    outage = out(town)
    with pytest.raises(NotAllowed, match=reason), transaction():
        declaring.end(outage, clock.now() + ended, counted, Actor(town.olga.id, "system_owner"), clock.now())


def test_slower_of_two_who_end_it_is_told(town: Town) -> None:
    outage, actor = out(town), Actor(town.olga.id, "system_owner")
    with transaction():
        declaring.end(outage, clock.now(), Counted(3, 1), actor, clock.now())
    with pytest.raises(Conflict, match="outage_ended"), transaction():
        declaring.end(outage, clock.now(), Counted(9, 0), actor, clock.now())
    with pytest.raises(Conflict, match="outage_ended"), transaction():
        declaring.decide_measures(outage, MEASURES, clock.today(), actor, clock.now())
    assert (outage.forms_issued, outage.forms_void) == (3, 1)


def test_database_itself_refuses_an_outage_of_no_system(town: Town) -> None:
    outage = out(town)
    with pytest.raises(IntegrityError, match="ck_outage_system"), transaction():
        db.session.execute(text("UPDATE outage SET system_id = NULL WHERE id = :id"), {"id": outage.id})


@pytest.mark.parametrize("kind", ["system", "directory"])
def test_no_form_is_made_void_while_it_may_be_in_use(town: Town, kind: str, frozen_time: Any) -> None:
    make(town)
    outage = out(town, kind)
    make(town)
    frozen_time.shift(timedelta(days=92))
    assert tasks.renew_packs() == 0
    assert set(statuses().values()) == {"issued"}
    with transaction():
        declaring.end(outage, clock.now(), Counted(0, 0), Actor(town.olga.id, "system_owner"), clock.now())
    assert tasks.renew_packs() == 1


def post(browser: FlaskClient, page: str, path: str, **fields: str) -> Any:
    """Send the form of ``page`` to ``path``."""
    return browser.post(path, data={"csrf_token": token(browser.get(page).text), **fields})


@pytest.mark.parametrize(
    ("who", "listed", "new"),
    [("olga", 200, 200), ("coordinator", 200, 200), ("carol", 200, 403), ("bob", 403, 403), ("alice", 403, 403)],
)
def test_outages_are_for_those_who_answer_for_systems(
    as_person: LogIn, town: Town, who: str, listed: int, new: int
) -> None:
    browser = as_person(getattr(town, who))
    assert (browser.get("/outages/").status_code, browser.get("/outages/new").status_code) == (listed, new)


def test_owner_declares_own_systems_and_nothing_else(as_person: LogIn, town: Town) -> None:
    browser = as_person(town.olga)
    wish = {"started_at": "2026-03-02T07:30", "note": ""}
    refused = post(browser, "/outages/new", "/outages/new", what="network", **wish)
    assert refused.status_code == 200
    assert db.session.scalar(select(Outage.id)) is None
    assert post(browser, "/outages/new", "/outages/new", what=f"system:{town.mic.id}", **wish).status_code == 302
    started = db.session.scalars(select(Outage)).one().started_at
    assert started == datetime.fromisoformat("2026-03-02T06:30:00+00:00")


def test_time_that_cannot_be_read_is_told_beside_the_field(as_person: LogIn, town: Town) -> None:
    page = post(as_person(town.coordinator), "/outages/new", "/outages/new", what="network", started_at="i går")
    assert "Ange dag och klockslag" in page.text


@pytest.mark.parametrize(
    ("who", "status"), [("olga", 302), ("carol", 403), ("coordinator", 403), ("alice", 403), ("dan", 403)]
)
def test_only_the_owner_ends_it(as_person: LogIn, town: Town, who: str, status: int) -> None:
    outage = out(town)
    browser = as_person(getattr(town, who))
    form = {"ended_at": "2026-03-02T08:55", "issued": "3", "void": "1"}
    path = f"/outages/{outage.id}"
    assert post(browser, "/", f"{path}/end", **form).status_code == status
    db.session.refresh(outage)
    assert (outage.ended_at is not None) == (status == 302)


def test_owner_decides_measures_and_ends_on_the_page(as_person: LogIn, town: Town) -> None:
    browser, path = as_person(town.olga), f"/outages/{out(town).id}"
    short = post(browser, path, f"{path}/measures", measures="Kort.", until="2026-03-09")
    assert "med minst 20 tecken" in short.text and "Kort." in short.text
    assert post(browser, path, f"{path}/measures", measures=MEASURES, until="2026-03-09").status_code == 302
    assert MEASURES in browser.get(path).text
    wrong = post(browser, path, f"{path}/end", ended_at="2026-03-02T08:55", issued="1", void="2")
    assert "Fler kan inte vara makulerade" in wrong.text
    assert post(browser, path, f"{path}/end", ended_at="2026-03-02T08:55", issued="3", void="1").status_code == 302
    assert "3 togs fram, 1 makulerades" in browser.get(path).text


def test_days_are_working_days(town: Town, frozen_time: Any) -> None:
    frozen_time.move_to(datetime.fromisoformat("2026-04-01T08:00:00+00:00"))  # the Wednesday before Easter
    outage = out(town)
    assert declaring.day_of(outage, 3) == date(2026, 4, 8)


@pytest.mark.parametrize("number", [1, 10])
def test_statements_do_not_grow_with_the_outages(statements: Any, as_person: LogIn, town: Town, number: int) -> None:
    for _ in range(number):
        outage = out(town)
        with transaction():
            declaring.end(outage, clock.now(), Counted(0, 0), Actor(town.olga.id, "system_owner"), clock.now())
    browser = as_person(town.coordinator)
    browser.get("/outages/")
    before = statements()
    assert browser.get("/outages/").text.count("row-title") == number
    assert statements() - before <= 7
