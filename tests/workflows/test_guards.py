"""Each guard both ways, with its reason, its consequence and the field beside which the form shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflows.cases import (
    ADMIN,
    ALICE,
    BASE_LEVEL,
    BOB,
    CAROL,
    DAN,
    EVA,
    MICROMARC,
    TODAY,
    approved_by,
    left,
    order,
)
from workflows import loader
from workflows.case import Case, EmploymentStatus, Offer, OrdererAuthority, Profile
from workflows.conditions import Traits
from workflows.emergency_guard import ONLY_THEN
from workflows.guards import GUARDS
from workflows.personal_numbers import find_personnummer


def outcome(guard: str, case: Case) -> tuple[str, str | None, str | None]:
    """Reason, consequence and field of a failed guard."""
    result = GUARDS[guard](case)
    assert not result.passed
    return result.reason, result.consequence, result.field


def employed(status: EmploymentStatus, **changes: Any) -> Case:
    """An order for Alice in this employment status."""
    starts_on = changes.pop("starts_on", None)
    return order(subject=replace(ALICE, status=status, starts_on=starts_on), **changes)


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_every_guard_lets_a_faultless_order_through(guard: str) -> None:
    actor = BOB if guard in ("G6", "G7") else ALICE
    less = Offer(MICROMARC, replace(MICROMARC, code="LAS", access="read")) if guard == "G19" else None
    result = GUARDS[guard](order(actor=actor, offer=less))
    assert (result.guard, result.passed, result.consequence) == (guard, True, None)


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_every_evaluation_can_be_stored(guard: str) -> None:
    broken = order(
        orderer_authority=None,
        subject=left(ALICE),
        has_base_grant=False,
        valid_from=None,
        justification="",
        duplicates=("B",),
    )
    for case in (order(), broken):
        stored = GUARDS[guard](case).as_json()
        assert json.loads(json.dumps(stored)) == stored


# G1


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (EmploymentStatus.NOT_FOUND, "employment_missing"),
        (EmploymentStatus.FUTURE, "employment_future"),
        (EmploymentStatus.UNKNOWN, "directory_unavailable"),
        (EmploymentStatus.AMBIGUOUS, "employment_ambiguous"),
        (EmploymentStatus.ON_LEAVE, "on_leave"),
    ],
)
@pytest.mark.parametrize("state", ["draft", "requested", "owner_approved"])
def test_not_employed_for_certain_waits(status: EmploymentStatus, reason: str, state: str) -> None:
    assert outcome("G1", employed(status, state=state)) == (reason, "wait", "subject")


@pytest.mark.parametrize("state", ["requested", "waiting_prerequisites", "manager_approved", "owner_approved"])
def test_ended_employment_cancels_an_order_under_way(state: str) -> None:
    assert outcome("G1", employed(EmploymentStatus.ENDED, state=state)) == ("employment_ended", "cancel", "subject")


def test_ended_employment_is_refused_in_the_form() -> None:
    assert outcome("G1", employed(EmploymentStatus.ENDED)) == ("employment_ended", "refuse", "subject")


@pytest.mark.parametrize(("days", "passes"), [(0, True), (60, True), (61, False)])
def test_employment_may_start_within_sixty_days(days: int, passes: bool) -> None:
    case = employed(EmploymentStatus.FUTURE, starts_on=TODAY + timedelta(days=days))
    assert GUARDS["G1"](case).passed is passes


def test_every_status_has_an_answer() -> None:
    assert {GUARDS["G1"](employed(status)).passed for status in EmploymentStatus} == {True, False}


# G2


def test_without_base_grant_waits() -> None:
    assert outcome("G2", order(has_base_grant=False)) == ("base_grant_missing", "wait", "subject")


def test_base_order_needs_no_base_grant() -> None:
    assert GUARDS["G2"](order(level=BASE_LEVEL, has_base_grant=False)).passed


# G3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lifecycle": "planned"}, "system_not_open"),
        ({"lifecycle": "phasing_out"}, "system_not_open"),
        ({"lifecycle": "retired"}, "system_not_open"),
        ({"active": False}, "level_inactive"),
        ({"guideline_valid": False}, "guideline_missing"),
        ({"process_installed": False}, "process_missing"),
        ({"profile": Profile.FORBIDDEN}, "forbidden"),
    ],
)
def test_level_that_cannot_be_ordered(changes: dict[str, Any], reason: str) -> None:
    level = replace(MICROMARC, **changes)
    assert outcome("G3", order(level=level)) == (reason, "refuse", "level")
    assert outcome("G3", order(level=level, state="requested")) == (reason, "wait", "level")


@pytest.mark.parametrize(
    ("role", "reason"), [("system_owners", "owner_missing"), ("system_managers", "manager_missing")]
)
def test_system_without_people_is_not_open_for_orders(role: str, reason: str) -> None:
    assert outcome("G3", order(**{role: ()})) == (reason, "refuse", "level")
    assert outcome("G3", order(**{role: (left(DAN),)})) == (reason, "refuse", "level")


@pytest.mark.parametrize("role", ["system_owners", "system_managers"])
def test_post_that_falls_vacant_does_not_stop_an_order_under_way(role: str) -> None:
    assert GUARDS["G3"](order(**{role: ()}, state="requested")).passed


# G4


def test_duplicate_is_refused_and_shown() -> None:
    case = order(duplicates=("BEH-2026-000007",))
    assert outcome("G4", case) == ("duplicate", "refuse", "level")
    assert GUARDS["G4"](case).inputs["existing"] == ["BEH-2026-000007"]


# G5


@pytest.mark.parametrize("authority", [a for a in OrdererAuthority if a not in ONLY_THEN])
def test_who_may_order(authority: OrdererAuthority) -> None:
    assert GUARDS["G5"](order(orderer=BOB, orderer_authority=authority)).passed


@pytest.mark.parametrize("authority", ONLY_THEN)
def test_who_may_ask_for_emergency_access_may_not_order_otherwise(authority: OrdererAuthority) -> None:
    assert outcome("G5", order(orderer=BOB, orderer_authority=authority))[0] == "may_not_order"
    assert GUARDS["G5"](order(orderer=BOB, orderer_authority=authority, kind="emergency")).passed


@pytest.mark.parametrize("kind", ["new", "extend"])
def test_stranger_may_not_order(kind: str) -> None:
    case = order(orderer=DAN, orderer_authority=None, kind=kind)
    assert outcome("G5", case) == ("may_not_order", "refuse", "subject")


def test_some_systems_take_orders_from_orderers_and_line_managers_only() -> None:
    level = replace(MICROMARC, orderer_required=True)
    refused = {
        authority
        for authority in OrdererAuthority
        if not GUARDS["G5"](order(level=level, orderer=BOB, orderer_authority=authority)).passed
    }
    assert refused == {OrdererAuthority.SELF, OrdererAuthority.NEXT_LEVEL_MANAGER, *ONLY_THEN}
    assert outcome("G5", order(level=level)) == ("orderer_required", "refuse", "subject")


def test_authorised_orderer_does_not_order_for_self() -> None:
    case = order(orderer=ALICE, orderer_authority=OrdererAuthority.AUTHORISED_ORDERER)
    assert outcome("G5", case) == ("orderer_is_subject", "refuse", "subject")


def test_base_order_is_not_for_oneself() -> None:
    assert outcome("G5", order(level=BASE_LEVEL)) == ("base_not_for_self", "refuse", "subject")


# G6 and G7


@pytest.mark.parametrize("actor", [ALICE, BOB, None])
def test_subject_orderer_and_nobody_may_not_decide(actor: Any) -> None:
    case = order(orderer=BOB, actor=actor, state="requested")
    assert outcome("G6", case) == ("not_self", "refuse", None)


def test_another_may_decide() -> None:
    assert GUARDS["G6"](order(orderer=BOB, actor=DAN)).passed


@pytest.mark.parametrize("profile", [Profile.SENSITIVE, Profile.PRIVILEGED])
def test_who_approved_may_not_grant_what_is_sensitive(profile: Profile) -> None:
    level = replace(ADMIN, profile=profile)
    decisions = approved_by(("manager_approval", BOB))
    assert outcome("G7", order(level=level, actor=BOB, decisions=decisions)) == ("four_eyes", "refuse", None)
    assert outcome("G7", order(level=level, actor=ALICE)) == ("four_eyes", "refuse", None)
    assert GUARDS["G7"](order(level=level, actor=CAROL, decisions=decisions)).passed


def test_who_had_a_deputy_approve_may_not_grant_what_is_sensitive() -> None:
    decisions = (replace(approved_by(("manager_approval", EVA))[0], on_behalf_of=BOB.id),)
    assert outcome("G7", order(level=ADMIN, actor=BOB, decisions=decisions)) == ("four_eyes", "refuse", None)
    assert GUARDS["G7"](order(level=ADMIN, actor=CAROL, decisions=decisions)).passed


def test_who_approved_may_grant_what_is_standard_but_it_is_flagged() -> None:
    result = GUARDS["G7"](order(actor=BOB, decisions=approved_by(("manager_approval", BOB))))
    assert (result.passed, result.reason) == (True, "same_person_granted")
    assert GUARDS["G7"](order(actor=CAROL, decisions=approved_by(("manager_approval", BOB)))).reason == ""


# G8, G9


@pytest.mark.parametrize(
    ("guard", "missing", "reason"),
    [
        ("G8", {"courses_missing": ("GDPR-BAS", "SEKRETESS-SOC")}, "training_missing"),
        ("G9", {"agreement_missing": "SOC"}, "confidentiality_missing"),
    ],
)
class TestPrepared:
    """Training and confidentiality: beside the managers' answers, and not after them (C0.6)."""

    @pytest.mark.parametrize("state", ["draft", "returned"])
    def test_is_noted_when_the_order_is_sent(
        self, guard: str, missing: dict[str, Any], reason: str, state: str
    ) -> None:
        found = GUARDS[guard](order(state=state, **missing))
        assert (found.passed, found.reason, found.consequence) == (True, reason, None)

    @pytest.mark.parametrize("state", ["requested", "manager_approved", "owner_approved"])
    def test_is_waited_for_afterwards(self, guard: str, missing: dict[str, Any], reason: str, state: str) -> None:
        assert outcome(guard, order(state=state, **missing)) == (reason, "wait", "subject")

    def test_what_is_missing_is_kept_with_the_answer(self, guard: str, missing: dict[str, Any], reason: str) -> None:
        inputs = GUARDS[guard](order(**missing)).as_json()["inputs"]
        (value,) = missing.values()
        assert inputs["missing"] == (list(value) if guard == "G8" else value)


