"""A tag is programmed for a right that is granted, or in place of one that is lost (rules.md C4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.db import db
from app.errors import Conflict, NotAllowed
from app.grants import queries as grants
from app.grants.models import Grant
from app.premises import changing, queries, rights
from app.premises.models import Credential, CredentialGrant
from workflows.authority import Asked
from workflows.events import Actor
from workflows.grant_events import GrantIssued

CREDENTIAL, CARRIES = cast(Table, Credential.__table__), cast(Table, CredentialGrant.__table__)
PHYSICAL = "physical"
KINDS = ("tag", "card", "key")
LONGEST_SERIAL = 40


def normal(serial: str) -> str:
    """The serial number as it is kept: capitals, and no blanks."""
    return "".join(serial.split()).upper()


def grant_issued(event: GrantIssued) -> None:
    """The right is granted with a tag's number: the tag is new, or one that the holder carries already (a reaction).

    Raises NotAllowed: serial_needed, serial_taken, serial_blocked.
    """
    grant = grants.grant(event.grant_id)
    assert grant is not None
    if grant.level.profile != PHYSICAL:
        return
    serial, kind = normal(str(event.data.get("serial", ""))), str(event.data.get("credential_kind", ""))
    if not serial or len(serial) > LONGEST_SERIAL or kind not in KINDS:
        raise NotAllowed("serial_needed", field="serial")
    known = queries.live(grant.level.system_id, serial)
    if known is None:
        make([grant], serial, kind, event.actor, event.at)
    else:
        _carry_as_well(known, grant, event)


def _carry_as_well(credential: Credential, grant: Grant, event: GrantIssued) -> None:
    """One tag more right: nothing is handed out, for its holder has it, or is to fetch it already."""
    if credential.subject_id != grant.subject_id:
        raise NotAllowed("serial_taken", field="serial")
    if credential.status == "lost" or credential.block_ordered_at is not None:
        raise NotAllowed("serial_blocked", field="serial")
    _attach(credential, [grant])
    if credential.received_at is not None:
        rights.begin(credential, event.actor, event.at)


def make(held: Sequence[Grant], serial: str, kind: str, actor: Actor, now: datetime) -> Credential:
    """A tag that waits to be handed out, for these rights of one person in one system.

    Raises NotAllowed(serial_taken).
    """
    first = held[0]
    today = clock.local(now).date()
    row = {
        "system_id": first.level.system_id,
        "subject_id": first.subject_id,
        "kind": kind,
        "serial": serial,
        "status": "programmed",
        "programmed_at": now,
        "programmed_by_id": actor.person_id,
        "due_on": clock.calendar().add(today, changing.DAYS_TO_FETCH),
        **dict.fromkeys(("id_method", "receipt", "receipt_note", "lost_note", "block_reason"), ""),
    }
    made = insert(CREDENTIAL).values(row).on_conflict_do_nothing().returning(CREDENTIAL.c.id)
    credential_id = db.session.scalar(made)
    if credential_id is None:
        raise NotAllowed("serial_taken", field="serial")
    credential = db.session.get_one(Credential, credential_id)
    _attach(credential, held)
    ask_to_hand_over(credential, now)
    changing.tell(credential, "programmed", actor, now)
    return credential


def _attach(credential: Credential, held: Sequence[Grant]) -> None:
    rows = [{"credential_id": credential.id, "grant_id": grant.id} for grant in held]
    db.session.execute(insert(CARRIES).values(rows).on_conflict_do_nothing())
    db.session.expire(credential, ["grants"])


def ask_to_hand_over(credential: Credential, now: datetime) -> None:
    """Ask those who hand out (level UTL), and the system's managers."""
    named = changing.managers(credential, now)
    others = queries.who_hand_out(credential.system_id, but=credential.subject_id)
    known = {asked.party.id for asked in named}
    asked = (*named, *(Asked(p, "addressee", "hands_out") for p in others if p.id not in known))
    changing.ask(changing.HAND_OVER, credential, asked, now)


def replace(old: Credential, serial: str, kind: str, actor: Actor, now: datetime) -> Credential:
    """A new tag in place of one that is lost, handed back or blocked: a new hand-over of the same rights, and no order.

    Raises NotAllowed: not_self, serial_needed, serial_taken, nothing_to_carry; Conflict when there is another already.
    """
    changing.refuse_self(old, actor)
    wanted = normal(serial)
    if not wanted or len(wanted) > LONGEST_SERIAL or kind not in KINDS:
        raise NotAllowed("serial_needed", field="serial")
    queries.hold(old.id)
    if old.status in ("programmed", "handed_out") and old.block_ordered_at is None:
        raise Conflict("credential_changed", credential_id=old.id)
    if queries.replacement(old) is not None:
        raise Conflict("credential_replaced", credential_id=old.id)
    lasting = [grant for grant in old.grants if grant.status in changing.HELD]
    if not lasting:
        raise NotAllowed("nothing_to_carry")
    return make(lasting, wanted, kind, actor, now)
