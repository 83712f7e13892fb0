"""The paper routine's clocks and its count of serials, over all days and counts (rules.md C12)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflows import paper
from workflows.calendar import WorkingCalendar
from workflows.paper import Counted

CALENDAR = WorkingCalendar()


@given(st.integers(0, 5), st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 60))
def test_no_firing_rings_twice_or_is_lost(rung: int, asked_on: date, later: int) -> None:
    today = asked_on + timedelta(days=later)
    first = paper.due_firings(paper.FINDING, asked_on, 0, today, CALENDAR)
    rest = paper.due_firings(paper.FINDING, asked_on, len(first), asked_on + timedelta(days=90), CALENDAR)
    assert [f.act for f in (*first, *rest)] == ["remind_1", "remind_2", "escalate_1", "escalate_2"]
    assert len(paper.due_firings(paper.FINDING, asked_on, rung, today, CALENDAR)) == max(0, len(first) - rung)


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.sampled_from((*paper.CLASSES, "")), max_size=6),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_outage_closes_only_when_every_serial_has_a_class_and_the_count_agrees(
    classes: dict[str, str], issued: int, void: int
) -> None:
    hindered = paper.hindrances(classes, (), Counted(issued, void))
    taken_out = [found for found in classes.values() if found in ("used", "void", "missing")]
    may_close = "" not in classes.values() and (len(taken_out), taken_out.count("void")) == (issued, void)
    assert (hindered == ()) == may_close
