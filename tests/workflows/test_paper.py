"""The paper routine's rules: clocks, the count of serials, and the real process asked in retrospect (rules.md C12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflows.cases import (
    ALICE,
    BOB,
    CAROL,
    CATALOG,
    DAN,
    EVA,
    MICROMARC,
    OLGA,
    SYSTEM,
    TODAY,
    left,
    order,
    privileged,
)
from workflows import life, paper, retrace
from workflows.calendar import WorkingCalendar
from workflows.case import Case, EmploymentStatus, Freeze, OrdererAuthority
from workflows.errors import NoSuchMove
from workflows.guards import GUARDS
from workflows.paper import Counted
from workflows.retrace import Signed, Trial

CALENDAR = WorkingCalendar()
ROUTINE = CATALOG["paper_routine"]
SIGNED = Signed(manager=BOB, executor=CAROL, employment_checked="phone")
PAPER_DAY = TODAY - timedelta(days=3)


def on_paper(**changes: Any) -> Case:
    """Alice's order as it was on paper three days ago: a draft, until 6 March."""
    limits = {"written_on": PAPER_DAY, "paper_until": date(2026, 3, 9), "valid_from": PAPER_DAY}
    return order(**{**limits, "valid_to": date(2026, 3, 6), **changes})


def reasons(case: Case, signed: Signed = SIGNED, moment: str = "then") -> tuple[str, ...]:
    """Why the process would have said no."""
    return retrace.reasons(retrace.retrace(SYSTEM, case, signed, moment))


@pytest.mark.parametrize(
    ("began", "ended", "due", "escalations"),
    [
        (date(2026, 3, 2), date(2026, 3, 9), 2, (date(2026, 3, 13), date(2026, 3, 17))),  # 5 working days: not more
        (date(2026, 3, 2), date(2026, 3, 10), 5, (date(2026, 3, 19), date(2026, 3, 23))),
        (date(2026, 4, 1), date(2026, 4, 8), 2, (date(2026, 4, 14), date(2026, 4, 16))),  # across Easter
    ],
)
def test_time_to_register(began: date, ended: date, due: int, escalations: tuple[date, ...]) -> None:
    clock = paper.registration(ROUTINE, began, ended, CALENDAR)
    fired = paper.due_firings(clock, ended, 0, ended + timedelta(days=60), CALENDAR)
    assert clock.due == due and clock.lapse is None
    assert tuple(f.on for f in fired if f.ask) == escalations
    assert [f.ask for f in fired] == ["", "system_owner", "coordinator"]


@pytest.mark.parametrize(
    ("held_on", "due_on"),
    [("2025-03-02", "2026-03-02"), ("2028-02-29", "2029-02-28"), ("2025-12-31", "2026-12-31")],
)
def test_next_drill_is_a_year_on(held_on: str, due_on: str) -> None:
    assert paper.next_drill(date.fromisoformat(held_on)) == date.fromisoformat(due_on)


@pytest.mark.parametrize("state", paper.UNDECIDED)
def test_form_that_is_not_judged_keeps_the_outage_open(state: str) -> None:
    assert paper.hindrances({"1": "used"}, (state,), Counted(1, 0))


def test_no_form_is_judged_before_a_second_person_has_verified_it() -> None:
    for state in ("registered", "returned"):
        for trigger in ("pass", "fail", "wait"):
            with pytest.raises(NoSuchMove):
                life.next_state(ROUTINE, state, trigger)


def test_paper_in_which_nothing_is_wrong_passes() -> None:
    trials = [*retrace.on_paper(on_paper(), SIGNED), *retrace.retrace(SYSTEM, on_paper(), SIGNED, "then")]
    assert retrace.outcome(trials) == "pass"
    assert [t.act for t in trials if t.result.guard == "authority"] == ["approve", "grant"]


