"""Definitions: the two that ship, and every fault named by file, line, key, found and expected."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.workflows.cases import BASE, CATALOG
from workflows import loader
from workflows.errors import DefinitionError

TEXT = (loader.CATALOG / "business_system.yaml").read_text(encoding="utf-8")
LINES = TEXT.splitlines()
SHIPPED = loader.loads(TEXT, "business_system.yaml").version


def line_of(beginning: str) -> int:
    """The number of the first line that begins like this."""
    return next(n for n, line in enumerate(LINES, 1) if line.strip().startswith(beginning))


def fault(text: str) -> DefinitionError:
    """What is wrong with the text."""
    with pytest.raises(DefinitionError) as caught:
        loader.loads(text, "mine.yaml")
    assert caught.value.file == "mine.yaml"
    return caught.value


def changed(old: str, new: str) -> str:
    """The shipped definition with one thing changed."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def test_what_ships() -> None:
    assert {(w.process, w.version) for w in CATALOG.values()} == {
        ("base_order", 3),
        ("business_system", SHIPPED),
        ("sensitive_system", 7),
        ("physical_access", 2),
        ("integration", 2),
        ("system_onboarding", 1),
        ("system_retirement", 1),
        ("emergency_access", 2),
        ("authorised_orderer", 1),
        ("role_handover", 1),
        ("deputy", 1),
        ("paper_routine", 1),
        ("leaver", 1),
        ("mover", 1),
        ("absence", 1),
    }
    for workflow in CATALOG.values():
        text = Path(workflow.source_file).read_bytes()
        assert workflow.digest == hashlib.sha256(text).hexdigest()
        assert workflow.link_may_decide <= {"basic", "standard"} & workflow.profiles
        assert ("physical" in workflow.profiles) == (workflow.process == "physical_access")
        assert "forbidden" not in workflow.profiles


