"""The rule of the monthly log check: how many, who, which months, and what an answer must say (rules.md C3)."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from workflows import log_check

SEED = "3f9c2a7be1d04455a6b7c8d9e0f10213"


@pytest.mark.parametrize(
    ("users", "drawn"), [(0, 0), (1, 1), (4, 4), (5, 5), (6, 5), (250, 5), (251, 6), (300, 6), (301, 7), (10_000, 200)]
)
def test_five_or_two_per_cent_and_all_where_they_are_fewer(users: int, drawn: int) -> None:
    assert log_check.needed(users) == drawn
    assert len(log_check.draw(SEED, range(users))) == drawn


def test_the_sample_is_what_anybody_reckons_from_the_published_seed() -> None:
    lots = {user: hashlib.sha256(f"{SEED}:{user}".encode()).hexdigest() for user in range(1, 41)}
    assert log_check.draw(SEED, lots) == tuple(sorted(lots, key=lots.__getitem__)[:5])


def test_the_sample_is_the_same_on_every_machine_and_in_every_order() -> None:
    users = list(range(1000, 1300))
    stored = (1288, 1159, 1087, 1202, 1273, 1105)
    assert log_check.draw(SEED, users) == log_check.draw(SEED, users[::-1] + users) == stored


def test_another_seed_draws_others() -> None:
    assert set(log_check.draw("a" * 32, range(300))) != set(log_check.draw("b" * 32, range(300)))


def test_everybody_has_the_same_chance() -> None:
    times = dict.fromkeys(range(20), 0)
    for number in range(2000):
        for user in log_check.draw(str(number), times):
            times[user] += 1
    assert sum(times.values()) == 2000 * 5
    assert all(420 < count < 580 for count in times.values())  # 500 each, and four deviations beside it


def test_a_month_is_drawn_when_it_is_over() -> None:
    assert log_check.months_due((), date(2026, 11, 30)) == (date(2026, 10, 1),)
    assert log_check.months_due((), date(2026, 12, 1)) == (date(2026, 11, 1),)
    assert log_check.months_due((), date(2027, 1, 1)) == (date(2026, 12, 1),)
    assert log_check.months_due((), date(2026, 3, 31)) == (date(2026, 2, 1),)


def test_what_is_drawn_is_not_due_again_and_no_month_is_skipped() -> None:
    october, november, december = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
    assert log_check.months_due({october}, date(2026, 11, 4)) == ()
    assert log_check.months_due({october}, date(2027, 1, 4)) == (november, december)
    assert log_check.months_due({october, december}, date(2027, 1, 4)) == (november,)
    assert log_check.months_due({november}, date(2026, 11, 4)) == ()


def test_a_year_at_most_is_caught_up() -> None:
    due = log_check.months_due({date(2024, 1, 1)}, date(2026, 11, 4))
    assert len(due) == log_check.MOST_MONTHS
    assert due[-1] == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("confidentiality", "profile", "checked"),
    [
        (3, "basic", True),
        (3, "privileged", True),
        (2, "sensitive", True),
        (2, "privileged", False),
        (2, "standard", False),
    ],
)
def test_which_levels_are_checked(confidentiality: int, profile: str, checked: bool) -> None:
    assert log_check.is_checked(confidentiality, profile) is checked


@pytest.mark.parametrize(
    ("result", "note", "final", "fault"),
    [
        ("", "", False, ""),
        ("", "", True, "answer_needed"),
        ("", "Har börjat titta.", False, "answer_needed"),
        ("perhaps", "", False, "answer_needed"),
        ("fine", "", True, ""),
        ("fine", "Gällde 19850709-9805.", True, "personnummer"),
        ("deviation", "Ja.", False, "note_needed"),
        ("deviation", "          ", True, "note_needed"),
        ("deviation", "Sökte på en granne.", True, ""),
        ("unchecked", "", True, "note_needed"),
        ("unchecked", "Loggen är gallrad för månaden.", True, ""),
        ("fine", "x" * 2001, True, "too_long"),
    ],
)
def test_what_an_answer_must_say(result: str, note: str, final: bool, fault: str) -> None:
    assert log_check.fault(result, note, is_final=final) == fault


def test_a_deviation_needs_an_action() -> None:
    assert log_check.action_fault("", has_deviation=False) == ""
    assert log_check.action_fault("Samtal.", has_deviation=True) == "action_needed"
    assert log_check.action_fault("Chefen har talat med personen.", has_deviation=True) == ""


def test_its_name_says_system_and_month() -> None:
    assert log_check.reference("PRO-SOC", date(2026, 2, 1)) == "LOGG-PRO-SOC-2026-02"
