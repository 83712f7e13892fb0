"""The pages: the coordinator opens a review, the reviewer answers, and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine

from app import clock
from app.db import transaction
from app.reviews import opening, queries
from app.reviews import tasks as jobs
from app.reviews.models import ReviewCampaign
from app.reviews.opening import Scope
from tests import people
from tests.auth.conftest import LogIn
from tests.reviews.conftest import BECAUSE, Desk, Post
from workflows.events import TIME


def test_the_coordinator_sees_whom_it_would_ask_and_opens_it(desk: Desk, as_person: LogIn, post: Post) -> None:
    inga = as_person(desk.town.coordinator)
    assert "Ingen granskning har gjorts" in inga.get("/reviews/").text
    page = inga.get("/reviews/new?kind=system&code=mic").text
    assert "Bob Ek" in page and "Eva Lind" in page and "4 behörigheter skulle granskas" in page
    assert queries.in_states("open") == [], "a dry run makes nothing"
    made = post(inga, "/reviews/new", of="/reviews/new?kind=system&code=mic", kind="system", code="mic", reason=BECAUSE)
    assert made.status_code == 302
    shown = inga.get(made.location).text
    assert "MicroMarc" in shown and "Pågår" in shown and "0 procent" in shown


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("kind=system&code=finnsinte", "Det finns inget med den koden"),
        ("kind=system&code=", "Fyll i det här fältet"),
        ("kind=&code=mic", "Välj vad som ska granskas"),
        ("kind=person&code=T-nina.ny", "Det finns inget att granska"),
    ],
)
def test_what_is_wrong_is_said(desk: Desk, as_person: LogIn, query: str, said: str) -> None:
    assert said in as_person(desk.town.coordinator).get(f"/reviews/new?{query}").text


def test_opened_without_a_reason_nothing_is_made(desk: Desk, as_person: LogIn, post: Post) -> None:
    inga, where = as_person(desk.town.coordinator), "/reviews/new?kind=system&code=mic"
    for reason in ("", "kort"):
        answer = post(inga, "/reviews/new", of=where, kind="system", code="mic", reason=reason)
        assert answer.status_code == 422 and "Bob Ek" in answer.text
    assert queries.in_states("open", "planned") == []


def test_old_data_opens_only_when_somebody_says_so(
    desk: Desk, as_person: LogIn, post: Post, at_work: time_machine.Traveller
) -> None:
    at_work.move_to(datetime(2026, 11, 10, 8, 0, tzinfo=UTC))
    inga, where = as_person(desk.town.coordinator), "/reviews/new?kind=system&code=mic"
    about = {"kind": "system", "code": "mic", "reason": BECAUSE}
    assert "inte läst på två dagar" in inga.get(where).text
    assert post(inga, "/reviews/new", of=where, **about).status_code == 422
    assert post(inga, "/reviews/new", of=where, **about, in_spite="y").status_code == 302


def test_the_reviewer_answers_some_now_and_the_rest_later(desk: Desk, as_person: LogIn, post: Post) -> None:
    campaign = desk.open()
    bob = as_person(desk.town.bob)
    assert "3 behörigheter väntar på svar" in bob.get("/reviews/").text
    assert "/reviews/" in bob.get("/tasks/").text, "the inbox leads there"
    path = f"/reviews/parts/{desk.part(campaign, desk.town.bob).id}"
    page = bob.get(path).text
    assert "Alice Åkesson" in page and "Lånedisk" in page and "från tiden före tjänsten" in page
    assert 'name="keep_all"' not in page, "one of them is sensitive"
    alice = desk.rights["alice"].id
    assert post(bob, path, **{f"verdict-{alice}": "remove", f"note-{alice}": "Bytt till å."}).status_code == 302
    assert f'id="row-{alice}"' not in bob.get(path).text, "what is answered has left the list"
    page = bob.get(f"{path}?show=all").text
    assert "1 av 3 är besvarade" in page and "Bytt till å." in page
    post(bob, path, undo=str(alice))
    assert desk.item(campaign, "alice").verdict == ""


def test_a_fault_is_said_at_its_row_and_nothing_is_lost(desk: Desk, as_person: LogIn, post: Post) -> None:
    campaign = desk.open()
    bob, right = as_person(desk.town.bob), desk.rights["admin"].id
    path = f"/reviews/parts/{desk.part(campaign, desk.town.bob).id}"
    answer = post(bob, path, **{f"verdict-{right}": "keep", f"note-{right}": "Kort å"})
    assert answer.status_code == 422
    assert "med minst 20 tecken" in answer.text and 'value="Kort å"' in answer.text
    assert desk.item(campaign, "admin").verdict == ""


def test_all_on_a_page_at_once_where_nothing_is_sensitive(desk: Desk, as_person: LogIn, post: Post) -> None:
    campaign = desk.open("person", desk.town.alice.id)
    bob = as_person(desk.town.bob)
    path = f"/reviews/parts/{desk.part(campaign, desk.town.bob).id}"
    waits = bob.get(path).text.split('name="waits" value="', 1)[1].split('"', 1)[0]
    assert post(bob, path, keep_all="1", waits=waits).status_code == 302
    assert desk.item(campaign, "alice").is_bulk
    assert "Allt är besvarat" in bob.get(path).text


def test_not_mine(desk: Desk, as_person: LogIn, post: Post) -> None:
    campaign, town = desk.open(), desk.town
    bob = as_person(town.bob)
    path = f"/reviews/parts/{desk.part(campaign, town.bob).id}/not-mine?person={town.alice.id}"
    assert 'value="T-eva.lind"' in bob.get(path).text, "who stands above is proposed"
    assert "Kontrollera siffrorna" in post(bob, path, to="T-nobody").text
    assert post(bob, path, to="T-olga.aberg").status_code == 302
    assert desk.item(campaign, "alice").reviewer_id == town.olga.id
    assert bob.get(path).status_code == 404


def test_who_may_see_what(desk: Desk, as_person: LogIn, post: Post) -> None:
    campaign, town = desk.open(), desk.town
    part = f"/reviews/parts/{desk.part(campaign, town.bob).id}"
    one = f"/reviews/{campaign.id}"
    for who in (town.dan, town.alice, town.eva):
        assert as_person(who).get(part).status_code == 403
        assert as_person(who).get(one).status_code == 403
        assert as_person(who).get("/reviews/new").status_code == 403
    assert as_person(town.olga).get(one).status_code == 200, "its owner"
    assert as_person(town.coordinator).get(part).status_code == 403, "who follows it does not answer"
    assert post(as_person(town.olga), f"{one}/cancel", of=one, reason=BECAUSE).status_code == 403
    inga = as_person(town.coordinator)
    assert inga.get("/reviews/999").status_code == inga.get("/reviews/parts/999").status_code == 404
    assert inga.get(f"{one}/cancel").status_code == 405


def test_a_planned_one_that_did_not_open_is_opened_by_hand(
    desk: Desk, as_person: LogIn, post: Post, at_work: time_machine.Traveller
) -> None:
    scope = Scope("system", desk.town.mic.id)
    with transaction():
        one = opening.plan(scope, reason="", on=date(2026, 11, 10), actor=TIME, now=clock.now()).id
    at_work.move_to(datetime(2026, 11, 10, 8, 0, tzinfo=UTC))
    jobs.follow()
    inga, where = as_person(desk.town.coordinator), f"/reviews/{one}"
    assert "inte läst på två dagar" in inga.get(where).text
    assert post(inga, f"{where}/open", of=where, reason=BECAUSE).status_code == 302
    assert "Pågår" in inga.get(where).text
    assert post(inga, f"{where}/open", of=where, reason=BECAUSE).status_code == 409


def test_cancelled_on_its_page(desk: Desk, as_person: LogIn, post: Post) -> None:
    one = f"/reviews/{desk.open().id}"
    inga = as_person(desk.town.coordinator)
    assert post(inga, f"{one}/cancel", of=one, reason="").status_code == 422
    assert post(inga, f"{one}/cancel", of=one, reason=BECAUSE).status_code == 302
    assert "Avbruten" in inga.get(one).text


def test_applied_undone_and_signed_on_its_page(
    desk: Desk, as_person: LogIn, post: Post, at_work: time_machine.Traveller
) -> None:
    campaign = desk.open()
    desk.answer(campaign, desk.town.bob, alice="keep", carol="change", admin="keep")
    desk.answer(campaign, desk.town.eva, bob="keep")
    at_work.move_to(datetime(2026, 11, 18, 8, 0, tzinfo=UTC))
    jobs.follow()
    one, carol = f"/reviews/{campaign.id}", desk.rights["carol"].id
    inga = as_person(desk.town.coordinator)
    assert "Låt Carol Dahl ha den kvar" in inga.get(one).text
    olga = as_person(desk.town.olga)
    assert post(inga, f"{one}/spare/{carol}", of=one, reason=BECAUSE).status_code == 302
    assert post(olga, f"{one}/sign", of=one, statement="Bra.").status_code == 422
    assert post(olga, f"{one}/sign", of=one, statement=BECAUSE).status_code == 302
    assert "Klar och underskriven" in olga.get(one).text


def test_the_page_asks_as_much_for_many_rights_as_for_few(
    desk: Desk, as_person: LogIn, statements: Callable[[], int]
) -> None:
    few = desk.open("person", desk.town.alice.id)
    bob = as_person(desk.town.bob)

    def asked(campaign: ReviewCampaign) -> int:
        path = f"/reviews/parts/{desk.part(campaign, desk.town.bob).id}"
        bob.get(path)
        before = statements()
        assert bob.get(path).status_code == 200
        return statements() - before

    with transaction() as session:
        for n in range(30):
            who = people.person(session, f"Ulla{n} Svensson", desk.town.library, manager=desk.town.bob)
            people.grant(session, who, desk.town.disk)
    count = asked(few)
    assert count == asked(desk.open())
    assert count <= 14
