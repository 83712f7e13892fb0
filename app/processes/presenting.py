"""A process and its versions as the pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace

from flask_babel import get_locale
from flask_babel import gettext as _

from app.processes import change_words, checks, drawing, queries, question_words, replaying, rules, words
from app.processes.models import VersionCheck
from app.processes.replaying import Compared
from app.requests import definitions, lives
from app.requests.models import WorkflowVersion
from app.templating import labels, state_words
from workflows import difference
from workflows.backtest import REFUSED
from workflows.definition import Step, Workflow
from workflows.lives import FRAMES
from workflows.simulate import PlannedStep

SHOWN = 50
STATUSES = {
    "proposed": ("wait", "pause"),
    "active": ("done", "check"),
    "superseded": ("idle", "clock"),
    "withdrawn": ("idle", "cross"),
}


def status(code: str) -> state_words.Look:
    """Word, colour and icon of a version's status."""
    names = {
        "proposed": _("Föreslagen"),
        "active": _("Aktiv"),
        "superseded": _("Ersatt"),
        "withdrawn": _("Tillbakatagen"),
    }
    return state_words.Look(names[code], *STATUSES[code])


def title(workflow: Workflow) -> str:
    """The name of the process in the reader's language."""
    return workflow.title.get(str(get_locale() or "sv")[:2]) or workflow.title["sv"]


def about(workflow: Workflow) -> SimpleNamespace:
    """What a definition says: for whom, the pictures, the steps and the rules."""
    order = list(state_words.PROFILES)
    return SimpleNamespace(
        title=title(workflow),
        profiles=[state_words.profile(p) for p in sorted(workflow.profiles, key=order.index)],
        kinds=words.joined(words.uncapital(labels.kind(k)) for k in workflow.kinds),
        by_link=words.joined(
            words.uncapital(str(state_words.profile(p).word)) for p in sorted(workflow.link_may_decide)
        ),
        longest_days=workflow.longest_days,
        review_months=workflow.review_months,
        records=words.records(workflow.records),
        pictures=drawing.pictures(workflow),
        steps=[_step(workflow, index) for index in range(len(workflow.steps))],
        rules=_rules(workflow),
        questions=question_words.of_form(workflow),
        life=_life(workflow),
    )


def _life(workflow: Workflow) -> SimpleNamespace | None:
    """What only a life says: who are different people, the longest term, and what is written down."""
    said = workflow.life
    if said is None:
        return None
    frame = FRAMES.get(workflow.about)
    return SimpleNamespace(
        opener=words.asked(frame.opener, workflow) if frame else "",
        longest_months=said.longest_months,
        apart=[words.joined(words.asked(who, workflow) for who in group) for group in said.apart],
        records=[lives.in_language(text) for text in said.records],
        acts=[
            SimpleNamespace(
                who=words.by(rule, workflow),
                act=words.act(rule.trigger, workflow),
                source=words.state(rule.source, workflow),
                target=words.state(rule.target, workflow),
            )
            for rule in workflow.transitions
        ],
    )


def _step(workflow: Workflow, index: int) -> SimpleNamespace:
    step = workflow.steps[index]
    return SimpleNamespace(
        name=words.step_name(step, workflow),
        only=words.condition(step) or _yearly(step),
        ask=words.whom(step, workflow),
        otherwise=[words.asked(code) for code in step.otherwise],
        due=words.days(step.clock.due),
        reminders=words.reminders(step.clock),
        escalations=words.escalations(step.clock),
        lapse=words.days(step.clock.lapse) if step.clock.lapse else "",
    )


def _yearly(step: Step) -> str:
    return _("en gång om året, från %(month)s", month=words.month(step.yearly)) if step.yearly else ""


def _rules(workflow: Workflow) -> list[SimpleNamespace]:
    """Each rule that is asked, and at which moves, in the order of their numbers."""
    asked: dict[str, dict[str, None]] = {}
    for rule in workflow.transitions:
        for guard in rule.guards:
            asked.setdefault(guard, {})[str(words.ACTS.get(rule.trigger, rule.trigger))] = None
    numbers = sorted(asked, key=lambda code: (len(code), code))
    return [
        SimpleNamespace(code=code, name=rules.name(code), text=rules.text(code), when=words.joined(asked[code]))
        for code in numbers
    ]


def proof(check: VersionCheck | None) -> SimpleNamespace:
    """How far the proof of a proposal has come: ``state`` is running, failed or done, and done with ``problems``.

    What another version of the product has proved counts as not proved yet: the worker proves it anew.
    """
    if check is None or check.is_under_way or (check.status == "done" and check.engine != checks.engine()):
        return SimpleNamespace(state="running", problems=())
    return SimpleNamespace(state=check.status, problems=tuple(check.result.get("problems", ())))


def rows(found: Sequence[WorkflowVersion], counts: Mapping[tuple[str, int], int]) -> list[SimpleNamespace]:
    """The versions of one process, newest first, each with the orders under way that follow it."""
    return [
        SimpleNamespace(
            version=v.version,
            look=status(v.status),
            why=v.why,
            proposed_by=v.proposed_by.display_name if v.proposed_by else "",
            proposed_at=v.proposed_at,
            activated_by=v.activated_by.display_name if v.activated_by else "",
            activated_at=v.activated_at,
            orders=counts.get((v.process, v.version), 0),
        )
        for v in found
    ]


def compared_with(version: WorkflowVersion) -> WorkflowVersion | None:
    """The version that this one is read against: the active one, for others than proposals the one before it."""
    if version.status == "proposed":
        return queries.active(version.process)
    return queries.before(version.process, version.version)


def changes(version: WorkflowVersion, other: WorkflowVersion | None) -> list[str]:
    """What differs, in sentences; empty where only words for readers of the file differ."""
    if other is None:
        return []
    old = definitions.version(other.process, other.version)
    new = definitions.version(version.process, version.version)
    return change_words.changes(difference.compare(old, new), new, old)


def others_asked(workflow: Workflow) -> list[SimpleNamespace]:
    """For each order under way, at most 50, what the version would change of what is left of it."""
    found = [one for one in replaying.under_way(workflow, SHOWN) if one.comparison.differs]
    return [_would(one) for one in found]


def _would(one: Compared) -> SimpleNamespace:
    after = one.comparison.after
    refused = after.outcome == REFUSED
    return SimpleNamespace(
        case_number=one.order.case_number,
        about=f"{one.order.level.system.name}, {one.order.level.label}",
        subject=one.order.subject.display_name,
        hindrance=change_words.hindrance(after.reasons) if refused else "",
        steps=[
            SimpleNamespace(
                name=labels.step_title(present.task), before=_asked(change.before), after=_asked(change.after)
            )
            for change in one.comparison.changes
            if (present := change.after or change.before) and not refused
        ],
    )


def _asked(step: PlannedStep | None) -> str:
    if step is None:
        return _("frågas inte")
    if step.implicit:
        return _("har svarat i och med beställningen")
    names = words.joined(a.party.name for a in step.asked) or _("ingen")
    return _("%(names)s, senast %(day)s", names=names, day=step.due_on.isoformat())
