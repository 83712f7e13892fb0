"""What the catalogue answers: systems by words, people by role, orderers by the unit tree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.catalogue import queries, services
from app.catalogue.definition import Catalogue
from app.catalogue.loader import EXAMPLE, read
from app.catalogue.models import System
from app.catalogue.searching import fold, swedish_order
from app.directory.models import Person, Unit
from app.errors import NotFound
from tests.catalogue.conftest import CLERK, NOW, TODAY, give, statements

People = dict[str, Person]
Units = dict[str, Unit]
ALL = ("base_order", "business_system", "sensitive_system", "physical_access")


@pytest.fixture(scope="module")
def parsed() -> Catalogue:
    return read(EXAMPLE)


@pytest.fixture
def example(session: Any, published: list[Any], parsed: Catalogue) -> None:
    services.load(parsed, now=NOW)


def codes(text: str, **more: Any) -> list[str]:
    return [system.code for system in queries.search(text, **more)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("bibliotek", "MIC"),
        ("BIBLIOTEK", "MIC"),
        ("micro", "MIC"),
        ("lanedisk", "MIC"),
        ("låneDISK", "MIC"),
        ("pro-soc", "PRO-SOC"),
        ("e-tjänst", "ETJ"),
        ("outlook", "MAIL"),
        ("kaffemaskin", None),
        ("%", None),
        ("_", None),
        ("🙂", None),
        ("micromark", "MIC"),
        ("passersystm", "RCO"),
    ],
)
def test_systems_are_found_as_a_swede_would_write(example: None, text: str, first: str | None) -> None:
    assert codes(text)[:1] == ([first] if first else [])


def test_every_word_must_be_found(example: None) -> None:
    assert set(codes("passersystem")) == {"RCO", "VAN"}
    assert codes("passersystem larm inbrott") == ["VAN"]


def test_retired_systems_are_shown_only_when_asked_for(example: None) -> None:
    assert "FC" not in codes("")
    assert {"FC", "WEB0"} <= set(codes("", retired=True))


def test_search_takes_two_statements_with_levels(example: None) -> None:
    with statements() as sent:
        assert sum(len(system.levels) for system in queries.search("")) > 100
    assert len(sent) == 2


def test_systems_come_grouped_by_board_in_swedish_order(example: None) -> None:
    groups = queries.by_board(queries.search(""))
    names = [name for name, _ in groups]
    assert names == sorted(names, key=swedish_order)
    assert "Kommunstyrelsen" in names


def test_unknown_system_and_level_are_not_found(example: None) -> None:
    assert queries.level_by_code("MIC", "DISK").system.name == "MicroMarc"
    for ask in (
        lambda: queries.system("KAFFE"),
        lambda: queries.level(-1),
        lambda: queries.level_by_code("MIC", "KAFFE"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_fold_and_order() -> None:
    assert fold("  E-tjänst för Åke & Éva ") == "e tjanst for ake eva"
    assert sorted(["Ö", "z", "Ä", "å"], key=swedish_order) == ["z", "å", "Ä", "Ö"]


def test_base_level_is_the_directory_account(example: None) -> None:
    base = queries.base_level()
    assert (base.system.code, base.code, queries.process_of(base)) == ("AD", "BAS", "base_order")


@pytest.mark.parametrize(
    ("name", "obstacles"),
    [
        ("AD.BAS", ()),
        ("MIC.DISK", ()),
        ("BES.EGET", ()),
        ("EKO2.LAS", ()),
        ("RCO.PASS", ()),
        ("EKO.LAS", ("lifecycle",)),
        ("FC.KONTO", ("lifecycle", "inactive")),
        ("MAIL.BREV", ("part_of_base",)),
        ("GEO.RTJ", ("external",)),
    ],
)
def test_what_can_be_ordered(example: None, name: str, obstacles: tuple[str, ...]) -> None:
    level = queries.level_by_code(*name.split("."))
    assert queries.obstacles(level, TODAY, ALL) == obstacles
    assert queries.orderable(level, TODAY, ALL) is (not obstacles)


def test_level_without_its_process_cannot_be_ordered(example: None) -> None:
    level = queries.level_by_code("PRO-SOC", "IFO")
    assert queries.obstacles(level, TODAY, ("base_order", "business_system")) == ("process",)


def test_guideline_must_exist_and_be_in_date(trial: System) -> None:
    assert queries.guideline_valid(trial, TODAY)
    trial.guideline_valid_to = date(2026, 3, 1)
    assert not queries.guideline_valid(trial, TODAY)
    assert queries.guideline_valid(trial, date(2026, 3, 1))
    trial.guideline_valid_to, trial.guideline_version = None, ""
    assert queries.obstacles(trial.levels[0], TODAY, ALL) == ("guideline",)


def test_level_says_its_own_class_and_who_may_order(trial: System) -> None:
    desk, catalogue = trial.levels
    assert (queries.confidentiality_of(desk), queries.confidentiality_of(catalogue)) == (2, 1)
    assert not queries.orderer_required(desk)
    assert queries.orderer_required(queries.level_by_code("PROVA", "LAS"))


def test_owner_and_managers_come_in_one_statement(trial: System, people: People) -> None:
    give("system_owner", people["Bob"], system_id=trial.id)
    give("system_manager", people["Dan"], system_id=trial.id)
    give("system_manager", people["Carol"], system_id=trial.id, valid_to=date(2026, 3, 31))
    with statements() as sent:
        found = queries.role_holders(trial.id, TODAY)
        units = {person.unit.name for holders in found.values() for person in holders}
    assert found == {"system_owner": [people["Bob"]], "system_manager": [people["Carol"], people["Dan"]]}
    assert (len(sent), units) == (1, {"Rummet"})
    assert queries.role_holders(trial.id, date(2026, 4, 1))["system_manager"] == [people["Dan"]]
    assert queries.role_holders(trial.id, date(2026, 3, 1)) == {"system_owner": [], "system_manager": []}


def test_roles_of_the_whole_municipality(published: list[Any], people: People) -> None:
    before = set(queries.coordinators(TODAY))
    give("infosec_coordinator", people["Carol"])
    give("it_manager", people["Bob"])
    give("board_manager", people["Dan"], board="PROVNÄMND")
    assert set(queries.coordinators(TODAY)) - before == {people["Carol"]}
    assert people["Bob"] in queries.it_managers(TODAY)
    assert queries.board_managers("PROVNÄMND", TODAY) == [people["Dan"]]
    assert queries.board_managers("ANNAN", TODAY) == []


def test_roles_of_a_person_come_with_system_and_unit(trial: System, people: People, units: Units) -> None:
    give("system_manager", people["Carol"], system_id=trial.id)
    give("authorised_orderer", people["Carol"], unit_id=units["house"].id)
    with statements() as sent:
        found = [(a.role, a.system and a.system.code, a.unit and a.unit.name) for a in roles(people["Carol"])]
    assert found == [("authorised_orderer", None, "Huset"), ("system_manager", "PROV", None)]
    assert len(sent) == 1
    assert roles(people["Dan"]) == []


def roles(person: Person) -> list[Any]:
    return queries.roles_of(person.id, TODAY)


def test_deputies_by_kind_and_date(published: list[Any], people: People) -> None:
    away = services.NewDeputy(people["Bob"].id, people["Carol"].id, TODAY, date(2026, 3, 20))
    services.set_deputy(away, actor=CLERK, now=NOW)
    standing = replace(away, deputy_id=people["Dan"].id, absence=False)
    services.set_deputy(standing, actor=CLERK, now=NOW)
    ids = [people["Bob"].id, people["Alice"].id]
    assert queries.deputies_of(ids, TODAY) == {people["Bob"].id: [people["Carol"], people["Dan"]]}
    assert queries.deputies_of(ids, TODAY, absence=True) == {people["Bob"].id: [people["Carol"]]}
    assert queries.deputies_of(ids, TODAY, absence=False) == {people["Bob"].id: [people["Dan"]]}
    assert queries.deputies_of(ids, date(2026, 3, 21)) == {}
    assert queries.deputies_of([], TODAY) == {}


def test_orderer_covers_the_unit_and_all_below_it(trial: System, people: People, units: Units) -> None:
    give("authorised_orderer", people["Carol"], unit_id=units["house"].id, system_id=trial.id)
    carol, other = people["Carol"].id, queries.system("PROVA").id
    assert queries.orderer_covers(carol, units["house"].id, trial.id, TODAY)
    assert queries.orderer_covers(carol, units["room"].id, trial.id, TODAY)
    assert not queries.orderer_covers(carol, units["neighbour"].id, trial.id, TODAY)
    assert not queries.orderer_covers(carol, units["room"].id, other, TODAY)
    assert not queries.orderer_covers(people["Dan"].id, units["room"].id, trial.id, TODAY)
    assert not queries.orderer_covers(carol, units["room"].id, trial.id, date(2028, 1, 1))
    assert queries.units_ordered_for(carol, TODAY) == {units["house"].id, units["room"].id}
    assert queries.units_ordered_for(people["Dan"].id, TODAY) == frozenset()


def test_orderer_without_a_system_covers_them_all(trial: System, people: People, units: Units) -> None:
    give("authorised_orderer", people["Carol"], unit_id=units["room"].id)
    assert queries.orderer_covers(people["Carol"].id, units["room"].id, trial.id, TODAY)
    assert not queries.orderer_covers(people["Carol"].id, units["house"].id, trial.id, TODAY)


def test_units_in_a_circle_end(trial: System, people: People, units: Units, session: Any) -> None:
    units["house"].parent_id = units["room"].id
    session.flush()
    assert not queries.orderer_covers(people["Carol"].id, units["room"].id, trial.id, TODAY)
