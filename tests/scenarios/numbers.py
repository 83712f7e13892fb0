"""The 35 acceptance scenarios of rules.md C16 by number: which tests show each, or why it is not here yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scenario:
    """``says``: the scenario in the rules' words. ``tests``: file and function. ``later``: what it waits for."""

    says: str
    tests: tuple[str, ...] = ()
    later: str = ""


ORDERS, TIME, DIRECTORY = (f"tests/scenarios/test_{name}.py::" for name in ("orders", "time", "directory"))
SENSITIVE, FREEZING = "tests/requests/test_sensitive.py::", "tests/requests/test_freezing.py::"
MOVERS = "tests/movers/test_seen.py::"
REVIEWS = "access reviews (W8) are not in the product yet"
REPORTS = "the yearly report (W11) is not in the product yet"

SCENARIOS: Mapping[int, Scenario] = {
    1: Scenario(
        "No employment in AD: base order waits, orderer mailed; appears next night -> requested.",
        ("tests/journeys/test_base_order.py::test_order_waits_two_nights_and_goes_on_by_itself",),
    ),
    2: Scenario("Never appears -> lapsed.", (ORDERS + "test_scenario_2_employment_that_never_appears",)),
    3: Scenario(
        "Employee with base orders MicroMarc; manager approves by mail link after login; GET alone changes nothing; "
        "second click shows that it is decided.",
        (
            ORDERS + "test_scenario_3_manager_answers_from_the_mail",
            "tests/decisions/test_link.py::TestReading.test_head_options_and_a_hundred_reads_change_no_row",
            "tests/decisions/test_link.py::TestLoginNeededEverywhere.test_no_link_approves_alone",
            "tests/journeys/test_micromarc.py::test_from_order_to_removal",
        ),
    ),
    4: Scenario(
        "Order without base grant -> waits/links base order.",
        (
            ORDERS + "test_scenario_4_order_without_base_waits_for_it",
            "tests/requests/test_base_orders.py::test_manager_is_offered_to_place_it_and_is_then_led_to_it",
        ),
    ),
    5: Scenario(
        "Manager orders for self -> next level.",
        (ORDERS + "test_scenario_5_managers_own_order_goes_to_the_next_level",),
    ),
    6: Scenario(
        "Orderer out of scope -> refused.",
        (
            ORDERS + "test_scenario_6_orderer_out_of_scope_is_refused",
            "tests/appointments/test_orderers.py::TestMayNot.test_order_for_another_unit_or_in_another_system",
        ),
    ),
    7: Scenario(
        "Procapita SOC without SEKRETESS-SOC course -> waits; course imported -> continues.",
        (
            SENSITIVE + "test_scenario_7_course_is_waited_for_and_lets_the_order_go_on_when_imported",
            (
                "tests/requests/test_prerequisites.py::"
                "test_scenario_7_procapita_without_its_course_waits_and_goes_on_when_the_course_is_imported"
            ),
        ),
    ),
    8: Scenario(
        "Manager = delegated owner tries to grant -> G7 refuses.",
        (SENSITIVE + "test_scenario_8_manager_with_the_owners_delegation_may_not_grant",),
    ),
    9: Scenario(
        "BUN employee wants Procapita SOC -> denied by default.",
        (SENSITIVE + "test_scenario_9_employee_of_another_board_is_denied",),
    ),
    10: Scenario("Hourly worker gets <= 4 mo.", (SENSITIVE + "test_scenario_10_hourly_worker_gets_four_months",)),
    11: Scenario(
        "Manager silent: R1 +2, R2 +4, deputy +5, next level +8, lapse +20 across Christmas using calendar.",
        (
            TIME + "test_scenario_11_silent_manager",
            "tests/workflows/test_clocks.py::test_silent_manager_across_christmas",
        ),
    ),
    12: Scenario(
        "System manager silent: never lapses, owner at due+4.",
        (
            TIME + "test_scenario_12_silent_system_manager",
            "tests/workflows/test_clocks.py::test_silent_system_manager_never_lapses",
        ),
    ),
    13: Scenario(
        "Copy: account created by copying nurse -> F2 with source candidate.",
        (
            (
                "tests/reconciliation/test_copied.py::"
                "test_scenario_13_account_made_by_copying_a_nurse_has_her_as_its_source"
            ),
        ),
    ),
    14: Scenario(
        "Baseline run produces 0 findings, n review items.",
        (
            (
                "tests/reconciliation/test_baseline.py::"
                "test_scenario_14_baseline_gives_no_findings_and_an_item_for_each_membership"
            ),
        ),
    ),
    15: Scenario(
        "Leaver with K3: revoke same day; still in group next snapshot -> F5.",
        (
            "tests/leavers/test_services.py::TestNotice.test_what_is_most_dangerous_is_due_first",
            "tests/leavers/test_verifying.py::test_scenario_15_still_in_the_group_at_the_next_snapshot",
            "tests/reconciliation/test_judging.py::TestLeavers.test_member_without_a_removal_in_time",
        ),
    ),
    16: Scenario(
        "Two employments, one ends -> supported grants stay.",
        (
            "tests/leavers/test_following.py::TestSeveralEmployments.test_scenario_16_one_of_two_ends_and_what_the_other_supports_stays",
            MOVERS + "TestSeveralEmployments.test_scenario_16_what_the_other_employment_gives_stays",
            "tests/hr_feed/test_services.py::test_second_employment_has_a_row_and_keeps_the_person_when_the_first_ends",
        ),
    ),
    17: Scenario(
        "Mover silent new manager -> K3 gone on change date, K2 at +10 wd.",
        (MOVERS + "test_scenario_17_secret_goes_on_the_day_of_the_change_and_the_rest_after_ten_working_days",),
    ),
    18: Scenario(
        "Tag lost at night -> blocked same day.",
        ("tests/premises/test_losing.py::test_scenario_18_tag_lost_at_night_is_blocked_the_same_day",),
    ),
    19: Scenario(
        "Emergency 24 h auto-expires; not after-approved -> finding.",
        later="emergency access (W7) is not in the product yet",
    ),
    20: Scenario("Review: no answer K3 -> suspended; undecided K1 counted.", later=REVIEWS),
    21: Scenario(
        "FirstClass order after phase-out date refused.",
        (
            "tests/requests/test_phasing_out.py::test_scenario_21_an_order_after_the_phase_out_is_refused",
            "tests/requests/test_phasing_out.py::test_scenario_21_firstclass_of_the_example_is_refused",
        ),
    ),
    22: Scenario(
        "Aditro write level in freeze week: grant task moves, revoke still possible.",
        (
            FREEZING + "test_scenario_22_the_grant_moves_and_is_refused_until_then",
            FREEZING + "test_scenario_22_a_right_can_still_be_removed",
        ),
    ),
    23: Scenario(
        "LEX integration without both owners cannot go to production.",
        later="approval of integrations (W10) is not in the product yet",
    ),
    24: Scenario(
        "Outage 6 days: escalation day 3/5; paper order with failing employment -> finding.",
        (
            (
                "tests/outages/test_declaring.py::"
                "test_scenario_24_six_days_tell_owner_and_coordinator_on_day_3_and_ask_the_owner_on_day_5"
            ),
            "tests/outages/test_paper_orders.py::test_scenario_24_paper_order_with_failing_employment_is_a_finding",
        ),
    ),
    25: Scenario("Report 2025 due 2026-02-27; overdue 2 Mar.", later=REPORTS),
    26: Scenario("Report with manual control added; owner != author.", later=REPORTS),
    27: Scenario(
        "AD down: nothing rejected, nothing granted.",
        (
            DIRECTORY + "test_scenario_27_directory_down_nothing_rejected_nothing_granted",
            "tests/journeys/test_faults.py::test_order_waits_for_the_directory_and_goes_on_by_itself",
        ),
    ),
    28: Scenario(
        "Personnummer in justification rejected.",
        (DIRECTORY + "test_scenario_28_personnummer_is_refused_and_not_kept",),
    ),
    29: Scenario(
        "Protected person: no name in mail.",
        (
            DIRECTORY + "test_scenario_29_protected_person_is_named_in_no_mail",
            "tests/emails/test_stored_mails.py::test_mail_about_a_protected_person_names_nobody",
        ),
    ),
    30: Scenario("Deadline vectors C0.2.", ("tests/workflows/test_calendar.py::test_vectors_of_the_rules",)),
    31: Scenario(
        "accountExpires 0 and 2^63-1 = never.",
        ("tests/directory/test_account.py::test_zero_and_the_largest_number_mean_never",),
    ),
    32: Scenario(
        "Manager attribute empty/disabled/self -> fallback + F9.",
        (
            DIRECTORY + "test_scenario_32_manager_empty_self_or_disabled",
            "tests/reconciliation/test_judging.py::TestOthers.test_scenario_32_manager_missing_gone_or_oneself",
        ),
    ),
    33: Scenario(
        "Approval void after level change.",
        (
            ORDERS + "test_scenario_33_approval_is_void_when_the_order_changes",
            ORDERS + "test_scenario_33_another_level_is_decided_from_the_beginning",
        ),
    ),
    34: Scenario(
        "Batch order of 30 substitutes = 30 requests, one digest mail to manager, individual decisions for K3.",
        (
            "tests/requests/test_batches.py::test_thirty_substitutes_are_thirty_orders_and_one_mail",
            "tests/requests/test_batches.py::test_each_is_decided_by_itself_and_told_of_by_itself",
        ),
    ),
    35: Scenario(
        "Orderer appointment expires after 24 mo; draft passes on.",
        (
            (
                "tests/appointments/test_orderers.py::"
                "TestTheEnd.test_scenario_35_after_24_months_drafts_pass_to_the_line_manager"
            ),
        ),
    ),
}
