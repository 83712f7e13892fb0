"""The small rules, over all days and pairs: toxic pairs, freeze windows, reminders of appointments."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflows import conflict, freezing, life, loader
from workflows.calendar import WorkingCalendar
from workflows.case import Freeze
from workflows.conflict import Holding, Mode, ToxicPair
from workflows.definition import Clock

CALENDAR = WorkingCalendar()
CLOCKS = [step.clock for one in loader.load_catalog().values() if one.life is not None for step in one.steps]
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
LEVELS = ("EKO.LEVREG", "EKO.UTBET", "EKO.LAS")
SCOPES = ("", "Skola", "skola", "Bibliotek")


@given(
    st.sampled_from(LEVELS), st.sampled_from(LEVELS), st.sampled_from(SCOPES), st.sampled_from(SCOPES), st.booleans()
)
def test_pair_works_both_ways(level: str, other: str, scope: str, other_scope: str, same_scope: bool) -> None:
    pair = ToxicPair(1, "EKO.LEVREG", "EKO.UTBET", Mode.APPROVE, same_scope=same_scope)
    one = conflict.clashes(level, scope, holdings=[Holding(other, other_scope)], pairs=[pair])
    back = conflict.clashes(other, other_scope, holdings=[Holding(level, scope)], pairs=[pair])
    assert bool(one) == bool(back)
    if not same_scope:
        assert bool(one) == ({level, other} == {pair.first, pair.second})


@given(
    due=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    windows=st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 40)), max_size=6),
    today=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_a_due_date_moves_forward_only_out_of_every_window_and_once(
    due: date, windows: list[tuple[date, int]], today: date
) -> None:
    freezes = [Freeze(first, first + timedelta(days=length)) for first, length in windows]
    moved = freezing.moved_due(due, freezes, today, CALENDAR)
    assert moved >= due
    assert freezing.covering(freezes, moved) is None
    assert moved == due or CALENDAR.is_working_day(moved)
    assert freezing.moved_due(moved, freezes, min(today, moved), CALENDAR) == moved


@given(st.sampled_from(CLOCKS), DAYS, st.integers(0, 60))
def test_reminders_come_one_after_the_other_and_none_on_the_first_day(timing: Clock, asked: date, days: int) -> None:
    today = date.fromordinal(asked.toordinal() + days)
    number = life.reminders_due(timing, asked, today, CALENDAR)
    assert 0 <= number <= len(timing.reminders)
    assert life.reminders_due(timing, asked, asked, CALENDAR) == 0
    assert all(CALENDAR.add(asked, after) <= today for after in timing.reminders[:number])


@given(DAYS)
def test_the_latest_september_is_within_the_last_year(today: date) -> None:
    assert 0 <= (today - life.latest_month(9, today)).days <= 366
