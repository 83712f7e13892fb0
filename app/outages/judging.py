"""The rules judge a form in retrospect (rules.md C12, ``reconciled``), as of then and as of now, by the real engine.

What passes is an ordinary right with source ``paper``. What fails is a finding. While the directory gives no answer it
waits. Callers hold the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app import clock
from app.catalogue import queries as catalogue
from app.directory.evidence import Evidence
from app.errors import NotAllowed
from app.grants import services as grants
from app.outages import registering, retrospect
from app.outages.paper_models import PaperOrder
from app.reconciliation import services as findings
from app.reconciliation.services import Found
from app.requests import definitions, own_unit
from workflows import retrace
from workflows.case import EmploymentStatus, GuardResult
from workflows.events import TIME, Actor
from workflows.retrace import Trial

SOURCE = "paper"
WHY_REMOVED = "Behörigheten gavs på papper i ett avbrott och följde inte reglerna."  # as a person would write it


def judge(paper: PaperOrder, evidence: Evidence, now: datetime) -> str:
    """Put the form to the rules, and let what they say follow; pass, fail or wait. ``paper`` is held."""
    trials = trials_of(paper, evidence, now)
    verdict = retrace.outcome(trials)
    before = registering.step(paper, verdict)
    paper.trials, paper.evidence = [trial.as_json() for trial in trials], evidence.as_json()
    paper.judged_at = now
    if verdict == "pass":
        paper.grant_id = _issue(paper, now)
    elif verdict == "fail":
        paper.finding_id = _found(paper, retrace.reasons(trials), now)
    told = {"guards": tuple(paper.trials), "evidence": paper.evidence, "data": {"finding": paper.finding_id}}
    registering.moved(paper, verdict, TIME, now, state_from=before, **told)
    if verdict == "fail" and has_left(evidence):
        remove(paper, actor=TIME, now=now)
    return verdict


def has_left(evidence: Evidence) -> bool:
    """True when the employment has ended: what they have is removed at once, as everything of who leaves (C6)."""
    return evidence.status is EmploymentStatus.ENDED


def trials_of(paper: PaperOrder, evidence: Evidence, now: datetime) -> Sequence[Trial]:
    """Every guard, as of then and as of now."""
    try:
        workflow = definitions.for_level(paper.level, "new")
    except NotAllowed as refusal:
        return (Trial("submit", "now", GuardResult("G3", False, refusal.reason, "refuse")),)
    then, today = retrospect.cases(paper, evidence, now)
    signed = retrospect.signed(paper, clock.local(paper.occurred_at).date())
    return (
        *retrace.on_paper(then, signed),
        *_scope(paper),
        *retrace.retrace(workflow, then, signed, "then"),
        *retrace.retrace(workflow, today, signed, "now"),
    )


def _scope(paper: PaperOrder) -> Sequence[Trial]:
    """A sensitive level reaches the holder's own unit and no further (C3), also on paper."""
    wanted = {"level": paper.level, "subject": paper.subject, "scope": paper.scope}
    if own_unit.scope_of(wanted) == paper.scope:
        return ()
    return (Trial("paper", "then", GuardResult("C3", False, "beyond_own_unit", "refuse")),)


def values_of(paper: PaperOrder) -> dict[str, object]:
    """The right that the paper gave, as columns of Grant."""
    return {
        "subject_id": paper.subject_id,
        "level_id": paper.level_id,
        "scope": paper.scope,
        "valid_from": paper.valid_from,
        "valid_to": paper.valid_to,
        "source": SOURCE,
        "status": "active",
        "granted_at": paper.done_at,
        "granted_by_id": paper.executor_id,
        "done_on": clock.local(paper.done_at).date(),
    }


def _issue(paper: PaperOrder, now: datetime) -> int:
    """An ordinary right: it has been in use since the outage, so nobody is introduced to it afterwards."""
    actor = Actor(paper.executor_id, "executor", "paper")
    receipt = {"serial": paper.form.serial, "outage": paper.outage_id, "verified_by": paper.verified_by_id}
    return grants.issue(values_of(paper), actor=actor, now=now, receipt=receipt).id


def _found(paper: PaperOrder, why: Sequence[str], now: datetime) -> int:
    level = paper.level
    found = Found(
        type="paper_order_failed",
        system_id=level.system_id,
        person_id=paper.subject_id,
        key=paper.form.serial,
        confidentiality=catalogue.confidentiality_of(level),
    )
    evidence = {"reasons": list(why), "paper": paper.id, "outage": paper.outage_id, "level": level.code}
    return findings.open_one(found, evidence, now).id


def remove(paper: PaperOrder, *, actor: Actor, now: datetime) -> None:
    """The right is to be removed: an ordinary task for the system managers, which never lapses.

    Raises NotAllowed: no_such_move, has_ordinary_right where the subject has the same right by an order since before.
    """
    if retrospect.has_live_right(paper):
        if actor.person_id is None:
            return  # the ordinary right is removed by what removes rights of those who leave
        raise NotAllowed("has_ordinary_right", field="state")
    before = registering.step(paper, "revoke")
    given = Actor(paper.executor_id, "executor", "paper")
    receipt = {"serial": paper.form.serial, "outage": paper.outage_id, "finding": paper.finding_id}
    right = grants.issue(values_of(paper), actor=given, now=now, receipt=receipt)
    paper.grant_id = right.id
    why = WHY_REMOVED if actor.person_id is not None else "employment_ended"
    grants.order_revocation(right, reason=why, actor=actor, now=now)
    if paper.finding_id is not None:
        findings.assign(paper.finding_id, actor, now)
    registering.moved(paper, "revoke", actor, now, state_from=before)
