"""What would become of each of several orders, before any of them is sent: one line for each. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.errors import NotAllowed
from app.requests import definitions, ordering, words
from app.requests.models import AccessRequest
from app.templating.dates import date_in_words
from workflows import simulate
from workflows.case import Case, GuardResult

ASKED, WAITS, THERE, STOPPED = "asked", "waits", "there", "stopped"
WAITING = "waiting_prerequisites"


@dataclass(frozen=True, slots=True)
class Prospect:
    """One order to be. ``outcome``: asked, waits (first), there (already, or with the base), stopped.

    ``text`` says it in words. ``values`` is what ``ordering.place`` takes, with ``evidence`` of the subject: what the
    directory has just said. The names are kept beside the rows, which every commit empties.
    """

    level_name: str
    subject_id: int
    subject_name: str
    outcome: str
    text: str
    values: Mapping[str, Any]
    evidence: Evidence

    @property
    def will_be_sent(self) -> bool:
        """True when sending makes an order of it."""
        return self.outcome in (ASKED, WAITS)


def look(values: Mapping[str, Any], orderer: Person, evidence: Evidence, now: datetime) -> Prospect:
    """What would become of the order ``values`` if ``orderer`` sent it now; ``evidence`` is of its subject."""
    level, subject = values["level"], values["subject"]
    fit = fitted(values, evidence)
    outcome, text = _with_the_base(level) or _tried(fit, orderer, evidence, now)
    if outcome in (ASKED, WAITS) and fit["valid_to"] not in (None, values["valid_to"]):
        text += " " + _("Gäller till %(day)s.", day=date_in_words(fit["valid_to"]))
    name = f"{level.system.name}, {level.label}"
    return Prospect(name, subject.id, subject.display_name, outcome, text.strip(), fit, evidence)


def _with_the_base(level: AccessLevel) -> tuple[str, str] | None:
    """What cannot be ordered by itself, or not here."""
    hindered = catalogue.obstacles(level, clock.today(), definitions.installed())
    if "part_of_base" in hindered:
        return THERE, _("Ingår i grundbehörigheten och beställs inte för sig.")
    if "external" in hindered:
        return STOPPED, _("Beställs inte här utan hos den som driver systemet.")
    return None


def _tried(values: Mapping[str, Any], orderer: Person, evidence: Evidence, now: datetime) -> tuple[str, str]:
    level, subject = values["level"], values["subject"]
    try:
        order = ordering.unsaved(dict(values), level=level, subject=subject, orderer=orderer, now=now)
    except NotAllowed as refusal:
        return STOPPED, words.refusal(refusal.reason)
    case, guards, outcome = ordering.try_submit(order, evidence, now)
    failed = [g for g in guards if not g.passed]
    if outcome == "refused":
        return _stopped([g for g in failed if g.consequence == "refuse"])
    if outcome == WAITING:
        return WAITS, " ".join(dict.fromkeys(words.wait(g.reason) for g in failed))
    return ASKED, _asked(order, case)


def _stopped(failed: list[GuardResult]) -> tuple[str, str]:
    twice = next((g for g in failed if g.reason == "duplicate"), None)
    if twice is not None:
        cases = [e for e in twice.inputs["existing"] if not e.startswith("grant:")]
        return THERE, _("Redan beställd, %(case)s.", case=cases[0]) if cases else _("Har redan behörigheten.")
    return STOPPED, " ".join(dict.fromkeys(words.of_guard(g) for g in failed))


def _asked(order: AccessRequest, case: Case) -> str:
    """Who is asked first by somebody, and until when."""
    steps = simulate.path(definitions.of(order), replace(case, state="requested"), clock.calendar())
    first = next((step for step in steps if not step.implicit), None)
    if first is None or not first.asked:
        return ""
    names = ", ".join(asked.party.name for asked in first.asked)
    return _("%(names)s får frågan.", names=names)


def fitted(values: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    """The values with an end that this person's employment and the level's longest term allow (G10).

    A base order has no end of its own (rules.md C1). What was shortened is told on the order's line.
    """
    level, start, end = values["level"], values["valid_from"], values["valid_to"]
    if level.is_base:
        return {**values, "valid_to": None}
    hourly = evidence.form in ("hourly", "substitute") and level.max_days_hourly is not None
    longest = level.max_days_hourly if hourly else level.max_days
    latest = start + timedelta(days=longest) if longest is not None else None
    ends = [day for day in (end, latest, evidence.ends_on) if day is not None]
    return {**values, "valid_to": min(ends, default=None)}
