"""What differs, in words: every change has some, in both languages, and none shows the machine's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import pytest
from flask import Flask, session

from app.processes import change_words, drawing, rules
from tests.templates.preview import make_app
from tests.workflows.cases import BASE, SYSTEM
from workflows import difference, loader
from workflows.definition import Workflow
from workflows.form_fields import Choice, Field
from workflows.guards import GUARDS

MACHINE = re.compile(r"frozenset|Example\(|Step\(|Clock\(|Escalation\(|\w+=|_|None|True|False")


@pytest.fixture(scope="module")
def app() -> Flask:
    """The templates' application, with the languages."""
    return make_app()


@pytest.fixture(params=["sv", "en"])
def language(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    """A reader of each language."""
    with app.test_request_context("/"):
        session["language"] = request.param
        yield request.param


def changed(**fields: object) -> Workflow:
    """The process with its first step changed."""
    return replace(SYSTEM, steps=(replace(SYSTEM.steps[0], **fields), *SYSTEM.steps[1:]))  # type: ignore[arg-type]


@pytest.mark.parametrize(("old", "new"), [(BASE, SYSTEM), (SYSTEM, BASE)])
def test_every_change_between_two_processes_has_words(language: str, old: Workflow, new: Workflow) -> None:
    told = change_words.changes(difference.compare(old, new))
    assert len(told) > 20
    assert [sentence for sentence in told if MACHINE.search(sentence)] == []


CATALOG = loader.load_catalog()
LIVES = sorted(name for name, one in CATALOG.items() if one.life is not None)
MATTERS = sorted(name for name, one in CATALOG.items() if one.matters is not None)


@pytest.mark.parametrize(("old", "new"), [*permutations(LIVES, 2), *permutations(MATTERS, 2)])
def test_every_change_between_two_lives_or_two_matters_has_words(language: str, old: str, new: str) -> None:
    """Whoever takes part, times, words, what is kept: nothing is told by the engine's code."""
    before, after = CATALOG[old], replace(CATALOG[new], about=CATALOG[old].about)
    told = change_words.changes(difference.compare(before, after), after, before)
    assert len(told) > 10
    own = re.compile(r"(life|matters)\.|frozenset|Field\(|Choice\(|Text\(|\w+=|None|True|False|\w_\w")
    assert [sentence for sentence in told if own.search(sentence)] == []


def test_a_life_is_told_with_its_own_words(language: str) -> None:
    orderer = CATALOG["authorised_orderer"]
    assert orderer.life is not None
    words = {**orderer.life.words.states, "active": {"sv": "Gäller nu", "en": "In force now"}}
    now = replace(
        orderer,
        life=replace(
            orderer.life,
            longest_months=12,
            apart=(("nominator", "nominee"),),
            words=replace(orderer.life.words, states=words),
        ),
        steps=(replace(orderer.steps[0], ask="registrar"), *orderer.steps[1:]),
    )
    told = change_words.changes(difference.compare(orderer, now), now, orderer)
    assert len(told) == 5
    if language == "sv":
        assert "Processen: den längsta tiden ändras från 24 månader till 12 månader." in told
        assert "Processen: namnet på läget active på svenska ändras från Gäller till Gäller nu." in told
        assert any("den som leder enheten och den som är föreslagen läggs till" in sentence for sentence in told)
        assert any("vem som får frågan ändras från den som är föreslagen till inform" in one for one in told)


def test_questions_are_told_by_what_they_ask(language: str) -> None:
    asked = Field(
        name="work", type="choice", label={"sv": "Vilket arbete?", "en": "Which work?"},
        choices=(Choice("care", {"sv": "Vård", "en": "Care"}), Choice("school", {"sv": "Skola", "en": "School"})),
        only_profiles=frozenset({"standard"}),
    )  # fmt: skip
    before = replace(SYSTEM, questions=(asked,))
    stricter = replace(asked, required=True, choices=asked.choices[:1], hint={"sv": "Det mesta.", "en": "Most of it."})
    told = change_words.changes(difference.compare(before, replace(SYSTEM, questions=(stricter,))))
    assert len(told) == 4
    silent = replace(SYSTEM, questions=())
    (new,) = change_words.changes(difference.compare(silent, before))
    (gone,) = change_words.changes(difference.compare(before, silent))
    assert [sentence for sentence in (*told, new, gone) if MACHINE.search(sentence)] == []
    if language == "sv":
        assert new.startswith("Nytt: frågan ”Vilket arbete?” (")
        assert gone.startswith("Borttaget: frågan")
        assert any("om den måste besvaras ändras från nej till ja" in sentence for sentence in told)
        assert any("Skola tas bort" in sentence for sentence in told)


def test_times_and_people_are_told_before_and_after(language: str) -> None:
    clock = replace(SYSTEM.steps[0].clock, due=9, lapse=None)
    told = change_words.changes(difference.compare(SYSTEM, changed(clock=clock, otherwise=("coordinator",))))
    assert len(told) == 3
    if language == "sv":
        assert told[0].startswith("Steget Chefen beslutar: svarstiden ändras från ")
        assert told[0].endswith(" till 9 arbetsdagar.")
        assert told[1].endswith(" till aldrig.")
        assert "tas bort" in told[2]


def test_changed_examples_are_counted(language: str) -> None:
    without = replace(SYSTEM, examples=())
    (told,) = change_words.changes(difference.compare(SYSTEM, without))
    assert str(len(SYSTEM.examples)) in told


def test_every_guard_has_a_name_and_a_sentence(language: str) -> None:
    assert [code for code in GUARDS if rules.name(code) == code or rules.text(code) == code] == []


def test_states_of_a_matter_are_called_what_the_process_calls_them(language: str) -> None:
    """On pages, in pictures, lists and diffs: never by the engine's code."""
    matter = loader.load_catalog()["integration"]
    assert matter.matters is not None
    said = {name: text[language] for name, text in matter.matters.words.states.items()}
    rows = [row for picture in drawing.pictures(matter) for row in (*picture.main, *picture.beside)]
    exits = [one for row in rows for one in row.exits]
    assert {(one.name, one.word) for one in (*rows, *exits)} <= set(said.items())
    changed = {name: replace(state, lapse=7) for name, state in matter.states.items()}
    told = change_words.changes(difference.compare(matter, replace(matter, states=changed)), matter, matter)
    assert len(told) == len(said)
    assert [word for word in said.values() if not any(word in sentence for sentence in told)] == []
    assert [sentence for sentence in told if "_" in sentence] == []


def test_terms_are_told_in_days_and_months(language: str) -> None:
    now = replace(SYSTEM, longest_days=365, review_months=None, records=("level_text", "serial"))
    told = change_words.changes(difference.compare(SYSTEM, now))
    assert len(told) == 3
    assert [sentence for sentence in told if MACHINE.search(sentence)] == []
    if language == "sv":
        assert told[0].endswith(" från inget som processen säger till 365 dagar.")
        assert told[1].endswith(" från 24 månader till inget som processen säger.")
        assert "taggens nummer läggs till" in told[2]
