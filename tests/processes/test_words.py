"""What differs, in words: every change has some, in both languages, and none shows the machine's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, session

from app.processes import change_words, drawing, rules
from tests.templates.preview import make_app
from tests.workflows.cases import BASE, SYSTEM
from workflows import difference, loader
from workflows.definition import Workflow
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
