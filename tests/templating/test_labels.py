"""The words for codes: all known states have one, unknown codes are shown and never hidden."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from app.grants.models import LIVE
from app.templating import event_words, labels, state_words
from tests.templates.people import MARIA
from workflows import events, grant_events
from workflows.case import Profile
from workflows.definition import Workflow
from workflows.loader import load_catalog

pytestmark = pytest.mark.usefixtures("app")


BRING_WORDS = [one for one in load_catalog().values() if one.matters is not None or one.life is not None]
OF_ORDERS = {state for one in load_catalog().values() if one not in BRING_WORDS for state in one.states}
OF_OTHERS = [(one, state) for one in BRING_WORDS for state in one.states]


@pytest.mark.parametrize("code", sorted(OF_ORDERS | {*LIVE}))
def test_every_state_has_word_colour_and_icon(code: str) -> None:
    look = state_words.look(code)
    assert str(look.word) not in ("", code) and look.tone and look.icon


@pytest.mark.parametrize(("workflow", "state"), OF_OTHERS, ids=[f"{w.process}-{state}" for w, state in OF_OTHERS])
def test_every_state_of_a_matter_or_a_life_has_words_in_its_definition(workflow: Workflow, state: str) -> None:
    said = workflow.words.states.get(state, {})
    assert said.get("sv") and said.get("en")


@pytest.mark.parametrize("profile", list(Profile))
def test_every_profile_has_a_word(profile: Profile) -> None:
    assert str(state_words.profile(profile.value).word) != profile.value


def test_unknown_code_is_shown_as_it_is() -> None:
    assert state_words.look("lost").word == "lost"
    assert event_words.event_label("SomethingNew") == "SomethingNew"


OF_AN_ORDER = {*vars(events), *vars(grant_events)} - {"RequestMoved"}


@pytest.mark.parametrize("name", sorted(n for n in OF_AN_ORDER if n.startswith(("Request", "Task", "Grant"))))
def test_every_event_of_an_order_has_a_sentence(name: str) -> None:
    assert event_words.event_label(name) != name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("task.reassigned", "Uppgiften vidarebefordrades"),
        ("request.approve", "Beställningen godkändes"),
        ("request.approve.refused", "Ett försök nekades"),
        ("grant.issued", "Behörigheten började gälla"),
    ],
)
def test_event_of_the_log_has_a_sentence(name: str, expected: str) -> None:
    assert event_words.event_label(name) == expected


@pytest.mark.parametrize(("name", "expected"), [("Anna", "Annas"), ("Markus", "Markus"), ("Max", "Max")])
def test_genitive_in_swedish(name: str, expected: str) -> None:
    assert labels.genitive(name) == expected


@pytest.mark.parametrize(
    ("text", "line"), [("HR", "HR"), ("IT-chef", "IT-chef"), ("systemägare, HR", "Systemägare, HR"), ("", "")]
)
def test_a_line_begins_with_a_large_letter_and_keeps_the_others(text: str, line: str) -> None:
    assert labels.upper_first(text) == line


def test_genitive_in_english() -> None:
    with force_locale("en"):
        assert labels.genitive("Anna") == "Anna’s"


def test_initials_skip_small_words() -> None:
    assert labels.initials(MARIA.display_name) == "MU"
    assert labels.initials("Åsa") == "Å"


def test_somebody_is_called_by_the_given_name() -> None:
    assert labels.given_name(MARIA) == "Maria-Therése"
    assert labels.given_name("Bo Ek") == "Bo"