SENSITIVE = loader.load_catalog()["sensitive_system"]
CARE = replace(ADMIN, profile=Profile.SENSITIVE)
ORDERED = {"need_analysis_ref": "SOC 2026/17", "is_licensed": "yes", "has_siths": "yes", "is_needed": "yes"}


def sensitive(**said: Any) -> Case:
    """An order of a level for care staff, with everything said that it asks for unless ``said`` is otherwise."""
    asked = SENSITIVE.form_of(Traits("sensitive", said.get("kind", "new"), licensed=True))
    more = {"kind": said.pop("kind", "new"), "written_on": said.pop("written_on", None)}
    answers = ORDERED | said
    return order(level=CARE, justification="Dokumenterar vård på natten.", questions=asked, answers=answers, **more)


@pytest.mark.parametrize("kind", ["new", "change"])
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"need_analysis_ref": " "}, "answer_missing"),
        ({"need_analysis_ref": "Om 640823-3234"}, "personnummer"),
        ({"is_licensed": ""}, "answer_missing"),
        ({"has_siths": ""}, "answer_missing"),
        ({"is_needed": "no"}, "answer_missing"),
    ],
)
def test_sensitive_level_rests_on_an_analysis_whatever_form_orders_it(
    kind: str, said: dict[str, Any], reason: str
) -> None:
    (field,) = said
    assert outcome("G11", sensitive(kind=kind, **said)) == (reason, "refuse", f"answer_{field}")


