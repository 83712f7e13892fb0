"""The reasons for an emergency in words (workflows/emergency.py), and what is said when it cannot go on."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

REASONS = {
    "life": _("Fara för liv eller hälsa"),
    "staffing": _("Ingen med behörighet är på plats"),
    "disturbance": _("Fel i ett system eller i en byggnad"),
    "security": _("Säkerhetshändelse"),
    "crisis": _("Kris eller extraordinär händelse"),
}

ORDINARY = _("Gör en vanlig beställning om behörigheten behövs längre.")
# Heading, what happened, and what to do (app/errorpages/words.py).
REFUSALS = {
    "emergency_not_changed": (
        _("Det går inte enligt reglerna"),
        _("En nödbehörighet förlängs bara av systemägaren, och byter inte nivå. Inget har ändrats."),
        ORDINARY,
    ),
    "emergency_over": (
        _("Nödbehörigheten har upphört"),
        _("Tiden hann gå ut, så den kan inte förlängas. Inget har ändrats."),
        ORDINARY,
    ),
    "emergency_extended": (
        _("Det har hänt något sedan du öppnade sidan"),
        _("Nödbehörigheten är redan förlängd, och det går bara en gång."),
        ORDINARY,
    ),
    "not_your_emergency": (
        _("Du kan inte förlänga den här nödbehörigheten"),
        _("Det gör systemägaren, om hon eller han inte själv har bett om den eller tilldelat den."),
        _("Kontakta systemägaren, eller informationssäkerhetssamordnaren om ägaren inte kan svara."),
    ),
}


def reason(code: str) -> str:
    """What has happened, in words; the code itself when it is not known."""
    return str(REASONS.get(code, code))
