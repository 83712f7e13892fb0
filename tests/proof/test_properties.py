"""What must hold for every order, whoever sits where: found by trying many."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.cases import ADMIN, BASE, BASE_LEVEL, MICROMARC, SYSTEM, TODAY
from workflows import authority, backtest, clocks, machine, simulate
from workflows.calendar import WorkingCalendar
from workflows.case import Case, Decision, EmploymentStatus, Level, OrdererAuthority, Party
from workflows.definition import Clock, Escalation, Workflow
from workflows.errors import Refused

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
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
APPROVALS = ["manager_approval", "receiving_approval", "owner_approval"]
GROUP = st.lists(PEOPLE, max_size=3).map(tuple)
STAND_INS = st.dictionaries(st.integers(1, 6), GROUP, max_size=2)
CASES = st.builds(
    Case,
    subject=PEOPLE,
    level=st.sampled_from([MICROMARC, ADMIN, BASE_LEVEL]),
    today=st.just(TODAY),
    state=st.sampled_from(sorted(SYSTEM.states)),
    kind=st.sampled_from(SYSTEM.kinds),
    receiving_unit=st.just("BOU-TAL"),
    resume_state=st.sampled_from([None, "requested", "manager_approved", "granted"]),
    actor=st.none() | PEOPLE,
    orderer=st.none() | PEOPLE,
    orderer_authority=st.none() | st.sampled_from(OrdererAuthority),
    valid_from=st.just(TODAY),
    valid_to=st.just(TODAY + timedelta(days=30)),
    justification=st.just("Behövs för arbetet i disken."),
    line_managers=GROUP,
    receiving_managers=GROUP,
    system_owners=GROUP,
    system_managers=GROUP,
    board_managers=GROUP,
    coordinators=GROUP,
    it_managers=GROUP,
    deputies=STAND_INS,
    standing_deputies=STAND_INS,
    has_base_grant=st.booleans(),
    decisions=st.lists(
        st.builds(Decision, st.sampled_from(APPROVALS), st.integers(1, 6)),
        max_size=2,
    ).map(tuple),
)
WORKFLOWS = st.sampled_from([BASE, SYSTEM])
WAYS = st.sampled_from(["approve"] * 3 + ["grant"] * 3 + ["approve_implicitly", "resume", "return", "resubmit"])
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
    ready = "owner_approved" if case.level is ADMIN else "manager_approved"
    likely = replace(case, state=ready, has_base_grant=True, subject=Party(1), orderer=Party(2))
    for tried in (case, replace(case, state=ready), likely, replace(likely, level=MICROMARC, state="manager_approved")):
        for move in _moves(workflow, tried, trigger, "grant"):
            assert move.target in workflow.states
            if move.target != "granted":
                continue
            assert move.trigger == "grant"
            assert tried.subject.status in (EmploymentStatus.ACTIVE, EmploymentStatus.FUTURE)
            assert tried.has_base_grant or tried.level.is_base or workflow is BASE  # that is how one gets the base
            assert tried.actor is not None
            assert tried.actor.id not in (tried.subject.id, tried.orderer.id if tried.orderer else None)
            assert {"G1", "G6", "G7"} <= {g.guard for g in move.guards if g.passed}


def _moves(workflow: Workflow, case: Case, *triggers: str) -> Iterator[machine.Move]:
    for trigger in triggers:
        with contextlib.suppress(Refused):
            yield machine.next_state(workflow, case, trigger)


@FEW
@given(
    CASES,
    st.sampled_from([MICROMARC, ADMIN]),
    st.lists(st.tuples(WAYS, PEOPLE, st.booleans()), min_size=8, max_size=16),
)
def test_no_walk_reaches_granted_unapproved(case: Case, level: Level, walk: list[tuple[str, Party, bool]]) -> None:
    """A grant is always preceded, in its own round, by the approvals that its profile needs, of people who differ."""
    able = (Party(7), Party(8))
    case = replace(
        case, state="draft", level=level, subject=Party(1), orderer=Party(2), decisions=(), resume_state=None
    )
    case = replace(case, orderer_authority=OrdererAuthority.LINE_MANAGER, system_owners=able, system_managers=able)
    for trigger, actor, based in walk:
        actor = Party(2) if trigger in ("submit", "resubmit") else actor
        case = replace(case, actor=actor, has_base_grant=based or trigger != "approve")
        for move in _moves(SYSTEM, case, "submit" if case.state == "draft" else trigger):
            if move.target == "granted":
                managers = ["manager_approval", "receiving_approval"][: 2 if case.kind == "temporary_other_unit" else 1]
                needed = [*managers, "owner_approval"] if level is ADMIN else managers
                assert [d.step for d in case.decisions] == needed
                assert actor.id not in (1, 2)
            if move.target == "granted" and level is ADMIN:
                owner = case.decisions[-1].person_id
                assert len({actor.id, owner, *(d.person_id for d in case.decisions[:-1])}) >= 3
                assert not {actor.id, owner} & {d.person_id for d in case.decisions[:-1]}
            case = machine.after(SYSTEM, case, move)


@FEW
@given(CASES)
def test_path_never_asks_anybody_twice_for_what_is_privileged(case: Case) -> None:
    case = replace(case, level=ADMIN, decisions=(), state="draft")
    first = [p.asked[0].party.id for p in simulate.path(SYSTEM, case, CALENDAR) if p.asked and not _is_repeated(p)]
    assert len(first) == len(set(first))


def _is_repeated(planned: simulate.PlannedStep) -> bool:
    """One manager over both units: the second answer is read out of the first."""
    return planned.implicit and planned.asked[0].why == "same_answer"


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


@FEW
@given(CASES, WORKFLOWS, st.sets(st.integers(1, 6)))
def test_passing_on_never_reaches_who_may_not_decide(case: Case, workflow: Workflow, already: set[int]) -> None:
    parties = {case.subject.id} | ({case.orderer.id} if case.orderer else set())
    for step in workflow.steps:
        found = authority.receivers(step, case, frozenset(already))
        ids = [a.party.id for a in found]
        assert len(ids) == len(set(ids))
        assert not set(ids) & (parties | already)
        assert not set(ids) & {d.person_id for d in case.decisions if d.step in step.distinct_from}
        assert all(a.party.may_act and a.party.status is not EmploymentStatus.ON_LEAVE for a in found)
        assert all(authority.may_decide(case, step, person) for person in ids)
        assert step.ask != "orderer" or not found


@FEW
@given(CASES, WORKFLOWS)
def test_every_receiver_holds_a_role_of_the_step_or_stands_in_for_who_does(case: Case, workflow: Workflow) -> None:
    groups: dict[str, Any] = {
        "line_manager": case.line_managers,
        "sponsor": case.line_managers,
        "receiving_manager": case.receiving_managers,
        "next_level_manager": (*case.line_managers, *case.receiving_managers),
        "deputy": (),
        "functional_mailbox": (),
        "system_managers": case.system_managers,
        "system_owner": case.system_owners,
        "board_manager": case.board_managers,
        "coordinator": case.coordinators,
        "it_manager": case.it_managers,
        "orderer": (),
    }
    for step in workflow.steps:
        named = (step.ask, *step.otherwise, *(e.ask for e in step.clock.escalations))
        holders = {p.id for ask in named for p in groups[ask]}
        for asked in authority.receivers(step, case, frozenset()):
            assert (asked.on_behalf_of or asked.party.id) in holders


@FEW
@given(case=CASES, workflow=WORKFLOWS)
def test_unchanged_definition_makes_no_difference(case: Case, workflow: Workflow) -> None:
    once, again = (backtest.replay(workflow, case, CALENDAR) for _ in range(2))
    found = backtest.compare(once, again)
    assert (found.differs, found.changes, found.more, found.stops) == (False, (), 0, False)
