"""The lives of appointments, as small tables: an authorised orderer (rules.md C9), a role that changes hands (W15).

They are about people's roles and not about an order: nobody is asked step by step, no round begins anew, and no guard
looks at a level. So they are rows to read here, not files in the workflow language (docs/decisions).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from workflows.calendar import WorkingCalendar
from workflows.errors import NoSuchMove, Refused

SEPTEMBER = 9


@dataclass(frozen=True, slots=True)
class Row:
    """In ``source`` the act ``trigger`` by ``who`` leads to ``target``."""

    source: str
    trigger: str
    target: str
    who: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Working days from the day of asking: due, reminders, and when silence ends it (None: never)."""

    due: int
    reminders: tuple[int, ...] = ()
    lapse: int | None = None


ORDERER = (
    Row("nominated", "accept", "accepted", "nominee"),
    Row("nominated", "decline", "declined", "nominee"),
    Row("nominated", "lapse", "lapsed", "time"),
    Row("accepted", "register", "active", "registrar"),
    Row("active", "confirm", "active", "nominator"),
    Row("active", "suspend", "suspended", "time"),
    Row("suspended", "confirm", "active", "nominator"),
    *(Row(state, "end", "ended", "nominator") for state in ("nominated", "accepted", "active", "suspended")),
)
ORDERER_TERMS = {
    "accept": Terms(due=5, reminders=(3, 5, 10), lapse=15),
    "register": Terms(due=3, reminders=(2, 3, 5)),
    "confirm": Terms(due=15, reminders=(5, 10, 14)),
}
# What is asked in a state. An active orderer is asked about only in September.
ORDERER_QUESTIONS = {"nominated": "accept", "accepted": "register", "active": "confirm"}

HANDOVER = (
    Row("proposed", "accept", "accepted", "successor"),
    Row("proposed", "decline", "declined", "successor"),
    Row("proposed", "lapse", "lapsed", "time"),
    Row("accepted", "complete", "completed", "time"),
    *(Row(state, "withdraw", "withdrawn", "proposer") for state in ("proposed", "accepted")),
)
HANDOVER_TERMS = {"accept": Terms(due=5, reminders=(3, 5), lapse=5)}

FINAL = frozenset({"declined", "lapsed", "ended", "completed", "withdrawn"})


def next_state(table: Collection[Row], state: str, trigger: str) -> str:
    """Where ``trigger`` leads from ``state``. Raises NoSuchMove when it leads nowhere."""
    for row in table:
        if (row.source, row.trigger) == (state, trigger):
            return row.target
    raise NoSuchMove(trigger, state)


def check_registrar(*, nominator_id: int, nominee_id: int, registrar_id: int | None) -> None:
    """Nominator, nominee and registrar are three people (rules.md G6). Raises Refused(four_eyes)."""
    if len({nominator_id, nominee_id, registrar_id}) < 3:
        raise Refused("four_eyes")


def reminders_due(terms: Terms, asked_on: date, today: date, calendar: WorkingCalendar) -> int:
    """How many of the reminders have had their day; 0 on the day of asking."""
    return sum(calendar.add(asked_on, after) <= today for after in terms.reminders)


def latest_september(today: date) -> date:
    """The first day of the September that was last: from then on the year's confirmation may be asked for."""
    return date(today.year if today.month >= SEPTEMBER else today.year - 1, SEPTEMBER, 1)


def must_be_confirmed(active_since: date, asked_on: date | None, today: date) -> bool:
    """Whether the nominator shall be asked: once each September, of whoever was active before it (rules.md C9)."""
    september = latest_september(today)
    return active_since < september and (asked_on is None or asked_on < september)
