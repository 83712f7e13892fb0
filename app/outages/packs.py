"""Printing packs: each serial on record as issued, an older edition replaced. Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select

from app import clock, printing
from app.catalogue.models import System
from app.db import db
from app.directory.models import Unit
from app.errors import NotAllowed
from app.events import publish
from app.outages import contents, queries
from app.outages.models import PaperForm, PaperPack
from workflows.events import TIME, Actor
from workflows.paper_events import PaperPackMade

TEMPLATE = Path(__file__).parent / "printed/pack.typ"
FEWEST, MOST = 1, 50
USUAL = 10
QUARTER = timedelta(days=91)


def make(system: System, unit: Unit | None, count: int, actor: Actor, now: datetime) -> PaperPack:
    """Print ``count`` new forms. The blank forms of the edition that it replaces are void: their paper is destroyed.

    During an outage, and until its forms are counted, they are not: they may be in use. Raises NotAllowed(form_count)
    for a count out of bounds.
    """
    if not FEWEST <= count <= MOST:
        raise NotAllowed("form_count", field="count")
    _hold(system)
    today = clock.local(now).date()
    numbers = _next_numbers(system, count)
    serials = [serial_of(system, number) for number in numbers]
    content = printing.pdf(TEMPLATE, contents.facts(system, unit, serials, today), now)
    voided = _replace(queries.current_pack(system.id, unit.id if unit else None), now)
    pack = PaperPack(
        system=system,
        unit=unit,
        made_at=now,
        made_by_id=actor.person_id,
        roles_digest=contents.digest_of(system, unit, today),
        content=content,
        digest=sha256(content).hexdigest(),
        forms=[PaperForm(system_id=system.id, number=n, serial=s) for n, s in zip(numbers, serials, strict=True)],
    )
    db.session.add(pack)
    db.session.flush()
    about = (pack.id, system.id, pack.unit_id, tuple(serials), tuple(voided), pack.digest)
    publish(PaperPackMade(*about, actor=actor, at=now))
    return pack


def serial_of(system: System, number: int) -> str:
    """The number as it is printed: PB-MIC-0001."""
    return f"PB-{system.code}-{number:04d}"


def needs_renewal(pack: PaperPack, now: datetime) -> bool:
    """True for an edition that is a quarter old, or says other people or another guideline than today's."""
    today = clock.local(now).date()
    is_old = pack.made_at + QUARTER <= now
    return is_old or pack.roles_digest != contents.digest_of(pack.system, pack.unit, today)


def renew(pack_id: int, now: datetime) -> bool:
    """Print an edition anew where it needs it; False when it does not (any more), and while its forms may be in use."""
    pack = db.session.get_one(PaperPack, pack_id)
    if pack.replaced_at is not None or queries.may_be_in_use(pack.system_id) or not needs_renewal(pack, now):
        return False
    make(pack.system, pack.unit, len(pack.forms), TIME, now)
    return True


def _hold(system: System) -> None:
    """Two who print at once get different numbers."""
    db.session.execute(select(System.id).where(System.id == system.id).with_for_update())


def _next_numbers(system: System, count: int) -> Sequence[int]:
    last = db.session.scalar(select(func.max(PaperForm.number)).where(PaperForm.system_id == system.id)) or 0
    return range(last + 1, last + 1 + count)


def _replace(old: PaperPack | None, now: datetime) -> list[str]:
    """Close an older edition; the serials that are void by it."""
    if old is None:
        return []
    old.replaced_at = now
    in_use = queries.may_be_in_use(old.system_id)
    blank = [form for form in old.forms if form.status == "issued" and not in_use]
    for form in blank:
        form.status = "void"
    db.session.flush()
    return [form.serial for form in blank]
