"""What may happen, in any order: Hypothesis chooses who does what, when, and how often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.stateful.acts import Acts
from tests.stateful.town import LEVELS, NUMBERS
from tests.stateful.world import World

# An ordinary Monday, the week before Christmas, the last Friday of February, the week when the clocks change.
STARTS = (
    datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
    datetime(2026, 12, 16, 8, 0, tzinfo=UTC),
    datetime(2027, 2, 26, 8, 0, tzinfo=UTC),
    datetime(2026, 3, 26, 8, 0, tzinfo=UTC),
)
Thing = TypeVar("Thing")
NAMES = tuple(NUMBERS)
NAME_OF = {number: name for name, number in NUMBERS.items()}
LEVEL_NAMES = tuple((system, level) for system, level, _ in LEVELS)
IN_CHAIRS = ("Bo", "Karin", "Olle", "Siv", "Tor", "Inga", "Greta", "Ivar")
TERMS = (60, 30, 0)
VERDICTS = ("yes", "yes", "yes", "yes", "return", "reject")  # mostly yes: an order must get somewhere
BY_THE_BOOK = (  # orders that somebody may place: who, for whom, and what
    ("Anna", "Anna", ("PRO", "UTF")),
    ("Bo", "Hugo", ("PRO", "UTF")),
    ("Siv", "Siv", ("EKO", "ADM")),
    ("Karin", "Per", ("EKO", "ADM")),
    ("Bo", "Lena", ("AD", "BAS")),
    ("Bo", "Bo", ("PRO", "UTF")),
    ("Per", "Anna", ("MIC", "DISK")),
    ("Per", "Nils", ("AD", "BAS")),
    ("Lena", "Lena", ("MIC", "DISK")),
    ("Karin", "Karin", ("EKO", "LEVREG")),
    ("Per", "Per", ("EKO", "LEVREG")),
    ("Per", "Per", ("EKO", "UTBET")),
    ("Anna", "Anna", ("MIC", "LAN")),
    ("Tor", "Tor", ("PRO", "UTF")),
)
WORK = (
    *("answer",) * 6, *("get_on_with_it",) * 6, *("order",) * 3, *("order_about",) * 2, *("follow_link",) * 3,
    *("pass_on",) * 2, "barge_in", "end", "withdraw", "prepare",
)  # fmt: skip
CHAIRS = (
    *("become",) * 5, *("name_deputy",) * 3, *("end_role",) * 2, *("hand_over",) * 2, *("settle_handover",) * 2,
    *("move_person",) * 2, *("directory",) * 2, "end_deputy", "give_role",
)  # fmt: skip
TIME = (*("wait",) * 5, "wait_long", "wait_until", "run_jobs_again")
BOOKS = (
    *("settle_exemption",) * 4, *("ask_exemption",) * 2, *("propose_version",) * 2, *("activate_version",) * 2,
    *("move_order",) * 2,
)  # fmt: skip
KINDS = {"work": WORK, "chairs": CHAIRS, "time": TIME, "books": BOOKS}
HAPPENS = (*("work",) * 6, *("chairs",) * 3, *("time",) * 2, "books")
OPEN_TASKS = """
SELECT t.id, t.kind, p.employee_number, r.case_number FROM task t JOIN task_addressee a ON a.task_id = t.id
JOIN person p ON p.id = a.person_id LEFT JOIN access_request r ON r.id = t.request_id
WHERE t.status = 'open' AND a.removed_at IS NULL ORDER BY t.id, a.id
"""
OPEN_ORDERS = """
SELECT r.case_number, s.employee_number, o.employee_number FROM access_request r JOIN person s ON s.id = r.subject_id
JOIN person o ON o.id = r.orderer_id WHERE r.submitted_at IS NOT NULL AND r.ended_at IS NULL ORDER BY r.id
"""
HELD = """
SELECT g.id, p.employee_number, s.code FROM access_grant g JOIN person p ON p.id = g.subject_id
JOIN access_level l ON l.id = g.level_id JOIN system s ON s.id = l.system_id
WHERE g.status IN ('active', 'pending_activation') AND NOT l.is_base
ORDER BY g.id
"""
DEPUTIES = "SELECT id FROM deputyship WHERE valid_to >= %(today)s ORDER BY id"
ROLE_ROWS = """
SELECT id FROM appointment WHERE (valid_to IS NULL OR valid_to >= %(today)s) AND role <> 'authorised_orderer'
ORDER BY id
"""
HANDOVERS = "SELECT id FROM role_handover WHERE state = 'proposed' ORDER BY id"
EXEMPTIONS = "SELECT id FROM toxic_exemption WHERE status IN ('asked', 'approved') ORDER BY id"
PROPOSALS = "SELECT id FROM workflow_version WHERE status = 'proposed' ORDER BY id"


class Municipality(RuleBasedStateMachine):
    """One municipality for some weeks. ``make_world`` is set by the test."""

    make_world: ClassVar[Callable[[], World]]

    def __init__(self) -> None:
        super().__init__()
        self.travel = time_machine.travel(STARTS[0], tick=False)
        self.world = type(self).make_world()
        self.acts = Acts(self.world)
        self.clock = self.travel.start()

    def teardown(self) -> None:
        """The log was never changed, nor can it be. The wall clock goes on."""
        try:
            if self.world.story:
                self.acts.change_log()
        finally:
            self.travel.stop()

    @initialize(start=st.sampled_from(STARTS), orders=st.lists(st.sampled_from(BY_THE_BOOK), max_size=4, unique=True))
    def begin(self, start: datetime, orders: list[tuple[str, str, tuple[str, str]]]) -> None:
        """The town, with some orders under way."""
        self.world.begin(start, self.clock)
        for orderer, subject, level in orders:
            self.acts.order(orderer, subject, level, 60)

    @rule(data=st.data())
    def go_on(self, data: Any) -> None:
        """The next thing happens. One rule, so that no story is without work, or without time."""
        choice = _Choice(data, self.world)
        getattr(self, choice.of(KINDS[choice.of(HAPPENS)]))(choice)

    # Orders.

    def order(self, choice: _Choice) -> None:
        if choice.of((True, True, False)):
            orderer, subject, level = choice.of(BY_THE_BOOK)
        else:
            orderer, subject, level = choice.of(NAMES), choice.of(NAMES), choice.of(LEVEL_NAMES)
        self.acts.order(orderer, subject, level, choice.of(TERMS))

    def order_about(self, choice: _Choice) -> None:
        held = choice.row(HELD)
        if held:
            grant_id, number, system = held
            who = choice.of((NAME_OF[number], *NAMES))
            level = choice.of([one for one in LEVEL_NAMES if one[0] == system])
            self.acts.order_about(who, grant_id, choice.of(("extend", "change")), level, choice.of(TERMS))

    def withdraw(self, choice: _Choice) -> None:
        order = choice.row(OPEN_ORDERS)
        if order:
            self.acts.withdraw(choice.of((NAME_OF[order[1]], NAME_OF[order[2]], *NAMES)), order[0])

    # Answers.

    def answer(self, choice: _Choice) -> None:
        task = choice.row(OPEN_TASKS)
        if task:
            self._answer(task, choice.of(VERDICTS))

    def get_on_with_it(self, choice: _Choice) -> None:
        """Several say yes, one after the other: an order comes far."""
        for _ in range(choice.of((2, 3, 4, 6))):
            task = choice.row(OPEN_TASKS)
            if task:
                self._answer(task, "yes")

    def _answer(self, task: tuple[Any, ...], verdict: str) -> None:
        task_id, kind, number, case_number = task
        who = NAME_OF[number]
        if kind == "complete_request":
            (self.acts.complete if verdict == "yes" else self.acts.withdraw)(who, case_number)
        elif kind == "prerequisite":
            self.acts.prepare(who)
        else:
            yes = "grant" if kind == "grant" else "approve"
            self.acts.answer(who, task_id, yes if verdict == "yes" else verdict)

    def barge_in(self, choice: _Choice) -> None:
        task = choice.row(OPEN_TASKS)
        if task and task[1] not in ("complete_request", "prerequisite"):
            self.acts.answer(choice.of(NAMES), task[0], "grant" if task[1] == "grant" else "approve", asked=False)

    def follow_link(self, choice: _Choice) -> None:
        """One of the newest links, or an old one; sometimes twice."""
        who = choice.of(("Bo", "Karin", "Greta", "Olle", "Inga"))
        paths = self.acts.read_mail(who)[:6]
        if paths:
            path = choice.of(paths)
            for _ in range(choice.of((1, 2))):
                verdict = choice.of(VERDICTS)
                self.acts.follow_link(who, path, "approve" if verdict == "yes" else verdict)

    def pass_on(self, choice: _Choice) -> None:
        task = choice.row(OPEN_TASKS)
        if task:
            self.acts.pass_on(NAME_OF[task[2]], task[0], choice.of(range(6)))

    def end(self, choice: _Choice) -> None:
        held = choice.row(HELD)
        if held:
            self.acts.end(choice.of((NAME_OF[held[1]], *NAMES)), held[0])

    def prepare(self, choice: _Choice) -> None:
        self.acts.prepare(choice.of(NAMES))

    # People and their roles.

    def name_deputy(self, choice: _Choice) -> None:
        who, deputy = choice.of(IN_CHAIRS), choice.of(NAMES)
        self.acts.name_deputy(who, deputy, choice.of((2, 10, 40)), absence=choice.of((True, False)))

    def end_deputy(self, choice: _Choice) -> None:
        deputyship = choice.row(DEPUTIES, today=self.world.today)
        if deputyship:
            self.acts.end_deputy(deputyship[0])

    def give_role(self, choice: _Choice) -> None:
        role, system = choice.of(("system_owner", "system_manager")), choice.of(("EKO", "PRO", "MIC"))
        self.acts.give_role(choice.of(NAMES), role, system)

    def end_role(self, choice: _Choice) -> None:
        row = choice.row(ROLE_ROWS, today=self.world.today)
        if row:
            self.acts.end_role(row[0])

    def hand_over(self, choice: _Choice) -> None:
        row = choice.row(ROLE_ROWS, today=self.world.today)
        if row:
            self.acts.hand_over(row[0], choice.of(NAMES), choice.of((0, 1, 5)))

    def settle_handover(self, choice: _Choice) -> None:
        row = choice.row(HANDOVERS)
        if row:
            self.acts.settle_handover(row[0], choice.of(("accept", "accept", "decline", "withdraw")))

    # The directory.

    def become(self, choice: _Choice) -> None:
        """Something else is true of somebody; often the nightly reading tells the product."""
        who, truth = (
            choice.of((*IN_CHAIRS, *NAMES)),
            choice.of(("leave", "leave", "be_on_leave", "come_back", "start_later")),
        )
        self.world.tell(f"(in the directory) {who}: {truth}")
        register, number = self.world.register, NUMBERS[who]
        if truth == "start_later":
            register.start_on(number, self.world.today + timedelta(days=20))
        else:
            getattr(register, truth)(number)
        if choice.of((True, False)):
            self.world.reads_directory()

    def move_person(self, choice: _Choice) -> None:
        who, manager = choice.of(NAMES), choice.of(("Bo", "Karin", "Greta", "Ivar", "Siv", "nobody", "self"))
        self.world.tell(f"(in the directory) the manager of {who} is {manager}")
        self.world.register.report_to(NUMBERS[who], NUMBERS.get(who if manager == "self" else manager, ""))

    def directory(self, choice: _Choice) -> None:
        self.world.register.is_away = choice.of((True, False, False))
        self.world.tell(f"the directory {'is away' if self.world.register.is_away else 'answers'}")

    # Time.

    def wait(self, choice: _Choice) -> None:
        self.world.waits(choice.of((1, 1, 2, 4)), asleep=choice.of((False, False, True)))

    def wait_long(self, choice: _Choice) -> None:
        self.world.waits(choice.of((7, 12, 31)), asleep=True)

    def wait_until(self, choice: _Choice) -> None:
        self.world.waits_until(choice.of((12, 15)))

    def run_jobs_again(self, _choice: _Choice) -> None:
        self.world.tell("the jobs run once more")
        self.world.works()

    # Exemptions and processes.

    def ask_exemption(self, choice: _Choice) -> None:
        self.acts.ask_exemption(
            choice.of(("Karin", "Greta", "Bo")), choice.of(("Per", "Siv", "Karin")), choice.of((30, 200))
        )

    def settle_exemption(self, choice: _Choice) -> None:
        row = choice.row(EXEMPTIONS)
        if row:
            who, role = choice.of(
                (("Bo", "system_owner"), ("Inga", "infosec_coordinator"), ("Bo", "infosec_coordinator"))
            )
            self.acts.settle_exemption(who, row[0], role, choice.of(("approve", "approve", "approve", "reject", "end")))

    def propose_version(self, choice: _Choice) -> None:
        self.acts.propose_version(choice.of(("Ivar", "Ada", "Bo")), choice.of(("business_system", "sensitive_system")))

    def activate_version(self, choice: _Choice) -> None:
        row = choice.row(PROPOSALS)
        if row:
            self.acts.activate_version(choice.of(("Ivar", "Ada")), row[0])

    def move_order(self, choice: _Choice) -> None:
        order = choice.row(OPEN_ORDERS)
        if order:
            self.acts.move_order(choice.of(("Ivar", "Ada", "Bo")), order[0])


class _Choice:
    """What Hypothesis chooses: one of some things, or one of the rows that a SELECT finds."""

    def __init__(self, data: Any, world: World) -> None:
        self._data, self._world = data, world

    def of(self, things: Sequence[Thing]) -> Thing:
        """One of them; the first is the simplest."""
        chosen: Thing = self._data.draw(st.sampled_from(things))
        return chosen

    def row(self, statement: str, **given: Any) -> tuple[Any, ...] | None:
        """One of the rows, or None where there are none."""
        rows = self._world.ledger.rows(statement, **given)
        return self.of(rows) if rows else None
