"""The pages of changes of work: deciding, announcing, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.directory.models import Person
from app.grants.models import Grant
from app.movers.models import Mover
from tests.auth.conftest import LogIn
from tests.movers.conftest import Post, Says, only, row_of, statuses
from tests.people import Town

pytestmark = pytest.mark.usefixtures("frozen_time")
Moved = Callable[..., Mover]
ANNOUNCED = {"change_on": "2026-03-09"}


def test_the_new_manager_decides_from_the_list(
    moved: Moved, town: Town, rektor: Person, rights: dict[str, Grant], as_person: LogIn, post: Post
) -> None:
    one = moved()
    browser = as_person(rektor)
    assert f"/movers/{one.id}" in browser.get("/movers/").text
    page = browser.get(f"/movers/{one.id}").text
    assert "MicroMarc, Lånedisk" in page and "Beställ på nytt" in page, "what was secret may be ordered anew"
    row = row_of(one, rights["desk"])
    path, of = f"/movers/{one.id}/decide", f"/movers/{one.id}"
    assert post(browser, path, of=of).status_code == 422, "nothing is answered"
    late = post(browser, path, of=of, **{f"verdict-{row.id}": "remove", f"until-{row.id}": "2027-01-01"})
    assert late.status_code == 422 and "längre än reglerna" in late.text and 'value="2027-01-01"' in late.text
    assert post(browser, path, of=of, **{f"verdict-{row.id}": "sell"}).status_code == 422
    assert post(browser, path, of=of, **{f"verdict-{row.id}": "keep"}).status_code == 302
    assert (only().state, statuses(town.alice)["DISK"]) == ("removing", "active")


def test_directory_that_is_down_is_told_of_and_keeps_the_answers(
    moved: Moved, says: Says, rektor: Person, rights: dict[str, Grant], as_person: LogIn, post: Post
) -> None:
    one = moved()
    says().down = True
    said = {f"verdict-{row_of(one, rights['desk']).id}": "keep"}
    answer = post(as_person(rektor), f"/movers/{one.id}/decide", of=f"/movers/{one.id}", **said)
    assert answer.status_code == 422
    assert "svarar inte just nu" in answer.text and "checked" in answer.text


def test_the_slower_of_two_sees_who_was_first(
    moved: Moved, town: Town, rektor: Person, rights: dict[str, Grant], as_person: LogIn, post: Post
) -> None:
    one, faster, slower = moved(), as_person(rektor), as_person(town.eva)
    said, path, of = f"verdict-{row_of(one, rights['desk']).id}", f"/movers/{one.id}/decide", f"/movers/{one.id}"
    late = slower.get(of).text
    assert post(faster, path, of=of, **{said: "keep"}).status_code == 302
    token = late.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    assert slower.post(path, data={"csrf_token": token, said: "remove"}).status_code == 302
    answer = slower.get(of).text
    assert "Någon annan har redan svarat" in answer and "Åsa O&#39;Rektor svarade" in answer
    assert statuses(town.alice)["DISK"] == "active"


def test_the_old_manager_asks_for_an_overlap(
    moved: Moved, town: Town, rights: dict[str, Grant], as_person: LogIn, post: Post
) -> None:
    one, bob = moved(), as_person(town.bob)
    row, of = row_of(one, rights["desk"]), f"/movers/{one.id}"
    asked = {f"overlap-{row.id}": "2026-03-20", f"reason-{row.id}": "Inventeringen."}
    assert post(bob, f"{of}/hand-over", of=of, **asked).status_code == 302
    assert "Inventeringen." in bob.get(of).text
    assert post(bob, f"{of}/hand-over", of=of, **{f"overlap-{row.id}": "i vår"}).status_code == 422
    assert post(bob, f"{of}/decide", of=of, **{f"verdict-{row.id}": "keep"}).status_code == 403


def test_announcing_and_taking_back(
    town: Town, rektor: Person, rights: Any, says: Says, as_person: LogIn, post: Post
) -> None:
    says()
    bob, number = as_person(town.bob), town.alice.employee_number
    given = {**ANNOUNCED, "employee_number": number, "unit": town.school.id, "new_manager": rektor.login}
    assert post(bob, "/movers/new", **{**given, "employee_number": "0"}).status_code == 422
    assert post(bob, "/movers/new", **{**given, "change_on": "2026-03-01"}).status_code == 422
    made = post(bob, "/movers/new", **given)
    assert made.status_code == 302 and only().by_day
    assert "anmält av Bob Ek" in bob.get(made.location).text
    assert post(bob, f"{made.location}/withdraw", of=made.location).status_code == 302
    assert only().state == "withdrawn"


def test_only_who_is_or_becomes_the_manager_announces(
    town: Town, rektor: Person, rights: Any, says: Says, as_person: LogIn, post: Post
) -> None:
    given = {**ANNOUNCED, "employee_number": town.alice.employee_number, "unit": town.school.id}
    given_to_bob = {**given, "new_manager": town.bob.login}
    with_staff = town.eva
    assert post(as_person(with_staff), "/movers/new", **given).status_code == 302, "above the manager, as the new one"
    assert as_person(rektor).get("/movers/new").status_code == 403, "leads nobody yet"
    assert post(as_person(town.bob), "/movers/new", **{**given_to_bob, "unit": 0}).status_code == 422
    own = {**given, "employee_number": town.bob.employee_number}
    assert post(as_person(town.bob), "/movers/new", **own).status_code == 422


@pytest.mark.parametrize("who", ["alice", "dan", "carol"])
def test_not_yours_is_not_there(moved: Moved, town: Town, who: str, as_person: LogIn) -> None:
    one, browser = moved(), as_person(getattr(town, who))
    assert browser.get(f"/movers/{one.id}").status_code == 404
    assert browser.get("/movers/").status_code == 403


def test_wrong_method_and_gone(moved: Moved, town: Town, as_person: LogIn) -> None:
    one, browser = moved(), as_person(town.bob)
    assert browser.get(f"/movers/{one.id}/decide").status_code == 405
    assert browser.get("/movers/4711").status_code == 404


def test_who_sees_all_sees_it_and_decides_nothing(
    moved: Moved, town: Town, as_person: LogIn, statements: Callable[[], int]
) -> None:
    one, inga = moved(), as_person(town.coordinator)
    before = statements()
    assert "Alice Åkesson" in inga.get("/movers/").text
    assert statements() - before < 20
    page = inga.get(f"/movers/{one.id}").text
    assert "Spara besluten" not in page and "Spara dagarna" not in page
