"""What must hold for every order, whoever sits where: found by trying many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.cases import ADMIN, BASE, BASE_LEVEL, MICROMARC, SYSTEM, TODAY
from workflows import authority, clocks, machine, simulate
from workflows.calendar import WorkingCalendar
from workflows.case import Case, Decision, EmploymentStatus, OrdererAuthority, Party
from workflows.definition import Clock, Escalation, Workflow
from workflows.errors import Refused

FEW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
CALENDAR = WorkingCalendar()

# Few people, so that the same one often sits on several chairs; half of them at work.
STATUSES = [EmploymentStatus.ACTIVE] * len(EmploymentStatus) + list(EmploymentStatus)
PEOPLE = st.sampled_from(
    [
        Party(number, status=status, may_act=status is not EmploymentStatus.ENDED)
        for number in range(1, 7)
        for status in STATUSES
    ]
)
GROUP = st.lists(PEOPLE, max_size=3).map(tuple)
STAND_INS = st.dictionaries(st.integers(1, 6), GROUP, max_size=2)
CASES = st.builds(
    Case,
    subject=PEOPLE,
    level=st.sampled_from([MICROMARC, ADMIN, BASE_LEVEL]),
    today=st.just(TODAY),
    state=st.sampled_from(sorted(SYSTEM.states)),
    resume_state=st.sampled_from([None, "requested", "manager_approved", "granted"]),
    actor=st.none() | PEOPLE,
    orderer=st.none() | PEOPLE,
    orderer_authority=st.none() | st.sampled_from(OrdererAuthority),
    valid_from=st.just(TODAY),
    valid_to=st.just(TODAY + timedelta(days=30)),
    justification=st.just("Behövs för arbetet i disken."),
    line_managers=GROUP,
    system_owners=GROUP,
    system_managers=GROUP,
    board_managers=GROUP,
    coordinators=GROUP,
    it_managers=GROUP,
    deputies=STAND_INS,
    standing_deputies=STAND_INS,
    has_base_grant=st.booleans(),
    decisions=st.lists(
        st.builds(Decision, st.sampled_from(["manager_approval", "owner_approval"]), st.integers(1, 6)), max_size=2
    ).map(tuple),
)
WORKFLOWS = st.sampled_from([BASE, SYSTEM])
TRIGGERS = st.sampled_from(sorted({t.trigger for t in SYSTEM.transitions}))


@FEW
@given(CASES, WORKFLOWS)
def test_subject_and_orderer_are_never_asked_to_decide(case: Case, workflow: Workflow) -> None:
    parties = {case.subject.id} | ({case.orderer.id} if case.orderer else set())
    for step in workflow.steps:
        if step.ask == "orderer":
            continue
        asked = list(authority.addressees(step, case))
        for escalation in step.clock.escalations:
            asked += authority.escalate(escalation.ask, step, case, frozenset(a.party.id for a in asked))
        ids = [a.party.id for a in asked]
        assert not parties & set(ids)
        assert len(ids) == len(set(ids))
        assert all(a.party.may_act for a in asked)
        deciders = {d.person_id for d in case.decisions if d.step in step.distinct_from}
        assert not deciders & set(ids)
        assert not any(authority.may_decide(case, step, person) for person in parties)


@FEW
@given(CASES, WORKFLOWS)
def test_an_able_coordinator_is_asked_before_nobody_is(case: Case, workflow: Workflow) -> None:
    case = replace(case, coordinators=(Party(99),))
    for step in workflow.steps:
        if step.ask != "orderer":
            assert authority.addressees(step, case)


@FEW
@given(CASES, WORKFLOWS, TRIGGERS)
def test_nothing_is_granted_without_its_guards(case: Case, workflow: Workflow, trigger: str) -> None:
    try:
        move = machine.next_state(workflow, case, trigger)
    except Refused:
        return
    assert move.target in workflow.states
    if move.target != "granted":
        return
    assert trigger == "grant"
    assert case.subject.status in (EmploymentStatus.ACTIVE, EmploymentStatus.FUTURE)
    assert case.has_base_grant or case.level.is_base
    assert case.actor is not None
    assert case.actor.id not in (case.subject.id, case.orderer.id if case.orderer else None)
    assert {"G1", "G6", "G7"} <= {g.guard for g in move.guards if g.passed}


@FEW
@given(CASES, st.lists(st.tuples(TRIGGERS, PEOPLE), max_size=25))
def test_no_walk_reaches_granted_unapproved(case: Case, walk: list[tuple[str, Party]]) -> None:
    """A grant is always preceded, in its own round, by an approval of somebody who is no party."""
    case = replace(case, state="draft", resume_state=None, decisions=(), has_base_grant=True)
    approvals: list[int] = []
    for trigger, actor in walk:
        try:
            move = machine.next_state(SYSTEM, replace(case, actor=actor), trigger)
        except Refused:
            continue
        if trigger == "resubmit":
            approvals = []
        if trigger in ("approve", "approve_implicitly") and move.target != "cancelled":
            approvals.append(actor.id)
        if move.target == "granted":
            assert len(approvals) == (2 if case.level is ADMIN else 1)
        decisions = tuple(Decision("manager_approval", person) for person in approvals)
        case = replace(case, state=move.target, resume_state=move.resume_state, decisions=decisions)


@FEW
@given(CASES, WORKFLOWS)
def test_path_never_asks_anybody_twice_for_what_is_privileged(case: Case, workflow: Workflow) -> None:
    case = replace(case, level=ADMIN, decisions=(), state="draft")
    first = [p.asked[0].party.id for p in simulate.path(SYSTEM, case, CALENDAR) if p.asked]
    assert len(first) == len(set(first))


@FEW
@given(
    created=st.dates(date(2018, 1, 1), date(2039, 12, 31)),
    due=st.integers(0, 15),
    reminders=st.lists(st.integers(0, 20), max_size=2).map(tuple),
    after=st.lists(st.integers(0, 20), max_size=3),
    anchor=st.sampled_from(["created", "due"]),
)
def test_time_acts_on_working_days_only(
    created: date, due: int, reminders: tuple[int, ...], after: list[int], anchor: str
) -> None:
    created = CALENDAR.on_or_after(created)
    clock = Clock(due, anchor, reminders, tuple(Escalation("deputy", n) for n in after), lapse=20)
    firings = clocks.schedule(clock, created, CALENDAR)
    assert len(firings) == len(reminders) + len(after) + 1
    assert all(CALENDAR.is_working_day(f.on) and f.on >= created for f in firings)


@FEW
@given(st.dates(date(2018, 1, 1), date(2039, 12, 31)), st.integers(0, 60))
def test_adding_and_counting_working_days_agree(start: date, days: int) -> None:
    end = CALENDAR.add(start, days)
    assert CALENDAR.between(start, end) == days
    assert days == 0 or CALENDAR.is_working_day(end)
