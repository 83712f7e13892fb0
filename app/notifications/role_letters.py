"""Mails about roles rather than about orders (rules.md C9, W15, W16). As ``letters``: they write nothing.

| Function | Template | To | Says |
|---|---|---|---|
| deputy_named | deputy_named | the deputy | for whom, from when to when, and when they are asked |
| deputy_ended | deputy_ended | the deputy, whoever had one | that it is over; ``reason`` employment_ended: left |
| orderer_asked | orderer_asked | nominee, registrars, nominator | question: accept, register or confirm; by when |
| handover_asked | handover_asked | the successor | which role, from which day, by when to answer |
| handover_told | handover_told | the others | outcome: accepted, declined, lapsed, completed, withdrawn |
| orderer_told | orderer_told | nominee, nominator | outcome: active, declined, lapsed, suspended, ended |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.notifications.letter import Letter, iso

DEPUTIES_PATH = "/deputies/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``deputy_id`` acts for ``person_id``. Names are empty where none may be written (protected identity)."""

    deputyship_id: int
    person_id: int
    deputy_id: int
    person_name: str
    deputy_name: str
    valid_from: date
    valid_to: date
    absence: bool


def deputy_named(standing: Standing) -> Letter:
    """Somebody is to act for somebody else for a time."""
    return _letter("deputy_named", standing, "deputy", standing.deputy_id)


def deputy_ended(standing: Standing, reason: str) -> tuple[Letter, Letter]:
    """It is over before its time: one mail to the deputy, and one to whoever had one."""
    return (
        _letter("deputy_ended", standing, "deputy", standing.deputy_id, reason),
        _letter("deputy_ended", standing, "principal", standing.person_id, reason),
    )


def _letter(template: str, standing: Standing, role: str, recipient_id: int, reason: str = "") -> Letter:
    return Letter(
        key=f"{template}:{standing.deputyship_id}:{recipient_id}",
        template=template,
        recipient_id=recipient_id,
        data={
            "role": role,
            "person_name": standing.person_name,
            "deputy_name": standing.deputy_name,
            "valid_from": iso(standing.valid_from),
            "valid_to": iso(standing.valid_to),
            "absence": standing.absence,
            "reason": reason,
            "url_path": DEPUTIES_PATH,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Orderer:
    """One authorised orderer on the way. Names are empty where none may be written; ``round`` parts two Septembers."""

    orderer_id: int
    orderer_name: str
    nominator_name: str
    units: str
    valid_to: date
    round: str = ""


def orderer_asked(recipient_id: int, about: Orderer, question: str, *, due_on: date, reminder: int = 0) -> Letter:
    """Somebody is to accept, register or confirm; ``reminder`` 1 and on: has not done so yet."""
    facts = {"question": question, "due_on": iso(due_on), "is_reminder": reminder > 0}
    return _about_orderer("orderer_asked", recipient_id, about, f"{question}{about.round}:{reminder}", **facts)


def orderer_told(recipient_id: int, about: Orderer, outcome: str, *, reason: str = "", own: bool) -> Letter:
    """What became of it; ``own``: the orderer hears it, not whoever nominated."""
    facts = {"outcome": outcome, "reason": reason, "own": own}
    return _about_orderer("orderer_told", recipient_id, about, f"{outcome}{about.round}", **facts)


def _about_orderer(template: str, recipient_id: int, about: Orderer, occasion: str, **facts: object) -> Letter:
    return Letter(
        key=f"{template}:{about.orderer_id}:{recipient_id}:{occasion}",
        template=template,
        recipient_id=recipient_id,
        data={
            "orderer_name": about.orderer_name,
            "nominator_name": about.nominator_name,
            "units": about.units,
            "valid_to": iso(about.valid_to),
            "url_path": f"/orderers/{about.orderer_id}",
            **facts,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A role that goes from one to another. ``place``: the system, the unit or the board; may be empty."""

    handover_id: int
    role_code: str
    place: str
    from_name: str
    to_name: str
    on_date: date


def handover_asked(recipient_id: int, about: Handover, *, due_on: date, reminder: int = 0) -> Letter:
    """Somebody is to take a role over; ``reminder`` 1 and on: has not answered yet."""
    facts = {"due_on": iso(due_on), "is_reminder": reminder > 0}
    return _about_handover("handover_asked", recipient_id, about, str(reminder), **facts)


def handover_told(recipient_id: int, about: Handover, outcome: str, *, own: bool) -> Letter:
    """What became of it; ``own``: the successor hears it."""
    return _about_handover("handover_told", recipient_id, about, outcome, outcome=outcome, own=own)


def _about_handover(template: str, recipient_id: int, about: Handover, occasion: str, **facts: object) -> Letter:
    return Letter(
        key=f"{template}:{about.handover_id}:{recipient_id}:{occasion}",
        template=template,
        recipient_id=recipient_id,
        data={
            "role_code": about.role_code,
            "place": about.place,
            "from_name": about.from_name,
            "to_name": about.to_name,
            "on_date": iso(about.on_date),
            "url_path": "/roles/",
            **facts,
        },
    )
