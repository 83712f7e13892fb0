"""What an order's definition may ask in its form, and what G11 says of the answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.workflows.cases import order
from workflows import form_answers, loader, soundness
from workflows.errors import DefinitionError
from workflows.form_fields import Choice, Field
from workflows.guards import GUARDS

TEXT = (loader.CATALOG / "base_order.yaml").read_text(encoding="utf-8")
ASKED = Field(
    name="part", type="choice", label={"sv": "Vilken del?"}, required=True,
    choices=(Choice("stock", {"sv": "Magasin"}), Choice("loans", {"sv": "Utlåning"})),
)  # fmt: skip
SHELF = Field(name="shelf", type="text", label={"sv": "Hylla"}, required_when={"part": frozenset({"stock"})})


def with_form(*questions: str, text: str = TEXT) -> str:
    """The base order with these questions, in YAML's short form."""
    lines = "".join(f"  - {{label: {{sv: Fråga, en: Question}}, {one}}}\n" for one in questions)
    return text.replace("\nstates:\n", f"\nform:\n{lines}\nstates:\n", 1)


def test_a_form_is_read_and_asked_of_the_orders_that_it_is_for() -> None:
    workflow = loader.loads(with_form("name: a, type: text", "name: b, type: date, only_kinds: [new]"), "mine.yaml")
    assert [(q.name, q.type, q.only_kinds) for q in workflow.questions] == [
        ("a", "text", frozenset()),
        ("b", "date", frozenset({"new"})),
    ]
    assert soundness.check(workflow) == []
    traits = order().traits
    assert [q.name for q in workflow.form_of(replace(traits, kind="new"))] == ["a", "b"]
    assert [q.name for q in workflow.form_of(replace(traits, kind="extend"))] == ["a"]


ACCOUNT = Field(name="adm", type="account", label={"sv": "Konto"}, required=True)


@pytest.mark.parametrize("good", ["adm-anna", "TIMRA\\adm.anna", "adm_anna@exempel.se", "svc-lex$", "adm-åsa"])
def test_account_is_written_as_the_directory_has_it(good: str) -> None:
    assert form_answers.faults([ACCOUNT], {"adm": good}, date(2026, 3, 2)) == {}


@pytest.mark.parametrize("bad", ["adm anna", "a", "adm@", "\\adm", "a\\b\\adm", "adm;drop", "=adm", "adm\nanna"])
def test_what_is_no_account_is_told(bad: str) -> None:
    assert form_answers.faults([ACCOUNT], {"adm": bad}, date(2026, 3, 2)) == {"adm": "not_an_account"}


def test_accounts_are_the_same_whatever_stands_around_them() -> None:
    written = ("ADM-Åsa", "timra\\adm-åsa", "adm-åsa@exempel.se")
    assert {form_answers.bare_account(one) for one in written} == {"adm-åsa"}


@pytest.mark.parametrize("reason", ["everyday_account", "account_taken"])
def test_account_of_somebody_is_refused_at_its_question(reason: str) -> None:
    asked = order(questions=(ACCOUNT,), answers={"adm": "adm-anna"})
    assert GUARDS["G11"](asked).passed
    result = GUARDS["G11"](replace(asked, account_faults={"adm": reason}))
    assert (result.reason, result.field, result.consequence) == (reason, "answer_adm", "refuse")


@pytest.mark.parametrize(
    ("questions", "key", "found"),
    [
        (("name: a, type: risk_table",), "form.0.type", "risk_table"),
        (("name: a, type: system",), "form.0.type", "system"),
        (("name: a, type: text, step: grant",), "form.0.step", "grant"),
        (("name: a, type: text, fills: title",), "form.0.fills", "title"),
        (("name: a, type: text", "name: a, type: date"), "form.1.name", "a"),
        (("name: a, type: text, required_when: {b: ['yes']}",), "form.0.required_when", "b"),
        (("name: a, type: text, only_profiles: [sensitive]",), "form.0.only_profiles", "sensitive"),
        (("name: a, type: text, only_kinds: [emergency]",), "form.0.only_kinds", "emergency"),
    ],
)
def test_what_an_order_cannot_ask_is_refused_where_it_stands(questions: tuple[str, ...], key: str, found: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        loader.loads(with_form(*questions), "mine.yaml")
    assert (caught.value.key, caught.value.found) == (key, found)
    assert caught.value.line > 1


@pytest.mark.parametrize("question", ["name: helper, type: text", "name: other, type: person"])
def test_whom_a_step_asks_by_a_field_is_named_by_one_that_names_a_person(question: str) -> None:
    text = TEXT.replace("otherwise: [board_manager,", 'otherwise: ["field:helper", board_manager,', 1)
    assert text != TEXT
    with pytest.raises(DefinitionError) as caught:
        loader.loads(with_form(question, text=text), "mine.yaml")
    assert caught.value.found == "field:helper"
    assert loader.loads(with_form("name: helper, type: person", text=text), "mine.yaml").fields_asked == {"helper"}


def test_an_emergency_asks_by_its_own_form_alone() -> None:
    text = (loader.CATALOG / "emergency_access.yaml").read_text(encoding="utf-8")
    workflow = loader.loads(with_form("name: a, type: text", text=text), "mine.yaml")
    assert soundness.check(workflow) == ["the question a: an emergency is asked for by a short form of its own"]


@pytest.mark.parametrize(
    ("answers", "reason", "field"),
    [
        ({"part": "loans"}, "", None),
        ({"part": "stock", "shelf": "7"}, "", None),
        ({}, "answer_missing", "answer_part"),
        ({"part": "stock"}, "answer_missing", "answer_shelf"),
        ({"part": "attic"}, "answer_faulty", "answer_part"),
        ({"part": "loans", "shelf": "640823-3234"}, "personnummer", "answer_shelf"),
    ],
)
def test_g11_tries_the_answers(answers: dict[str, Any], reason: str, field: str | None) -> None:
    found = GUARDS["G11"](order(questions=(ASKED, SHELF), answers=answers))
    assert (found.passed, found.reason, found.field) == (not reason, reason, field)
    assert "640823" not in str(found.inputs)


def test_a_sample_is_what_the_form_is_content_with() -> None:
    types = ("text", "long_text", "reference", "yes_no", "tick", "date", "number", "person")
    every = tuple(Field(name=kind, type=kind, label={"sv": kind}, required=True) for kind in types)
    many = replace(ASKED, name="many", type="many_choices")
    asked = (*every, ASKED, SHELF, many)
    assert form_answers.faults(asked, form_answers.samples(asked, date(2026, 3, 2), 7), date(2026, 3, 2)) == {}


def test_a_matter_asks_whoever_opens_it() -> None:
    text = (loader.CATALOG / "integration.yaml").read_text(encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        loader.loads(text.replace("\n    type: text\n", "\n    type: text\n    only_kinds: [new]\n", 1), "mine.yaml")
    assert caught.value.key.endswith("only_kinds")


def test_a_paper_form_has_the_lines_that_are_printed() -> None:
    case = order(questions=(ASKED,), written_on=date(2026, 2, 27))
    assert GUARDS["G11"](case).passed
