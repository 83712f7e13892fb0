"""The person chosen on "Mina medarbetare" stays chosen through the catalogue and into the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from app.db import transaction
from app.directory.models import Person
from tests import people
from tests.auth.conftest import as_person
from tests.people import Town

__all__ = ["as_person"]

LogIn = Callable[[Person], FlaskClient]
MAY_NOT = "Du får inte beställa åt den personen"


def main(page: str) -> str:
    """What the page says, without its frame."""
    return page.split("<main")[1].split("</main")[0]


def pages(town: Town, subject: int) -> list[str]:
    """The way from the team to the form."""
    return [
        f"/catalogue/?subject={subject}",
        f"/catalogue/?q=micro&subject={subject}",
        f"/catalogue/MIC?subject={subject}",
    ]


def test_team_page_leads_to_a_form_for_the_person(as_person: LogIn, town: Town) -> None:
    bob, alice = as_person(town.bob), town.alice.id
    team = bob.get("/grants/team").text
    assert f"/catalogue/?subject={alice}" in team
    for path in pages(town, alice):
        page = main(bob.get(path).text)
        assert "Du beställer åt Alice Åkesson" in page
        assert f"/requests/new/{town.disk.id}?subject={alice}" in page
        links = re.findall(r'href="(/(?:catalogue/\w|requests/new)[^"]*)"', page)
        assert all(f"subject={alice}" in link for link in links if not link.endswith("/MIC"))
    form = main(bob.get(f"/requests/new/{town.disk.id}?subject={alice}").text)
    assert re.search(rf'name="subject"[^>]*value="{alice}" checked', form)
    assert form.count(" checked") == 1


def test_search_keeps_the_person(as_person: LogIn, town: Town) -> None:
    page = main(as_person(town.bob).get(f"/catalogue/?subject={town.alice.id}").text)
    assert f'<input type="hidden" name="subject" value="{town.alice.id}">' in page


def test_catalogue_tells_what_the_person_has_and_not_what_the_reader_has(as_person: LogIn, town: Town) -> None:
    with transaction() as session:
        people.grant(session, town.alice, town.disk)
    bob = as_person(town.bob)
    assert "Alice har den, tills vidare" in bob.get(f"/catalogue/MIC?subject={town.alice.id}").text
    assert "har den" not in main(bob.get("/catalogue/MIC").text)


@pytest.mark.parametrize("who", ["dan", "carol", "alice"])
def test_who_may_not_order_is_told_so_and_hears_no_name(as_person: LogIn, town: Town, who: str) -> None:
    reader, subject = getattr(town, who), town.newcomer
    for path in pages(town, subject.id):
        page = main(as_person(reader).get(path).text)
        assert MAY_NOT in page
        assert subject.display_name not in page
        assert f"subject={subject.id}" not in page
    form = main(as_person(reader).get(f"/requests/new/{town.disk.id}?subject={subject.id}").text)
    assert "Du får inte beställa för den här personen" in form
    assert subject.display_name not in form


def test_somebody_who_does_not_exist_is_refused_in_the_same_words(as_person: LogIn, town: Town) -> None:
    assert MAY_NOT in as_person(town.bob).get("/catalogue/?subject=471147").text
    form = as_person(town.bob).get(f"/requests/new/{town.disk.id}?subject=471147").text
    assert "Du får inte beställa för den här personen" in form


@pytest.mark.parametrize("subject", ["", "x", "1.5", "-1' OR 1=1"])
def test_nonsense_is_no_choice(as_person: LogIn, town: Town, subject: str) -> None:
    page = as_person(town.bob).get(f"/catalogue/?subject={subject}")
    assert page.status_code == 200
    assert "Du beställer åt" not in page.text and MAY_NOT not in page.text


def test_oneself_is_no_other_person(as_person: LogIn, town: Town) -> None:
    page = as_person(town.alice).get(f"/catalogue/?subject={town.alice.id}").text
    assert "Du beställer åt" not in page and MAY_NOT not in page


def test_authorised_orderer_of_another_system_is_told_so_in_the_form(as_person: LogIn, town: Town) -> None:
    with transaction() as session:
        more = {"unit": town.library, "valid_to": date(2099, 1, 1)}
        people.appoint(session, "authorised_orderer", town.dan, town.ad, **more)
    dan = as_person(town.dan)
    page = main(dan.get(f"/catalogue/?subject={town.alice.id}").text)
    assert "Du beställer åt Alice Åkesson" in page
    assert "Alice har" not in page and "du har" not in page  # Alice has her base grant; it is no business of Dan's
    form = main(dan.get(f"/requests/new/{town.disk.id}?subject={town.alice.id}").text)
    assert "Du får inte beställa för den här personen" in form
    assert "Alice Åkesson" not in form


def test_choice_in_the_form_wins_over_the_address(as_person: LogIn, town: Town) -> None:
    bob = as_person(town.bob)
    path = f"/requests/new/{town.disk.id}?subject={town.alice.id}"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', bob.get(path).text)
    assert token
    again = main(bob.post(path, data={"csrf_token": token[1], "subject": str(town.carol.id)}).text)
    assert re.search(rf'name="subject"[^>]*value="{town.carol.id}" checked', again)
