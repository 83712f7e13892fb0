"""Finding people; the managers above and the units below."""

from __future__ import annotations

from itertools import count

import pytest

from app.db import db
from app.directory import queries
from app.directory.models import Person, Unit
from app.directory.naming import search_text, sort_key
from tests.directory.conftest import counted

SERIAL = count(1)


@pytest.fixture(autouse=True)
def tables(town):
    """Empty tables."""


def add(name: str, **facts) -> Person:
    given, _, surname = name.partition(" ")
    number = f"Q{next(SERIAL)}"
    filled = {"employment_status": "active", "given_name": given, "surname": surname, "display_name": name}
    keys = {"search": search_text(name, number, facts.get("title", "")), "sort_key": sort_key(surname, given, name)}
    person = Person(employee_number=number, **(filled | keys | facts))
    db.session.add(person)
    db.session.flush()
    return person


def names(people: list[Person]) -> list[str]:
    return [person.display_name for person in people]


@pytest.mark.parametrize("text", ["åke", "ake", "ÅKE", "kans", "åke hakans", "hand åke"])
def test_search_finds_with_and_without_accents(text):
    add("Åke Håkansson", title="Handläggare")
    assert names(queries.search(text)) == ["Åke Håkansson"]


def test_search_with_ring_does_not_find_without():
    add("Ake Berg")
    assert queries.search("åke") == []


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "a%e", "\\", "' OR 1=1 --", "🦊"])
def test_search_takes_every_character_as_itself(text):
    add("Alice Ek")
    assert queries.search(text) == []


def test_search_orders_by_surname_with_swedish_letters_last_and_leavers_after_all():
    for name in ("Bo Öman", "Bo Ärla", "Bo Åkesson", "Bo Zander", "Bo Ek", "Bo Éden"):
        add(name)
    add("Bo Alm", employment_status="ended")
    expected = ["Bo Éden", "Bo Ek", "Bo Zander", "Bo Åkesson", "Bo Ärla", "Bo Öman", "Bo Alm"]
    assert names(queries.search("bo")) == expected


def test_search_keeps_within_units_and_limit():
    unit, other = Unit(code="A", name="A"), Unit(code="B", name="B")
    db.session.add_all([unit, other])
    db.session.flush()
    for n in range(3):
        add(f"Eva E{n}", unit_id=unit.id)
    add("Eva Annan", unit_id=other.id)
    assert names(queries.search("eva", limit=2, within_unit_ids=[unit.id])) == ["Eva E0", "Eva E1"]
    assert queries.search("eva", within_unit_ids=[]) == []


def test_login_is_found_whatever_its_case():
    alice = add("Alice Ek", login="Alice.Ek")
    assert queries.by_login(" alice.EK ") == alice
    assert queries.by_login("") is None


def test_reused_login_is_the_one_who_is_here():
    add("Bob Borta", login="bob", employment_status="ended")
    bob = add("Bob Berg", login="bob")
    assert queries.by_login("bob") == bob


def test_login_of_two_who_are_here_is_nobodys():
    add("Bob Ett", login="bob")
    add("Bob Två", login="bob")
    assert queries.by_login("bob") is None


def test_number_and_id():
    alice = add("Alice Ek")
    assert queries.by_number(f" {alice.employee_number} ") == alice == queries.person(alice.id)
    assert queries.by_number("") is None


def test_managers_upwards_nearest_first_in_one_statement():
    top = add("Top Chef")
    middle = add("Mellan Chef", manager_id=top.id)
    near = add("Nära Chef", manager_id=middle.id)
    alice = add("Alice Ek", manager_id=near.id)
    with counted() as statements:
        assert queries.line_managers(alice.id) == [near, middle, top]
    assert len(statements) == 1
    assert queries.line_managers(top.id) == []