@pytest.mark.parametrize(
    ("old", "new", "found", "expected"),
    [
        (
            "owner_approval: [board_manager]",
            "owner_approval: [coordinator]",
            "owner_approval: board_manager",
            "coordinator",
        ),
        ("line_manager is subject, system_owner", "moon is subject, system_owner", "moon is subject", "is vacant"),
        ("system_owner is vacant]", "system_owner is asleep]", "system_owner is asleep", "is vacant"),
    ],
)
def test_example_that_does_not_come_true(old: str, new: str, found: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(changed(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        loader.load_catalog(tmp_path)
    assert (caught.value.key, caught.value.line) == ("examples", line_of("- {profile: privileged"))
    assert found in caught.value.found
    assert expected in caught.value.expected


def test_process_says_when_a_question_lapses_or_that_it_never_does() -> None:
    error = fault(changed(", lapse: never}", "}"))
    assert "'lapse' is a required property" in error.expected
    assert error.key == "steps.3.clock"
    error = fault(
        changed("waiting_prerequisites: {kind: waiting, lapse: 30}", "waiting_prerequisites: {kind: waiting}")
    )
    assert (error.key, error.line) == ("states.waiting_prerequisites", line_of("waiting_prerequisites:"))


def test_each_process_fits_on_a_screen() -> None:
    for path in loader.CATALOG.glob("*.yaml"):
        process, _, _ = path.read_text(encoding="utf-8").partition("# Golden cases")
        process, _, _ = process.partition("\nform:")  # of what is no order the way fits on a screen, the form does not
        assert len(process.strip().splitlines()[1:]) <= 130  # the first line is for the editor


def test_same_text_gives_the_same_definition() -> None:
    assert loader.loads(TEXT, "x") == loader.loads(TEXT, "x")
    assert loader.loads(TEXT, "x").digest != loader.loads(TEXT + "\n", "x").digest


def test_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(loader._validator().schema)


@pytest.mark.parametrize(
    ("old", "new", "begins", "key", "found", "expected"),
    [
        ("process: b", "process: B", "process:", "process", "'Business_system'", "does not match"),
        (f"version: {SHIPPED}", "version: one", "version:", "version", "'one'", "integer"),
        (f"version: {SHIPPED}", "version: 0", "version:", "version", "0", "minimum"),
        (", en: Access to a business system", "", "title:", "title", "sv", "'en' is a required"),
        ("requested: {kind: open}", "requested: {kind: opn}", "requested:", "states.requested.kind", "'opn'", "'open'"),
        ("lapse: 30", "lapse: -1", "waiting_", "states.waiting_prerequisites.lapse", "-1", "minimum"),
        ("due: 3,", "due: soon,", "clock:", "steps.0.clock.due", "'soon'", "integer"),
        ("task: owner_approval", "tsak: owner_approval", "task: owner", "steps.2.tsak", "unknown key", "one of ask"),
        ("ask: system_owner\n", "ask: deputy\n", "ask: system_owner", "steps.2.ask", "deputy", "line_manager"),
        ("state: requested", "state: asked", "state: requested", "steps.0.state", "asked", "requested"),
        ("distinct_from: [man", "distinct_from: [moon", "distinct_from:", "steps.2.distinct_from", "moon", "grant"),
        (
            "only_profiles: [privileged]",
            "only_profiles: [sensitive]",
            "only_profiles",
            "steps.2.only_profiles",
            "sens",
            "basic",
        ),
        ("same_answer_as: [man", "same_answer_as: [moon", "same_", "steps.1.same_answer_as", "moon", "grant"),
        ("kinds: [new, change, extend", "kinds: [new, rent, extend", "kinds:", "kinds.1", "'rent'", "'change'"),
        (
            "only_kinds: [temporary_other_unit]",
            "only_kinds: [temporary_other_unit, rent]",
            "only_kinds",
            "steps.1.only_kinds.1",
            "'rent'",
            "'new'",
        ),
        ("from: draft", "from: draught", "- {trigger: submit", "transitions.0.from", "draught", "draft"),
        ("to: granted", "to: gone", "- {trigger: grant", "transitions.10.to", "gone", "granted"),
        ("by: orderer", "by: order", "- {trigger: submit", "transitions.0.by", "order", "orderer"),
        ("guards: [G5,", "guards: [G99,", "- {trigger: submit", "transitions.0.guards", "G99", "G1"),
        (
            "profiles: [basic, standard, privileged]",
            "profiles: [basic, forbidden]",
            "prof",
            "profiles.1",
            "forb",
            "phys",
        ),
        (
            "link_may_decide: [basic,",
            "link_may_decide: [sensitive,",
            "link",
            "link_may_decide",
            "sensitive",
            "standard",
        ),
    ],
)
def test_fault_is_named(old: str, new: str, begins: str, key: str, found: str, expected: str) -> None:
    error = fault(changed(old, new))
    assert (error.key, error.line) == (key, line_of(begins))
    assert found in error.found
    assert expected in error.expected
    assert str(error).startswith(f"mine.yaml:{error.line}: {key}: found ")


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("", 1, "None"),
        ("- a list", 1, "['a list']"),
        ("just words", 1, "'just words'"),
        ("process: a\nprocess: b", 2, "the key twice"),
        ("states:\n  draft: {kind: open}\n  draft: {kind: final}", 3, "the key twice"),
        ("process: [a\nversion: 1", 2, "expected ',' or ']'"),
        ("process: 'a", 1, "found unexpected end of stream"),
        ("process: a\nversion: &one 1\nlapse: *one", 2, "an alias of this value"),
        ("process: !!python/object:os.system x", 1, "could not determine a constructor"),
        ("? [a, b]\n: c", 1, "a key that is no word"),
        ("process: a\x00b", 1, "unacceptable character"),
        ("process: a\n---\nprocess: b", 2, "but found another document"),
        ("when: 2026-13-45", 1, "month must be in 1..12"),
        ("[" * 500 + "]" * 500, 1, "values in values"),
        ("\n" + "[" * 200_000, 2, "values in values"),
    ],
)
def test_text_that_is_no_definition(text: str, line: int, found: str) -> None:
    error = fault(text)
    assert error.line == line
    assert found in error.found


def test_required_key_that_is_missing() -> None:
    error = fault("process: a\nversion: 1")
    assert (error.key, error.line) == ("(file)", 1)
    assert "is a required property" in error.expected


def test_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("process: grundbeställning".encode("latin-1"))
    with pytest.raises(DefinitionError, match="UTF-8"):
        loader.load(path)


def test_newest_version_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(changed(f"version: {SHIPPED}", f"version: {SHIPPED + 1}"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(TEXT, encoding="utf-8")
    assert {w.version for w in loader.load_catalog(tmp_path).values()} == {SHIPPED + 1}


def test_same_version_twice_is_a_fault(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    with pytest.raises(DefinitionError, match="other than that of"):
        loader.load_catalog(tmp_path)


def test_unsafe_process_does_not_become_active(tmp_path: Path) -> None:
    path = tmp_path / "unsafe.yaml"
    path.write_text(changed("to: lapsed, by: time", "to: manager_approved, by: time"), encoding="utf-8")
    with pytest.raises(DefinitionError, match="time may only end an order"):
        loader.load_catalog(tmp_path)


def test_kind_that_the_process_does_not_handle_is_no_condition() -> None:
    error = fault(changed("extend, temporary_other_unit]", "extend]"))
    assert (error.key, error.found) == ("form.0.only_kinds", "temporary_other_unit")


def test_process_that_says_no_kinds_handles_the_common_ones() -> None:
    """Stored versions from before kinds had conditions are read as they were meant."""
    base = BASE
    assert "kinds" not in Path(base.source_file).read_text(encoding="utf-8")
    assert base.kinds == ("new", "change", "extend")
