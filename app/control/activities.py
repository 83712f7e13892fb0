"""Controls that people make in a system by hand, with a file where there is one (rules.md C11 content 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from app import clock
from app.catalogue.models import System
from app.control.report_models import ControlActivity
from app.db import db
from app.errors import NotAllowed, NotFound
from app.events import publish
from workflows import system_profile as rules
from workflows.control_events import ControlActivityRecorded
from workflows.events import Actor

KINDS = ("other", "fixed_data")
LARGEST, LARGEST_MB = 5 * 1024 * 1024, 5
# What a file begins with, and what it is then: its name and what the browser says of it are not believed.
BEGINS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
SHORTEST, MOST = 5, 1_000_000
OLDEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Said:
    """What was controlled, how, and what came of it. ``content`` None: no file."""

    kind: str
    made_on: date
    what: str
    method: str
    sample: int
    deviations: int
    result: str
    content: bytes | None = None
    name: str = ""


def record(system: System, said: Said, *, actor: Actor, now: datetime) -> ControlActivity:
    """Keep a control. Raises NotAllowed with ``field``: done_later, say_more, count_wrong, file_kind and so on."""
    _refuse(_fault(said, clock.local(now).date()))
    kind = _kind_of(said.content)
    one = ControlActivity(
        system_id=system.id,
        kind=said.kind,
        made_on=said.made_on,
        what=said.what.strip(),
        method=said.method.strip(),
        sample=said.sample,
        deviations=said.deviations,
        result=said.result.strip(),
        recorded_at=now,
        recorded_by_id=actor.person_id,
        attachment=said.content,
        attachment_name=said.name[-200:] if said.content else "",
        attachment_kind=kind,
        attachment_digest=sha256(said.content).hexdigest() if said.content else "",
    )
    db.session.add(one)
    db.session.flush()
    told = {"made_on": one.made_on.isoformat(), "kind": one.kind, "what": one.what, "sample": one.sample}
    told |= {"deviations": one.deviations, "result": one.result, "attachment": one.attachment_digest}
    publish(ControlActivityRecorded("control_activity", one.id, system.id, actor, now, data=told))
    return one


def content_of(one: ControlActivity) -> bytes:
    """The file as it was given. Raises NotFound when there is none, or it is not what was kept."""
    if one.attachment is None or sha256(one.attachment).hexdigest() != one.attachment_digest:
        raise NotFound("document_damaged" if one.attachment else "not_found")
    return one.attachment


def _fault(said: Said, today: date) -> tuple[str, str] | None:
    if said.made_on > today:
        return "made_on", "done_later"
    if (today - said.made_on).days > OLDEST_DAYS:
        return "made_on", "done_too_long_ago"
    for name in ("what", "result"):
        if len(getattr(said, name).strip()) < SHORTEST:
            return name, "say_more"
    if not 0 <= said.deviations <= said.sample <= MOST:
        return "deviations", "count_wrong"
    for name in ("what", "method", "result"):
        if fault := rules.text_fault(name, getattr(said, name)):
            return fault
    return None


def _kind_of(content: bytes | None) -> str:
    if content is None:
        return ""
    if len(content) > LARGEST:
        raise NotAllowed("file_too_large", field="file")
    kind = next((kind for begins, kind in BEGINS if content.startswith(begins)), "")
    if not kind:
        raise NotAllowed("file_kind", field="file")
    return kind


def _refuse(fault: tuple[str, str] | None) -> None:
    if fault is not None:
        raise NotAllowed(fault[1], field=fault[0])