def test_manager_of_himself_has_nobody_above():
    bob = add("Bob Berg")
    bob.manager_id = bob.id
    alice = add("Alice Ek", manager_id=bob.id)
    db.session.flush()
    assert queries.line_managers(bob.id) == []
    assert queries.line_managers(alice.id) == [bob]


def test_ring_of_managers_ends_before_the_person():
    bob, carol = add("Bob Berg"), add("Carol Dal")
    bob.manager_id, carol.manager_id = carol.id, bob.id
    alice = add("Alice Ek", manager_id=bob.id)
    db.session.flush()
    assert queries.line_managers(bob.id) == [carol]
    assert queries.line_managers(alice.id) == [bob, carol]


def test_managers_of_many_are_those_of_each_in_one_statement():
    top = add("Top Chef")
    bob, carol = add("Bob Berg", manager_id=top.id), add("Carol Dal")
    carol.manager_id = add("Dan Åhs", manager_id=carol.id).id  # a ring
    everybody = [top, bob, carol, add("Alice Ek", manager_id=bob.id), add("Åsa Öst", manager_id=carol.id)]
    db.session.flush()
    with counted() as statements:
        above = queries.managers_above([person.id for person in everybody])
    assert len(statements) == 1 and top.id not in above
    assert all(above.get(person.id, []) == queries.line_managers(person.id) for person in everybody)
    assert above[everybody[3].id] == [bob, top] and [p.display_name for p in above[carol.id]] == ["Dan Åhs"]


def test_at_most_ten_managers():
    above = None
    for n in range(12):
        above = add(f"Chef {n}", manager_id=above.id if above else None)
    assert len(queries.line_managers(add("Alice Ek", manager_id=above.id).id)) == 10


def test_reports_leave_out_the_manager():
    bob = add("Bob Berg")
    bob.manager_id = bob.id
    add("Alice Ö", manager_id=bob.id)
    add("Alice A", manager_id=bob.id)
    db.session.flush()
    assert names(queries.reports_of(bob.id)) == ["Alice A", "Alice Ö"]


def test_unit_and_below_survives_a_ring():
    top = Unit(code="T", name="T")
    db.session.add(top)
    db.session.flush()
    below = Unit(code="U", name="U", parent_id=top.id)
    db.session.add(below)
    db.session.flush()
    top.parent_id = below.id
    db.session.flush()
    assert queries.unit_and_below(top.id) == sorted([top.id, below.id])
    assert queries.unit_and_below(0) == []


def library() -> Unit:
    unit = Unit(code=f"U{next(SERIAL)}", name="Biblioteket")
    db.session.add(unit)
    db.session.flush()
    return unit


def test_unit_is_led_by_the_manager_of_most_who_work_there():
    unit, eva = library(), add("Eva Lind")
    bob = add("Bob Ek", unit=unit, manager=eva)
    for name in ("Alice Ek", "Carol Ek"):
        add(name, unit=unit, manager=bob)
    assert queries.head_of_unit(unit.id) == bob.id
    assert queries.units_headed_by(bob.id) == {unit.id}
    assert queries.units_headed_by(eva.id) == frozenset(), "she manages one of those who work there"


def test_unit_of_two_is_led_by_the_one_who_works_there():
    unit, eva = library(), add("Eva Lind")
    bob = add("Bob Ek", unit=unit, manager=eva)
    add("Alice Ek", unit=unit, manager=bob)
    assert queries.head_of_unit(unit.id) == bob.id


@pytest.mark.parametrize("facts", [{"employment_status": "ended"}, {"manager": None}])
def test_unit_in_which_nobody_has_a_manager_is_led_by_nobody(facts):
    unit = library()
    add("Alice Ek", unit=unit, **{"manager": add("Bob Ek"), **facts})
    assert queries.head_of_unit(unit.id) is None


def test_somebody_who_manages_himself_leads_no_unit():
    unit = library()
    alice = add("Alice Ek", unit=unit)
    alice.manager_id = alice.id
    db.session.flush()
    assert queries.head_of_unit(unit.id) is None
