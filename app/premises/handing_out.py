"""Handing a tag over to who can show who they are, and the holder's receipt (rules.md C4).

Callers hold the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.errors import Forbidden, NotAllowed
from app.grants import services as grants
from app.premises import changing, programming, rights
from app.premises.models import Credential
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer

ID_METHODS = ("id_card", "driving_licence", "passport", "service_card", "known")
SCREEN, PAPER = "screen", "paper"


@dataclass(frozen=True, slots=True)
class HandOver:
    """What whoever hands out says. ``serial`` is read from the tag; ``receipt_note``: where the signed paper is."""

    serial: str
    id_method: str
    receipt: str
    receipt_note: str = ""


def hand_over(credential: Credential, said: HandOver, *, actor: Actor, now: datetime) -> None:
    """The tag is in the holder's hand. With a signed paper the rights begin; else the holder signs on screen.

    Raises NotAllowed: not_self, serial_differs, id_method_needed, receipt_note_needed, personnummer; Conflict when the
    tag is lost, blocked or handed out meanwhile.
    """
    changing.refuse_self(credential, actor)
    _check(credential, said)
    on_paper = said.receipt == PAPER
    changing.step(
        credential,
        Credential.status == "programmed",
        Credential.block_ordered_at.is_(None),
        status="handed_out",
        handed_out_at=now,
        handed_out_by_id=actor.person_id,
        id_method=said.id_method,
        receipt=said.receipt,
        receipt_note=said.receipt_note.strip() if on_paper else "",
        received_at=now if on_paper else None,
    )
    changing.finish(credential, "handed_out", actor, now)
    changing.tell(credential, "handed_out", actor, now, id_method=said.id_method, receipt=said.receipt)
    if on_paper:
        rights.begin(credential, actor, now)
    else:
        changing.ask(changing.SIGN, credential, (grants.asked_person("subject", credential.subject),), now)


def _check(credential: Credential, said: HandOver) -> None:
    if programming.normal(said.serial) != credential.serial:
        raise NotAllowed("serial_differs", field="serial")
    if said.id_method not in ID_METHODS or said.receipt not in (SCREEN, PAPER):
        raise NotAllowed("id_method_needed", field="id_method")
    if said.receipt == PAPER and not said.receipt_note.strip():
        raise NotAllowed("receipt_note_needed", field="receipt_note")
    if find_personnummer(said.receipt_note):
        raise NotAllowed("personnummer", field="receipt_note")


def sign(credential: Credential, *, actor: Actor, now: datetime) -> None:
    """The holder says that the tag is received: its rights begin. Raises Forbidden for others, and Conflict."""
    if actor.person_id != credential.subject_id:
        raise Forbidden("not_your_task", names=credential.subject.display_name)
    changing.step(
        credential,
        Credential.status == "handed_out",
        Credential.received_at.is_(None),
        Credential.block_ordered_at.is_(None),
        received_at=now,
    )
    changing.finish(credential, "received", actor, now)
    changing.tell(credential, "received", actor, now)
    rights.begin(credential, actor, now)