@pytest.mark.parametrize("field", ["need_analysis_ref", "is_licensed", "has_siths"])
def test_a_paper_form_has_lines_for_what_it_rests_on(field: str) -> None:
    paper = {"written_on": date(2026, 3, 2)}
    assert outcome("G11", sensitive(**paper, **{field: ""})) == ("answer_missing", "refuse", f"answer_{field}")
    assert GUARDS["G11"](sensitive(**paper, is_needed="")).passed, "the manager's signature says that"


def test_sensitive_level_is_extended_on_what_was_said_when_it_was_ordered() -> None:
    assert GUARDS["G11"](sensitive(kind="extend", need_analysis_ref="", has_siths="")).passed


def test_everything_that_a_sensitive_level_asks_for_is_enough() -> None:
    assert GUARDS["G11"](sensitive()).passed


# G14, G16, G18


def test_protected_identity_is_let_through_and_noted() -> None:
    result = GUARDS["G14"](order(subject=replace(ALICE, protected=True)))
    assert (result.passed, result.reason) == (True, "identity_masked")
    assert GUARDS["G14"](order()).reason == ""


def test_open_finding_is_waited_for() -> None:
    result = GUARDS["G16"](order(open_findings=("AVV-17",)))
    assert (result.passed, result.consequence, result.reason) == (False, "wait", "finding_open")
    assert result.inputs == {"findings": ["AVV-17"]}
    assert GUARDS["G16"](order()).passed


