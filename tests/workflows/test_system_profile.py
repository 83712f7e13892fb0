"""How each thing of a system's profile stands, and why (rules.md C11 content 5)."""

from __future__ import annotations

from datetime import date

import pytest

from workflows import system_profile as rules
from workflows.system_profile import AMBER, GREEN, NONE, RED, Attested, Light, Risk

TODAY = date(2026, 2, 27)
DONE = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("due_on", "colour", "why"),
    [
        (date(2026, 2, 26), RED, "late"),
        (date(2026, 2, 27), AMBER, "near"),
        (date(2026, 3, 29), AMBER, "near"),
        (date(2026, 3, 30), GREEN, "there"),
    ],
)
def test_a_light_follows_the_next_day(due_on: date, colour: str, why: str) -> None:
    assert rules.attested(Attested(DONE, due_on), TODAY) == Light(colour, why, due_on)


def test_what_was_never_attested_is_red_and_what_is_left_out_is_green_for_its_time() -> None:
    assert rules.attested(None, TODAY) == Light(RED, "never")
    assert rules.attested(Attested(DONE, date(2026, 6, 1), is_needed=False), TODAY).why == "left_out"
    assert rules.attested(Attested(DONE, date(2026, 2, 1), is_needed=False), TODAY).colour == RED


@pytest.mark.parametrize(
    ("owners", "managers", "colour", "why"),
    [(0, 2, RED, "no_owner"), (1, 0, RED, "no_manager"), (1, 1, AMBER, "few_managers"), (1, 2, GREEN, "roles_filled")],
)
def test_a_system_has_an_owner_and_two_managers(owners: int, managers: int, colour: str, why: str) -> None:
    light = rules.roles(owners, managers, 2)
    assert (light.colour, light.why) == (colour, why)


def test_a_guideline_is_needed_where_the_catalogue_says_so() -> None:
    assert rules.guideline("", None, required=True, today=TODAY).colour == RED
    assert rules.guideline("", None, required=False, today=TODAY).colour == AMBER
    assert rules.guideline("2.1", None, required=True, today=TODAY).why == "no_review_date"
    assert rules.guideline("2.1", date(2026, 1, 1), required=True, today=TODAY).why == "late"
    assert rules.guideline("2.1", date(2027, 1, 1), required=True, today=TODAY).colour == GREEN


def test_a_high_risk_needs_the_owners_decision_while_it_holds() -> None:
    whole = Attested(DONE, date(2026, 12, 1))
    assert rules.risks(whole, [Risk(8, None)], TODAY).colour == GREEN
    assert rules.risks(whole, [Risk(9, None)], TODAY) == Light(RED, "risk_undecided", count=1)
    assert rules.risks(whole, [Risk(9, None, "accept", date(2026, 2, 26))], TODAY).why == "risk_undecided"
    assert rules.risks(whole, [Risk(9, None, "accept", TODAY)], TODAY).colour == GREEN


def test_a_late_measure_is_amber_unless_the_risk_is_accepted_and_a_late_analysis_is_red() -> None:
    whole, late = Attested(DONE, date(2026, 12, 1)), date(2026, 2, 1)
    assert rules.risks(whole, [Risk(4, late)], TODAY) == Light(AMBER, "measure_late", late, 1)
    assert rules.risks(whole, [Risk(4, late, "accept")], TODAY).colour == GREEN
    assert rules.risks(Attested(DONE, late), [Risk(4, late)], TODAY).why == "late"


def test_a_plan_for_outages_is_green_only_when_it_was_tried() -> None:
    whole = Attested(DONE, date(2026, 12, 1))
    assert rules.continuity(whole, None, TODAY).why == "never_tested"
    assert rules.continuity(whole, date(2026, 2, 26), TODAY).why == "test_late"
    assert rules.continuity(whole, TODAY, TODAY).colour == GREEN
    assert rules.continuity(None, TODAY, TODAY).colour == RED


def test_readiness_counts_green_whole_amber_half_and_leaves_out_what_is_not_needed() -> None:
    lights = [Light(GREEN, "there"), Light(AMBER, "near"), Light(RED, "never"), Light(NONE, "no_integrations")]
    assert rules.score(lights) == 50
    assert rules.score(lights[:2]) == 75
    assert rules.score([lights[3]]) is None
    assert rules.score([Light(GREEN, "there"), Light(GREEN, "there"), Light(RED, "never")]) == 66
    assert rules.worst(lights).colour == RED
    assert rules.worst([]) == Light(NONE, "no_integrations")


def said(**more: object) -> dict[str, object]:
    known = {"done_on": TODAY, "due_on": date(2027, 2, 27), "is_needed": True, "reference": "KS 2026/1", "note": ""}
    return known | more


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, None),
        ({"done_on": date(2026, 2, 28)}, ("done_on", "done_later")),
        ({"done_on": date(2024, 1, 1)}, ("done_on", "done_too_long_ago")),
        ({"due_on": TODAY}, ("due_on", "due_has_been")),
        ({"due_on": date(2028, 3, 1)}, ("due_on", "due_too_far")),
        ({"due_on": date(2028, 2, 28)}, None),
        ({"reference": " "}, ("reference", "reference_needed")),
        ({"is_needed": False, "note": "nej"}, ("note", "reason_needed")),
        ({"is_needed": False, "reference": "", "note": "Systemet drivs av kommunen."}, None),
        ({"note": "Se 19121212-1212"}, ("note", "personnummer")),
        ({"note": "x" * 2001}, ("note", "too_long")),
    ],
)
def test_an_attestation_says_what_it_must(more: dict[str, object], fault: tuple[str, str] | None) -> None:
    assert rules.attestation_fault(rules.KINDS[rules.AGREEMENT], said(**more), TODAY) == fault


def test_a_plan_is_never_left_out() -> None:
    left_out = said(is_needed=False, note="Behövs inte alls här.")
    assert rules.attestation_fault(rules.KINDS[rules.PLAN], left_out, TODAY) == ("is_needed", "cannot_be_left_out")


def test_a_risk_from_nine_needs_a_measure_with_its_day() -> None:
    risk = {"text": "Ett strömavbrott", "measure": "", "due_on": None}
    assert rules.risk_fault(8, risk, TODAY) is None
    assert rules.risk_fault(9, risk, TODAY) == ("measure", "measure_needed")
    assert rules.risk_fault(9, risk | {"measure": "Ny UPS"}, TODAY) == ("due_on", "day_needed")
    assert rules.risk_fault(9, risk | {"measure": "Ny UPS", "due_on": date(2026, 2, 26)}, TODAY) is not None
    assert rules.risk_fault(9, risk | {"measure": "Ny UPS", "due_on": TODAY}, TODAY) is None


def test_a_decision_about_a_risk_holds_for_at_most_a_year() -> None:
    reason = "Kostnaden står inte i proportion."
    assert rules.decision_fault("accept", reason, date(2027, 2, 28), TODAY) is None
    assert rules.decision_fault("accept", reason, date(2027, 3, 1), TODAY) == ("until", "decision_too_long")
    assert rules.decision_fault("accept", "nja", date(2027, 2, 1), TODAY) == ("reason", "reason_needed")
    assert rules.decision_fault("keep", reason, date(2027, 2, 1), TODAY) == ("decision", "choose_decision")
