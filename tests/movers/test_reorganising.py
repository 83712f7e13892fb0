"""A reorganisation is one decision: rights follow, only what is secret is asked, and nobody is mailed alone (C5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.directory.models import Person, Unit
from app.errors import Conflict, NotAllowed
from app.grants.models import Grant
from app.movers import mapping, reorganising, tasks
from app.movers.held_models import HeldMove
from app.movers.mapping import Known, MappingRefused
from app.movers.reorganisation_models import Reorganisation
from tests.appointments.conftest import Post, logged, mails
from tests.auth.conftest import LogIn
from tests.movers.conftest import Says, cases, dn, only, read, row_of, statuses
from tests.people import Town, appoint, grant, person, unit
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
LIST = "gammal;ny\nKTF-BIB;KTF-KULT\n"


@pytest.fixture
def house(town: Town) -> Unit:
    """The unit that the library becomes, of the same board; Eva heads its administration."""
    with transaction() as session:
        appoint(session, "board_manager", town.eva, board="KTN")
        return unit(session, "KTF-KULT", "Kulturhuset", board="KTN")


@pytest.fixture
def chief(town: Town, house: Unit) -> Person:
    """Who leads the new unit."""
    with transaction() as session:
        return person(session, "Ylva Ö'Berg", house, title="Kulturhuschef", manager=town.eva)


def propose(town: Town, text: str = LIST, **more: Any) -> Reorganisation:
    said = reorganising.Proposal(**{"name": "Kulturhuset", "last_on": date(2026, 4, 30), "text": text, **more})
    with transaction():
        return reorganising.propose(said, actor=Actor(town.coordinator.id, "infosec_coordinator"), now=clock.now())


def decide(one: Reorganisation, by: Person, *, approve: bool = True) -> None:
    with transaction():
        reorganising.decide(one, approve=approve, actor=Actor(by.id, "board_manager"), now=clock.now())


def in_the_house(chief: Person, **more: Any) -> dict[str, Any]:
    return {"unit_code": "KTF-KULT", "unit_name": "Kulturhuset", "board": "KTN", "manager_dn": dn(chief), **more}


@pytest.fixture
def approved(town: Town, chief: Person, rights: Any, says: Says) -> Reorganisation:
    """The library becomes the house."""
    says()
    read(-4)
    one = propose(town)
    decide(one, town.eva)
    return one


def move(says: Says, *who: tuple[Person, dict[str, Any]]) -> None:
    says(*who)
    read(-3)
    read(-2)


def test_rights_follow_by_the_decision_and_what_is_secret_is_confirmed(
    town: Town, approved: Reorganisation, chief: Person, rights: dict[str, Grant], says: Says, frozen_time: Any
) -> None:
    move(says, (town.alice, in_the_house(chief)))
    one = only()
    assert (one.state, one.reorganisation_id, one.new_manager_id) == ("deciding", approved.id, chief.id)
    desk, secret = row_of(one, rights["desk"]), row_of(one, rights["secret"])
    assert (desk.state, desk.decided_by_id, desk.remove_on) == ("kept", town.eva.id, None)
    assert (secret.state, secret.remove_on) == ("open", date(2026, 3, 9)), "five working days to confirm"
    assert statuses(town.alice)["BUN"] == "active", "the work is the same"
    (event,) = logged("mover.row_kept")
    assert (event.actor_id, event.actor_role) == (town.eva.id, "board_manager")
    assert event.data["reorganisation"] == approved.id
    tasks.follow()
    (mail,) = mails(chief, "movers_told")
    assert [line[:2] for line in mail.data["people"]] == [["Kulturhuset", "reorganisation"]]
    assert mails(town.bob, "movers_told") == []
    frozen_time.move_to(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    tasks.follow()
    assert statuses(town.alice) == {"BAS": "active", "DISK": "active", "BUN": "revocation_pending"}
    assert mails(town.alice, "mover_notice") == []


def test_two_people_of_one_manager_are_one_line(
    town: Town, approved: Reorganisation, chief: Person, rights: dict[str, Grant], says: Says
) -> None:
    with transaction() as session:
        grant(session, town.carol, rights["secret"].level)
    move(says, (town.alice, in_the_house(chief)), (town.carol, in_the_house(chief)))
    tasks.follow()
    (mail,) = mails(chief, "movers_told")
    assert [(name, role, rights) for name, role, _, rights, _ in mail.data["people"]] == [
        ("Kulturhuset", "reorganisation", 2)
    ]


def test_who_holds_nothing_secret_is_done_at_once(
    town: Town, approved: Reorganisation, chief: Person, says: Says
) -> None:
    with transaction() as session:
        grant(session, town.sam, town.disk)
    move(says, (town.sam, in_the_house(chief)))
    assert cases() == [("Sam", "removing")]
    tasks.follow()
    assert (cases(), statuses(town.sam)["DISK"]) == ([("Sam", "closed")], "active")
    assert mails(chief, "movers_told") == []


@pytest.mark.parametrize("more", [{"title": "Receptionist"}, {"unit_code": "BOU-TAL", "unit_name": "", "board": "BUN"}])
def test_another_title_or_unit_is_a_move_of_ones_own(
    more: dict[str, str], town: Town, approved: Reorganisation, chief: Person, says: Says
) -> None:
    move(says, (town.alice, in_the_house(chief, **more)))
    assert (only().reorganisation_id, statuses(town.alice)["BUN"]) == (None, "revocation_pending")


def test_who_has_decided_it_is_asked_about_as_anybody(
    town: Town, approved: Reorganisation, chief: Person, says: Says
) -> None:
    with transaction() as session:
        grant(session, town.eva, town.disk)
    move(says, (town.eva, in_the_house(chief)))
    assert (only().reorganisation_id, only().state) == (None, "deciding")


def test_who_moves_on_alone_is_asked_about_anew(
    town: Town, approved: Reorganisation, chief: Person, rights: dict[str, Grant], says: Says, rektor: Person
) -> None:
    move(says, (town.alice, in_the_house(chief)))
    says((town.alice, {"unit_code": "BOU-TAL", "unit_name": "Tallskolan", "board": "BUN", "manager_dn": dn(rektor)}))
    read(-1)
    read(0)
    one = only()
    assert (one.reorganisation_id, row_of(one, rights["desk"]).state) == (None, "open")
    assert statuses(town.alice)["BUN"] == "revocation_pending"


def test_moves_that_wait_belong_to_it_once_it_is_approved(
    app: Flask, town: Town, chief: Person, rights: Any, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = {"sync_moving_floor": 1, "sync_most_moving_share": 0.001}
    monkeypatch.setitem(app.extensions, "settings", app.extensions["settings"].model_copy(update=strict))
    says()
    read(-4)
    people = [(who, in_the_house(chief)) for who in (town.alice, town.newcomer, town.eva)]
    move(says, *people)
    one = propose(town)
    tasks.follow()
    assert cases() == [], "proposed is not approved"
    decide(one, town.eva)
    tasks.follow()
    assert cases() == [("Alice", "deciding")]
    states = dict(db.session.execute(select(HeldMove.person_id, HeldMove.state)).all())
    assert states == {town.alice.id: "opened", town.newcomer.id: "opened", town.eva.id: "waiting"}, "never one's own"


def test_those_of_the_list_do_not_trip_the_breaker(
    app: Flask, town: Town, approved: Reorganisation, chief: Person, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = {"sync_moving_floor": 2, "sync_most_moving_share": 0.001}
    monkeypatch.setitem(app.extensions, "settings", app.extensions["settings"].model_copy(update=strict))
    with transaction() as session:
        grant(session, town.dan, town.disk)
    together = [(who, in_the_house(chief)) for who in (town.alice, town.newcomer, town.sam, town.carol)]
    move(says, *together, (town.dan, {"unit_code": "BOU-EK", "unit_name": "Ekskolan"}))
    assert ("Dan", "deciding") in cases()


class TestDeciding:
    def test_only_the_head_of_the_board_and_never_who_proposed(self, town: Town, chief: Person) -> None:
        one = propose(town)
        assert len(mails(town.eva, "reorganisation_asked")) == 1
        with pytest.raises(NotAllowed, match="not_your_board"):
            decide(one, town.bob)
        with pytest.raises(NotAllowed, match="four_eyes"):
            decide(one, town.coordinator)
        decide(one, town.eva, approve=False)
        with pytest.raises(Conflict, match="reorganisation_decided"):
            decide(one, town.eva)
        assert [e.object_id for e in logged("reorganisation.refuse")] == [one.id]

    @pytest.mark.parametrize(
        ("more", "reason"),
        [
            ({"name": " "}, "name_needed"),
            ({"name": "x" * 121}, "name_needed"),
            ({"last_on": date(2026, 3, 1)}, "day_has_been"),
            ({"last_on": date(2026, 12, 1)}, "last_day_too_far"),
            ({"text": "BOU-TAL;BOU-NY"}, "nobody_heads_the_board"),
        ],
    )
    def test_what_is_wrong_is_said(self, town: Town, chief: Person, more: dict[str, Any], reason: str) -> None:
        with pytest.raises(NotAllowed, match=reason):
            propose(town, **more)

    def test_a_unit_is_in_one_at_a_time(self, town: Town, chief: Person) -> None:
        one = propose(town)
        with pytest.raises(MappingRefused) as refused:
            propose(town)
        assert [fault.reason for fault in refused.value.faults] == ["unit_taken"]
        with transaction():
            reorganising.withdraw(one, actor=Actor(town.coordinator.id, "infosec_coordinator"), now=clock.now())
        assert propose(town).id != one.id

    def test_it_closes_after_its_last_day(
        self, town: Town, approved: Reorganisation, chief: Person, says: Says, frozen_time: Any
    ) -> None:
        frozen_time.move_to(datetime(2026, 4, 30, 8, 0, tzinfo=UTC))
        tasks.follow()
        assert db.session.get_one(Reorganisation, approved.id).state == "approved"
        frozen_time.move_to(datetime(2026, 5, 4, 8, 0, tzinfo=UTC))
        tasks.follow()
        db.session.expire_all()
        assert db.session.get_one(Reorganisation, approved.id).state == "closed"


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("A;B", []),
        ("gammal;ny\r\n\r\n A ; B \r\n", []),
        ("A,B\nC\tB", []),
        ("", ["nothing_mapped"]),
        ("A", ["two_codes"]),
        ("A;", ["two_codes"]),
        ("A;B;C", ["two_codes"]),
        ("Z;B\nA;A", ["unknown_unit", "same_unit"]),
        ("A;B\nA;C", ["unit_twice"]),
        ("T;B", ["unit_taken"]),
        ("A;Ö", ["another_board"]),
        ("A;B\nÖ;NY", ["another_board"]),
        ("A;NY", []),
    ],
)
def test_list_of_units(text: str, reasons: list[str]) -> None:
    known = {"A": Known(1, "KTN"), "B": Known(2, "KTN"), "C": Known(3, "KTN"), "T": Known(4, "KTN", taken=True)}
    known["Ö"] = Known(5, "BUN")
    try:
        mapping.read(text, known)
        found = []
    except MappingRefused as refused:
        found = [fault.reason for fault in refused.faults]
    assert found == reasons


class TestPages:
    def test_from_what_waits_to_a_decision(
        self, town: Town, chief: Person, rights: Any, says: Says, as_person: LogIn, post: Post, app: Flask,
        monkeypatch: pytest.MonkeyPatch, statements: Callable[[], int],
    ) -> None:  # fmt: skip
        strict = {"sync_moving_floor": 1, "sync_most_moving_share": 0.001}
        monkeypatch.setitem(app.extensions, "settings", app.extensions["settings"].model_copy(update=strict))
        says()
        read(-4)
        move(says, *((who, in_the_house(chief)) for who in (town.alice, town.newcomer)))
        inga, new = as_person(town.coordinator), "/movers/reorganisations/new"
        assert "/movers/reorganisations/new?board=KTN" in inga.get("/movers/held").text
        assert "KTF-BIB;KTF-KULT" in inga.get(f"{new}?board=KTN").text, "what waits is in the form"
        given = {"name": "Kulturhuset", "last_on": "2026-04-30", "mapping": "KTF-BIB;KTF-KULT\nX"}
        wrong = post(inga, new, **given)
        assert wrong.status_code == 422 and "Rad 2" in wrong.text and "KTF-BIB;KTF-KULT" in wrong.text
        assert post(inga, new, **{**given, "mapping": ""}).status_code == 422
        made = post(inga, new, **{**given, "mapping": "KTF-BIB;KTF-KULT"})
        assert made.status_code == 302
        assert post(inga, f"{made.location}/decide", of=made.location, verdict="approve").status_code == 403
        eva = as_person(town.eva)
        before = statements()
        page = eva.get(made.location).text
        assert statements() - before < 25
        assert "Biblioteket → Kulturhuset" in page and "1 känslig" in page
        assert post(eva, f"{made.location}/decide", of=made.location, verdict="sell").status_code == 422
        assert post(eva, f"{made.location}/decide", of=made.location, verdict="approve").status_code == 302
        assert post(eva, f"{made.location}/decide", of=made.location, verdict="refuse").status_code == 302
        assert "Någon annan hann före" in eva.get(made.location).text
        tasks.follow()
        assert "Alice Åkesson" in inga.get(made.location).text
        assert post(inga, f"{made.location}/end", of=made.location).status_code == 302
        assert "Avslutad" in inga.get("/movers/reorganisations").text

    def test_not_yours_wrong_method_and_gone(self, town: Town, chief: Person, as_person: LogIn, post: Post) -> None:
        one = propose(town)
        bob, inga = as_person(town.bob), as_person(town.coordinator)
        assert bob.get("/movers/reorganisations").status_code == 403
        assert bob.get(f"/movers/reorganisations/{one.id}").status_code in (403, 404)
        assert inga.get(f"/movers/reorganisations/{one.id}/decide").status_code == 405
        assert inga.get("/movers/reorganisations/4711").status_code == 404

    def test_head_of_another_board_is_told(self, town: Town, chief: Person, as_person: LogIn, post: Post) -> None:
        with transaction() as session:
            appoint(session, "board_manager", town.dan, board="BUN")
        one, dan = propose(town), as_person(town.dan)
        of = f"/movers/reorganisations/{one.id}"
        assert "Godkänn omorganisationen" not in dan.get(of).text
        answer = post(dan, f"{of}/decide", of=of, verdict="approve")
        assert answer.status_code == 422 and "Bara den nämndens" in answer.text