@pytest.mark.parametrize(("confidentiality", "passed"), [(3, True), (4, False)])
def test_k4_is_never_ordered(confidentiality: int, passed: bool) -> None:
    result = GUARDS["G18"](order(level=replace(order().level, confidentiality=confidentiality)))
    assert result.passed is passed
    assert result.consequence == (None if passed else "refuse")


# G12


@pytest.mark.parametrize(
    ("mine", "theirs", "passed"),
    [("SOC", "SOC", True), ("BUN", "SOC", False), ("", "SOC", False), ("", "", False), ("SOC", "", False)],
)
def test_k3_across_boards_is_denied(mine: str, theirs: str, passed: bool) -> None:
    level = replace(ADMIN, confidentiality=3, board=theirs)
    result = GUARDS["G12"](order(level=level, subject=replace(ALICE, board=mine)))
    assert result.passed is passed
    assert (result.reason, result.consequence) == (("", None) if passed else ("cross_board", "refuse"))
    assert GUARDS["G12"](order(level=replace(level, confidentiality=2))).passed


# G10


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"valid_from": None}, ("start_missing", "refuse", "valid_from")),
        ({"valid_from": TODAY - timedelta(days=1)}, ("back_dated", "refuse", "valid_from")),
        ({"valid_from": date.max}, ("too_far_ahead", "refuse", "valid_from")),
        ({"valid_to": TODAY - timedelta(days=1)}, ("period_reversed", "refuse", "valid_to")),
        ({"level": replace(MICROMARC, confidentiality=3)}, ("end_date_needed", "refuse", "valid_to")),
        ({"level": replace(MICROMARC, max_days=30)}, ("end_date_needed", "refuse", "valid_to")),
        ({"subject": replace(ALICE, employment_form="hourly")}, ("end_date_needed", "refuse", "valid_to")),
        (
            {"subject": replace(ALICE, ends_on=date(2026, 6, 30)), "valid_to": date(2026, 7, 1)},
            ("beyond_employment", "refuse", "valid_to"),
        ),
        (
            {"level": replace(MICROMARC, max_days=30), "valid_to": TODAY + timedelta(days=31)},
            ("too_long", "refuse", "valid_to"),
        ),
    ],
)
def test_period_that_is_wrong(changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert outcome("G10", order(**changes)) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_to": TODAY},
        {"valid_from": date(2027, 1, 1)},
        {"level": replace(MICROMARC, confidentiality=2)},
        {"level": replace(MICROMARC, max_days=30), "valid_to": TODAY + timedelta(days=30)},
        {"subject": replace(ALICE, ends_on=date(2026, 6, 30)), "valid_to": date(2026, 6, 30)},
        {"level": BASE_LEVEL, "subject": replace(ALICE, employment_form="hourly")},
    ],
)
def test_period_that_is_right(changes: dict[str, Any]) -> None:
    assert GUARDS["G10"](order(**changes)).passed


@pytest.mark.parametrize("form", ["hourly", "substitute"])
def test_hourly_worker_gets_at_most_four_months(form: str) -> None:
    hourly = replace(ALICE, employment_form=form)
    longest = TODAY + timedelta(days=120)
    assert GUARDS["G10"](order(level=ADMIN, subject=hourly, valid_to=longest)).passed
    case = order(level=ADMIN, subject=hourly, valid_to=longest + timedelta(days=1))
    assert outcome("G10", case) == ("too_long", "refuse", "valid_to")
    assert GUARDS["G10"](replace(case, subject=ALICE)).passed


