"""What the ordinary process would have said of a right that was given on paper (rules.md C12, ``reconciled``).

The form's acts are put to the real engine, in the process's own order: sent by the orderer, approved by whoever signed,
granted by whoever did it. Every guard is evaluated also past one that fails, so that a finding has all its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from workflows import authority, crossing, machine
from workflows.case import Case, EmploymentStatus, GuardResult, Party
from workflows.definition import Step, Workflow
from workflows.errors import NoSuchMove, Refused

GRANT, OWNERS = "grant", ("system_owner", "zone_owner")
MOST_STEPS = 8
SECRET_CONFIDENTIALITY = 3  # from here the owner has approved too
UNKNOWN = "directory_unavailable"
CHECKED = ("phone", "id")


@dataclass(frozen=True, slots=True)
class Signed:
    """Who did what on the paper. ``owner`` is None where no owner's approval is written."""

    manager: Party
    executor: Party
    owner: Party | None = None
    employment_checked: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One guard of one act, and whether it was looked at as of ``then`` or of ``now``."""

    act: str
    moment: str
    result: GuardResult

    def as_json(self) -> dict[str, Any]:
        """The stored form: plain JSON values only."""
        return {"act": self.act, "moment": self.moment, **self.result.as_json()}


def party_then(party: Party, day: date) -> Party:
    """The person as of a day that has passed. Unknown stays unknown: nothing is guessed."""
    status = _status_then(party, day)
    if status is party.status:
        return party
    return replace(party, status=status, may_act=status is EmploymentStatus.ACTIVE)


def _status_then(party: Party, day: date) -> EmploymentStatus:
    has_begun = party.starts_on is None or day >= party.starts_on
    if party.status in (EmploymentStatus.ACTIVE, EmploymentStatus.ON_LEAVE) and not has_begun:
        return EmploymentStatus.FUTURE
    if party.status is EmploymentStatus.FUTURE and party.starts_on is not None and has_begun:
        return EmploymentStatus.ACTIVE
    if party.status is EmploymentStatus.ENDED and party.ends_on is not None and has_begun and day <= party.ends_on:
        return EmploymentStatus.ACTIVE
    return party.status


def case_then(case: Case, day: date) -> Case:
    """The case with everybody in it as of ``day``, whatever part they take."""
    return replace(case, **{part.name: _then(getattr(case, part.name), day) for part in fields(case)})


def _then(value: Any, day: date) -> Any:
    """A person, people, or people by what they are, as of the day; anything else as it is."""
    if isinstance(value, Party):
        return party_then(value, day)
    if isinstance(value, tuple):
        return tuple(_then(one, day) for one in value)
    if isinstance(value, Mapping):
        return {key: _then(one, day) for key, one in value.items()}
    return value


def on_paper(case: Case, signed: Signed) -> tuple[Trial, ...]:
    """What the paper itself must say (C12): who did it is not who decided, and how the employment was checked.

    Where secrecy is high the owner has approved too. The period is the process's own guard (G10).
    """
    inputs = {"manager": signed.manager.id, "executor": signed.executor.id, "checked": signed.employment_checked}
    checks = (
        ("executor_is_manager", signed.manager.id == signed.executor.id),
        ("employment_not_checked", signed.employment_checked not in CHECKED),
        ("owner_missing_on_paper", case.level.confidentiality >= SECRET_CONFIDENTIALITY and signed.owner is None),
    )
    failed = [reason for reason, holds in checks if holds]
    results = [GuardResult("C12", False, reason, "refuse", inputs=inputs) for reason in failed]
    return tuple(Trial("paper", "then", r) for r in results or [GuardResult("C12", True, inputs=inputs)])


def retrace(workflow: Workflow, case: Case, signed: Signed, moment: str) -> tuple[Trial, ...]:
    """Every guard of every act of the paper, at the case's own day. ``case`` is a draft.

    Whether the one who signed was one whom the step asks is looked at as of ``then`` only: afterwards managers change,
    and what they decided stands, as in every order.
    """
    return tuple(_trials(workflow, replace(case, actor=case.orderer), signed, moment))


def _trials(workflow: Workflow, case: Case, signed: Signed, moment: str) -> Iterator[Trial]:
    trigger = "submit"
    for _ in range(MOST_STEPS):
        try:
            made = _try(workflow, case, trigger)
        except NoSuchMove as fault:
            yield Trial(trigger, moment, _refused("process", fault.reason))
            return
        yield from (Trial(trigger, moment, result) for result in made.guards)
        case = machine.after(workflow, case, made)
        step = workflow.step_in(case.state, case.traits)
        if step is None or made.trigger == GRANT:
            return
        if step.task == crossing.TASK:  # nobody signs a paper for the other side
            yield Trial("approve", moment, _refused(crossing.SIDES, "other_board_missing"))
            return
        who, trigger = _act_of(step, case, signed)
        if who is None:
            yield Trial(trigger, moment, _refused("C12", "owner_missing_on_paper"))
            return
        if moment == "then" and trigger != "approve_implicitly":
            yield Trial(trigger, moment, _in_authority(step, case, who))
        case = replace(case, actor=who)


def _try(workflow: Workflow, case: Case, trigger: str) -> machine.Move:
    """The move with all its guards, made also when they refuse: the paper has been made already."""
    done = machine.as_done(workflow, case, trigger)
    try:
        guards = machine.next_state(workflow, case, trigger).guards
    except NoSuchMove:
        raise
    except Refused as refusal:
        guards = refusal.guards or (_refused("process", refusal.reason),)
    return replace(done, guards=guards)


def _act_of(step: Step, case: Case, signed: Signed) -> tuple[Party | None, str]:
    """Whose act on the paper answers the step, and by which trigger."""
    if step.task == GRANT:
        return signed.executor, GRANT
    implied = authority.implicit_approver(step, case)
    if implied is not None:
        return implied.party, "approve_implicitly"
    return (signed.owner if step.ask in OWNERS else signed.manager), "approve"


def _in_authority(step: Step, case: Case, who: Party) -> GuardResult:
    inputs = {"actor": who.id, "step": step.name}
    if authority.may_decide(case, step, who.id):
        return GuardResult("authority", True, inputs=inputs)
    return GuardResult("authority", False, f"not_asked_{step.task}", "refuse", inputs=inputs)


def _refused(guard: str, reason: str) -> GuardResult:
    return GuardResult(guard, False, reason, "refuse")


def outcome(trials: Iterable[Trial]) -> str:
    """pass, fail, or wait: while the directory gives no answer nothing is granted and nothing removed."""
    failed = [trial.result.reason for trial in trials if not trial.result.passed]
    if UNKNOWN in failed:
        return "wait"
    return "fail" if failed else "pass"


def reasons(trials: Iterable[Trial]) -> tuple[str, ...]:
    """Why it failed, each reason once, in the order in which they were found."""
    return tuple(dict.fromkeys(trial.result.reason for trial in trials if not trial.result.passed))