@pytest.mark.parametrize(
    ("changes", "signed", "reason"),
    [
        ({}, replace(SIGNED, manager=DAN), "not_asked_manager_approval"),
        ({}, replace(SIGNED, executor=DAN), "not_asked_grant"),
        ({"has_base_grant": False}, SIGNED, "base_grant_missing"),
        ({"duplicates": ("grant:1",)}, SIGNED, "duplicate"),
        ({"orderer_authority": None}, SIGNED, "may_not_order"),
        ({"courses_missing": ("GDPR-BAS",)}, SIGNED, "training_missing"),
        ({"agreement_missing": "SEKRETESS"}, SIGNED, "confidentiality_missing"),
        ({"subject": left(ALICE)}, SIGNED, "employment_ended"),
        ({"freezes": (Freeze(TODAY, TODAY),)}, SIGNED, "frozen"),
        ({"valid_to": date(2026, 3, 10)}, SIGNED, "beyond_outage"),
        ({"valid_to": None}, SIGNED, "end_date_needed"),
        ({"valid_from": PAPER_DAY - timedelta(days=1)}, SIGNED, "back_dated"),
    ],
)
def test_what_the_process_would_have_refused(changes: dict[str, Any], signed: Signed, reason: str) -> None:
    assert reason in reasons(on_paper(**changes), signed)


def test_all_reasons_are_found_and_not_only_the_first() -> None:
    case = on_paper(subject=left(ALICE), has_base_grant=False, valid_to=None)
    assert {"employment_ended", "base_grant_missing", "end_date_needed"} <= set(reasons(case))


def test_authority_is_of_then_and_not_of_now() -> None:
    assert reasons(on_paper(line_managers=(EVA,)), moment="now") == ()


def test_owner_decides_too_where_the_process_asks_and_four_eyes_hold() -> None:
    limits = {"written_on": TODAY, "paper_until": date(2026, 3, 9), "valid_to": date(2026, 3, 6)}
    case = privileged(**limits)
    assert reasons(case, replace(SIGNED, owner=OLGA)) == ()
    assert reasons(case) == ("owner_missing_on_paper",)
    assert "four_eyes" in reasons(case, replace(SIGNED, owner=OLGA, executor=OLGA))


def test_manager_who_ordered_has_approved_by_that() -> None:
    case = on_paper(orderer=BOB, orderer_authority=OrdererAuthority.LINE_MANAGER)
    assert reasons(case) == ()


def test_unknown_employment_waits_whatever_else_is_wrong() -> None:
    case = on_paper(subject=replace(ALICE, status=EmploymentStatus.UNKNOWN), has_base_grant=False)
    assert retrace.outcome(retrace.retrace(SYSTEM, case, SIGNED, "now")) == "wait"


@pytest.mark.parametrize(
    ("signed", "k", "reason"),
    [
        (replace(SIGNED, executor=BOB), 1, "executor_is_manager"),
        (replace(SIGNED, employment_checked="no"), 1, "employment_not_checked"),
        (SIGNED, 3, "owner_missing_on_paper"),
    ],
)
def test_what_the_paper_itself_must_say(signed: Signed, k: int, reason: str) -> None:
    case = on_paper(level=replace(MICROMARC, confidentiality=k))
    assert retrace.reasons(retrace.on_paper(case, signed)) == (reason,)


@pytest.mark.parametrize(
    ("status", "starts", "ends", "expected"),
    [
        ("active", None, None, "active"),
        ("active", 1, None, "future"),
        ("future", -1, None, "active"),
        ("future", 1, None, "future"),
        ("ended", None, 0, "active"),
        ("ended", None, -1, "ended"),
        ("ended", None, None, "ended"),
        ("ended", 1, 2, "ended"),
        ("unknown", -1, 1, "unknown"),
        ("not_found", None, None, "not_found"),
    ],
)
def test_person_as_of_a_day(status: str, starts: int | None, ends: int | None, expected: str) -> None:
    starts_on, ends_on = (None if n is None else TODAY + timedelta(days=n) for n in (starts, ends))
    known = replace(ALICE, status=EmploymentStatus(status), starts_on=starts_on, ends_on=ends_on, may_act=False)
    then = retrace.party_then(known, TODAY)
    assert then.status == expected
    assert then.may_act == (expected == "active" and status != "active")


def test_no_other_order_may_be_back_dated() -> None:
    case = order(valid_from=TODAY - timedelta(days=1), valid_to=date(2026, 3, 6))
    assert GUARDS["G10"](case).reason == "back_dated"
    assert GUARDS["G10"](replace(case, written_on=case.valid_from)).passed


def test_stored_form_is_plain_json() -> None:
    trial = retrace.retrace(SYSTEM, on_paper(), SIGNED, "then")[0]
    assert isinstance(trial, Trial) and trial.as_json().keys() >= {"act", "moment", "guard", "passed", "inputs"}
