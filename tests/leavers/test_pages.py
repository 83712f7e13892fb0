"""The pages: a manager tells of a last day, HR ends somebody at once, and who may see what."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.db import transaction
from app.directory.models import Person
from app.leavers import services
from app.leavers.models import Leaver
from tests.auth.conftest import LogIn, token
from tests.leavers.conftest import Held, Post, by, the_one
from tests.people import Town

pytestmark = pytest.mark.usefixtures("frozen_time")


@pytest.fixture
def one(town: Town, held: Held) -> Leaver:
    """Alice leaves on the 20th."""
    with transaction():
        return services.notice(town.alice, clock.today().replace(day=20), actor=by(town.bob), now=clock.now())


def test_a_manager_tells_of_a_last_day_and_goes_through_the_list(
    town: Town, held: Held, as_person: LogIn, post: Post
) -> None:
    bob = as_person(town.bob)
    assert "Alice Åkesson" in bob.get("/leavers/").text
    made = post(bob, "/leavers/new", employee_number=town.alice.employee_number, last_day="2026-03-20")
    assert made.status_code == 302
    page = bob.get(made.location).text
    assert "fredag 20 mars" in page and "Procapita" in page and "MicroMarc" in page
    added = post(bob, made.location + "/items", of=made.location, kind="equipment", what="Dator O'Brien å")
    assert added.status_code == 302
    page = bob.get(made.location).text
    assert "Dator O&#39;Brien å" in page
    item = page.split("/items/", 1)[1].split("/done", 1)[0]
    assert post(bob, f"{made.location}/items/{item}/done", of=made.location).status_code == 302
    assert post(bob, made.location + "/prepare", of=made.location).status_code == 302
    page = bob.get(made.location).text
    assert "klart måndag 2 mars" in page and "Genomgången av Bob Ek" in page
    assert post(bob, made.location + "/withdraw", of=made.location).status_code == 302
    assert the_one(town.alice).state == "withdrawn"


@pytest.mark.parametrize(
    ("number", "day", "said"),
    [
        ("T-nobody", "2026-03-20", "Ingen har det anställningsnumret"),
        ("T-alice.akesson", "2026-03-01", "Dagen har redan varit"),
        ("T-bob.ek", "2026-03-20", "Du kan inte anmäla dig själv"),
        ("T-dan.oberg", "2026-03-20", "Du kan bara anmäla dina egna"),
        ("T-vera.slut", "2026-03-20", "har ingen anställning här"),
        ("", "", "Fyll i det här fältet"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    town: Town, as_person: LogIn, post: Post, number: str, day: str, said: str
) -> None:
    answer = post(as_person(town.bob), "/leavers/new", employee_number=number, last_day=day)
    assert answer.status_code == 422
    assert said in answer.text and f'value="{number}"' in answer.text


def test_hr_ends_somebody_at_once_after_a_page_that_says_what_will_happen(
    town: Town, held: Held, hr: Person, as_person: LogIn, post: Post
) -> None:
    dan = as_person(hr)
    fields = {"employee_number": town.alice.employee_number, "reason_code": "security"}
    shown = post(dan, "/leavers/at-once", **fields)
    assert shown.status_code == 200
    assert "3 behörigheter tas bort i dag" in shown.text and "Det går inte att ångra" in shown.text
    assert town.alice.employment_status == "active", "nothing has happened yet"
    confirmed = dan.post(
        "/leavers/at-once", data={**fields, "confirmed": str(town.alice.id), "csrf_token": token(shown.text)}
    )
    assert confirmed.status_code == 302
    page = dan.get(confirmed.location).text
    assert "Kontot ska stängas genast" in page and "kl. 10.00" in page
    assert the_one(town.alice).opened_by_id == hr.id
    again = post(dan, "/leavers/at-once", **fields, confirmed=str(town.alice.id))
    assert again.status_code == 409


def test_a_confirmation_of_somebody_else_is_none(town: Town, held: Held, as_person: LogIn, post: Post) -> None:
    fields = {"employee_number": town.alice.employee_number, "reason_code": "security"}
    answer = post(as_person(town.bob), "/leavers/at-once", **fields, confirmed=str(town.carol.id))
    assert answer.status_code == 200
    assert town.alice.employment_status == "active"


def test_not_yours(town: Town, one: Leaver, as_person: LogIn) -> None:
    for who in (town.alice, town.carol, town.dan):
        assert as_person(who).get("/leavers/").status_code == 403, who.display_name
        assert as_person(who).get(f"/leavers/{one.id}").status_code == 404, who.display_name
        assert as_person(who).get("/leavers/new").status_code == 403
        assert as_person(who).get("/leavers/at-once").status_code == 403
    assert as_person(town.eva).get(f"/leavers/{one.id}").status_code == 200, "the manager's manager"
    inga = as_person(town.coordinator)
    assert inga.get(f"/leavers/{one.id}").status_code == 200
    assert _post(inga, f"/leavers/{one.id}/withdraw", "/").status_code == 403, "sees, and does not act"


def test_whoever_leaves_never_sees_it_and_never_acts_on_it(
    town: Town, hr: Person, as_person: LogIn, post: Post
) -> None:
    with transaction():
        one = services.notice(hr, clock.today(), actor=by(town.bob), now=clock.now())
    dan = as_person(hr)
    assert dan.get(f"/leavers/{one.id}").status_code == 404
    assert f"/leavers/{one.id}" not in dan.get("/leavers/").text
    for act in ("prepare", "withdraw"):
        assert _post(dan, f"/leavers/{one.id}/{act}", "/leavers/").status_code in (403, 404, 409, 422)
    assert the_one(hr).state == "planned"


def test_wrong_method_and_gone(town: Town, one: Leaver, as_person: LogIn) -> None:
    bob = as_person(town.bob)
    assert bob.get(f"/leavers/{one.id}/prepare").status_code == 405
    assert bob.get(f"/leavers/{one.id + 1}").status_code == 404


def test_the_list_costs_the_same_with_many(town: Town, one: Leaver, as_person: LogIn, statements: Any) -> None:
    bob = as_person(town.bob)
    bob.get("/leavers/")
    start = statements()
    bob.get("/leavers/")
    with_one = statements() - start
    with transaction():
        for who in (town.carol, town.sam, town.newcomer):
            services.notice(who, clock.today(), actor=by(town.bob), now=clock.now())
    start = statements()
    assert bob.get("/leavers/").status_code == 200
    assert statements() - start <= with_one


def _post(browser: FlaskClient, path: str, of: str) -> Any:
    return browser.post(path, data={"csrf_token": token(browser.get(of).text)})
