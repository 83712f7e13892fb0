"""Scans of forms: what may be one, and keeping it. What it is said to be is never believed; its first bytes are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from app.db import db
from app.errors import NotAllowed, NotFound
from app.events import publish
from app.outages.paper_models import PaperOrder, PaperScan
from workflows.events import Actor
from workflows.paper_events import PaperScanFetched

LARGEST = 5 * 1024 * 1024
MARKS: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
ENDINGS: Mapping[str, str] = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def media_type_of(content: bytes) -> str:
    """What the bytes are. Raises NotAllowed: scan_empty, scan_too_large, scan_kind; the field is ``scan``."""
    if not content:
        raise NotAllowed("scan_empty", field="scan")
    if len(content) > LARGEST:
        raise NotAllowed("scan_too_large", field="scan")
    for media_type, mark in MARKS.items():
        if content.startswith(mark):
            return media_type
    raise NotAllowed("scan_kind", field="scan")


def keep(form_id: int, content: bytes, actor: Actor, now: datetime) -> PaperScan:
    """Store it, with its hash. The name that it came under is not kept: it may say anything."""
    scan = PaperScan(
        form_id=form_id,
        media_type=media_type_of(content),
        size=len(content),
        digest=sha256(content).hexdigest(),
        content=content,
        kept_by_id=actor.person_id,
        kept_at=now,
    )
    db.session.add(scan)
    db.session.flush()
    return scan


def fetch(paper: PaperOrder, actor: Actor, now: datetime) -> tuple[PaperScan, bytes]:
    """The scan and its bytes; that somebody fetched it is in the log. Raises NotFound when it is not what was kept."""
    scan = db.session.get_one(PaperScan, paper.scan_id)
    content = scan.content
    if sha256(content).hexdigest() != scan.digest:
        raise NotFound("scan_damaged")
    publish(PaperScanFetched(paper.id, scan.id, scan.digest, actor, now))
    return scan, content
