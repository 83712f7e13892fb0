"""What is attested of some systems, and their risks: so that the pages have every light to show."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import exists, select

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.control import services
from app.control.models import Attestation
from app.db import db
from workflows.events import Actor

YEAR = 365
# Of each thing: how many days ago it was done. A year after that it has to be done again.
DONE: dict[str, dict[str, int]] = {
    "GEO": {"plan": 40, "documentation": 350, "power": 60, "agreement": 200, "register": 390},
    "PRO-SOC": {"plan": 120, "documentation": 120, "risk": 30, "continuity": 90, "register": 30, "agreement": 345},
    "MIC": {
        "plan": 20,
        "documentation": 20,
        "risk": 20,
        "continuity": 20,
        "agreement": 20,
        "register": 20,
        "power": 20,
    },
    "LEX": {"plan": 380, "risk": 200, "continuity": 340},
}
BUDGET = {"operation": 420_000, "licence": 310_000, "development": 75_000}
RISKS = (
    ("GEO", "Kartan används för något annat än det som ändamålet säger.", 3, 3, "Loggen kontrolleras varje kvartal."),
    ("PRO-SOC", "Bara en person kan systemet i grunden.", 2, 4, "En andra förvaltare lärs upp."),
    ("PRO-SOC", "Journalen går inte att läsa vid avbrott.", 3, 4, "Utskrift av viktiga uppgifter varje kväll."),
)
AHEAD = timedelta(days=60)


def load(now: datetime) -> None:
    """Attest as the systems' managers did over the year. Again does nothing."""
    if db.session.scalar(select(exists().select_from(Attestation))):
        return
    for code, done in DONE.items():
        system, actor = _manager(code, now)
        for kind, ago in done.items():
            _attest(system, kind, now - timedelta(days=ago), actor)
    for code, what, likelihood, consequence, measure in RISKS:
        system, actor = _manager(code, now)
        due_on = clock.local(now + AHEAD).date()
        new = services.NewRisk(what, likelihood, consequence, measure, actor.person_id, due_on)
        services.note_risk(system, new, actor=actor, now=now)


def _manager(code: str, now: datetime) -> tuple[System, Actor]:
    system = catalogue.system(code)
    first = catalogue.role_holders(system.id, clock.local(now).date())["system_manager"][0]
    return system, Actor(first.id, "system_manager")


def _attest(system: System, kind: str, at: datetime, actor: Actor) -> None:
    done_on: date = clock.local(at).date()
    facts = {"year": done_on.year, **BUDGET} if kind == "plan" else {}
    said = services.Said(
        kind,
        done_on,
        done_on + timedelta(days=YEAR),
        actor.person_id or 0,
        reference=f"{system.board} {done_on.year}/{system.id + 100}",
        facts=facts,
    )
    services.attest(system, said, actor=actor, now=at)
