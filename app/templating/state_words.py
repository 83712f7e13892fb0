"""The words, colours and icons of states and protection profiles (domain/glossary.md)."""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import lazy_gettext as _


class Look(NamedTuple):
    """A word with its colour (``done``, ``now``, ``wait``, ``stop``, ``idle``) and icon: never colour alone."""

    word: object
    tone: str
    icon: str


REQUEST_STATES = {
    "draft": Look(_("Utkast"), "idle", "pencil"),
    "requested": Look(_("Väntar på chef"), "now", "person"),
    "waiting_prerequisites": Look(_("Väntar på förutsättningar"), "wait", "pause"),
    "receiving_requested": Look(_("Väntar på mottagande chef"), "now", "person"),
    "manager_approved": Look(_("Chefsgodkänd"), "now", "check"),
    "other_board_requested": Look(_("Väntar på personens egen förvaltning"), "now", "person"),
    "owner_approved": Look(_("Godkänd av systemägare"), "now", "check"),
    "lower_proposed": Look(_("Lägre nivå föreslagen"), "wait", "question"),
    "granted": Look(_("Tilldelad"), "done", "check"),
    "revoked": Look(_("Återkallad"), "idle", "undo"),
    "rejected": Look(_("Avslagen"), "stop", "cross"),
    "returned": Look(_("Åter för komplettering"), "wait", "undo"),
    "withdrawn": Look(_("Återtagen"), "idle", "undo"),
    "lapsed": Look(_("Förfallen"), "stop", "clock"),
    "cancelled": Look(_("Makulerad"), "idle", "cross"),
}

GRANT_STATES = {
    "pending_activation": Look(_("Väntar på att börja gälla"), "wait", "pause"),
    "active": Look(_("Aktiv"), "done", "check"),
    "suspended": Look(_("Vilande"), "wait", "pause"),
    "expired": Look(_("Utgången"), "stop", "clock"),
    "revocation_pending": Look(_("Under avslut"), "wait", "clock"),
    "revoked": Look(_("Återkallad"), "idle", "undo"),
}

# Of lives (workflows/life.py), whose words are in their definitions: colour and icon by state, else by its kind.
LIFE_TONES = {
    "nominated": ("wait", "question"),
    "proposed": ("wait", "question"),
    "declined": ("stop", "cross"),
    "lapsed": ("stop", "clock"),
    "given": ("done", "check"),
    "open": ("wait", "clock"),
    "waiting": ("wait", "pause"),
    "final": ("idle", "undo"),
}

STATES = GRANT_STATES | REQUEST_STATES

PROFILES = {
    "basic": Look(_("Grundskydd"), "idle", "shield"),
    "standard": Look(_("Normalt skydd"), "idle", "shield"),
    "sensitive": Look(_("Känsliga uppgifter"), "wait", "shield"),
    "privileged": Look(_("Utökade rättigheter"), "wait", "shield"),
    "physical": Look(_("Lokaler och nycklar"), "idle", "key"),
    "forbidden": Look(_("Kan inte beställas"), "stop", "lock"),
}

UNKNOWN = Look("", "idle", "question")


def look(code: str) -> Look:
    """Word, tone and icon of a state of a request or a grant; the code itself as word when it is not known."""
    return STATES.get(code) or UNKNOWN._replace(word=code)


def life_tone(state: str, kind: str) -> tuple[str, str]:
    """Tone and icon of a life's state; ``kind`` is that of the state, or ``given``."""
    return LIFE_TONES.get(state) or LIFE_TONES.get(kind) or (UNKNOWN.tone, UNKNOWN.icon)


def profile(code: str) -> Look:
    """Word, tone and icon of a protection profile."""
    return PROFILES.get(code) or UNKNOWN._replace(word=code)


FILTERS = {"look": look, "profile": profile}