def test_returned_order_may_not_be_back_dated_either() -> None:
    case = order(state="returned", valid_from=TODAY - timedelta(days=400))
    assert outcome("G10", case) == ("back_dated", "refuse", "valid_from")


# G11


@pytest.mark.parametrize(
    ("text", "confidentiality", "reason"),
    [
        ("", 0, "justification_too_short"),
        ("   ", 0, "justification_too_short"),
        ("Nitton tecken, ja. ", 2, "justification_too_short"),
        ("x" * 4001, 0, "justification_too_long"),
        ("å🙂" * 5000, 0, "justification_too_long"),
        ("Behövs för 640823-3234", 0, "personnummer"),
    ],
)
def test_justification_that_is_wrong(text: str, confidentiality: int, reason: str) -> None:
    case = order(justification=text, level=replace(MICROMARC, confidentiality=confidentiality))
    assert outcome("G11", case) == (reason, "refuse", "justification")


@pytest.mark.parametrize(("text", "confidentiality"), [("x", 1), ("å" * 20, 2), ("🙂" * 4000, 3)])
def test_justification_that_is_right(text: str, confidentiality: int) -> None:
    assert GUARDS["G11"](order(justification=text, level=replace(MICROMARC, confidentiality=confidentiality))).passed


def test_privileged_needs_more_than_a_word() -> None:
    assert outcome("G11", order(level=ADMIN, justification="Behövs"))[0] == "justification_too_short"


def test_justification_is_not_kept_in_the_record() -> None:
    assert "lånedisken" not in json.dumps(GUARDS["G11"](order()).as_json())


@pytest.mark.parametrize(
    "text",
    [
        "640823-3234",
        "19640823-3234",
        "196408233234",
        "6408233234",
        "640823+3234",
        "pnr 640823-3234.",
        "pnr640823-3234",
        "nr-640823-3234",
        "701063-2391",  # samordningsnummer: day plus 60
    ],
)
def test_personnummer_is_found(text: str) -> None:
    assert find_personnummer(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "640823-3235",  # wrong check digit
        "641323-3234",  # month 13
        "640800-3234",  # day 0
        "640861",
        "070-123 45 67",
        "BEH-2026-000123",
        "0470-6408233234",
        "99196408233234",
        "64082332345",
        "640823 3234",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not find_personnummer(text)


# For a time in another unit (rules.md C2)

HOME = replace(ALICE, unit="KTF-BIB")


def elsewhere(**changes: Any) -> Case:
    """Alice of the library is to work at the school until June."""
    given = {"subject": HOME, "kind": "temporary_other_unit", "receiving_unit": "BOU-TAL"}
    return order(**{**given, "valid_to": date(2026, 6, 2), **changes})


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 3, 2), date(2026, 6, 2)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 11, 29), date(2027, 2, 28)),
        (date(2026, 3, 31), date(2026, 6, 30)),
        (date(2026, 12, 15), date(2027, 3, 15)),
    ],
)
def test_three_months_end_on_the_same_day_or_the_months_last(start: date, end: date) -> None:
    right = elsewhere(today=start, valid_from=start, valid_to=end)
    assert GUARDS["G10"](right).passed
    late = replace(right, valid_to=end + timedelta(days=1))
    assert outcome("G10", late) == ("over_three_months", "refuse", "valid_to")


def test_right_in_another_unit_always_ends() -> None:
    assert outcome("G10", elsewhere(valid_to=None)) == ("end_date_needed", "refuse", "valid_to")


def test_end_in_the_last_year_of_the_calendar_is_refused_and_nothing_breaks() -> None:
    case = elsewhere(valid_to=date(9999, 12, 31))
    assert outcome("G10", case) == ("over_three_months", "refuse", "valid_to")


def test_three_months_bind_no_other_order() -> None:
    assert GUARDS["G10"](elsewhere(kind="new", valid_to=date(2026, 12, 31))).passed


@pytest.mark.parametrize(("unit", "reason"), [("", "unit_missing"), ("KTF-BIB", "own_unit")])
def test_unit_that_is_no_other_unit(unit: str, reason: str) -> None:
    assert outcome("G5", elsewhere(receiving_unit=unit)) == (reason, "refuse", "receiving_unit_id")


def test_another_unit_is_asked_of_no_other_order() -> None:
    assert GUARDS["G5"](elsewhere(kind="new", receiving_unit="")).passed
    assert GUARDS["G5"](elsewhere()).passed
