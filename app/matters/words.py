"""What is said about matters: what is wrong with an answer, what hinders a move, what a system lacks."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.requests import answer_words
from app.templating import state_words
from app.templating.state_words import Look
from workflows import level_rows

FAULTS: Mapping[str, object] = {
    **answer_words.FAULTS,
    "risk_incomplete": _("Varje risk behöver en beskrivning, en sannolikhet och en konsekvens."),
    "condition_incomplete": _("Varje villkor behöver en text och ett datum."),
    "exception_incomplete": _("Varje undantag behöver säga vad som saknas, varför och till när."),
    "exception_too_long": _("Ett undantag gäller högst sex månader."),
    "too_many_rows": _("Högst 50 rader."),
    "not_employed": _("Personen arbetar inte här. Välj någon annan."),
    "named_twice": _("Samma person två gånger. Välj någon annan, eller ta bort den ena."),
    "not_self": _("Du kan inte utse dig själv. Välj någon annan, eller vidarebefordra uppgiften."),
    "not_a_code": _("Skriv en kod med stora bokstäver, siffror och bindestreck, som börjar med en bokstav."),
    "not_in_use": _("Systemet är inte i drift, så det finns inget att avveckla."),
    "under_way": _("Systemet avvecklas redan i ett annat ärende."),
    "same_system": _("Ett system kan inte ersätta sig självt. Välj ett annat."),
    "code_taken": _("Koden används redan av ett annat system. Välj en annan."),
    "level_incomplete": _("Varje nivå behöver kod, namn, skyddsprofil och vad den ger rätt att göra."),
    "level_twice": _("Två nivåer har samma kod."),
    "admin_not_privileged": _("En nivå som ger rätt att administrera har utökade rättigheter."),
    "profile_too_weak": _(
        "En nivå har en för svag skyddsprofil. I K2 behövs minst normalt skydd, i K3 känsliga uppgifter."
    ),
    "never_excepted": _("Ägare och riktlinje kan inte undantas för ett system i klass K3."),
    "still_lacking": _("Enligt katalogen saknas det fortfarande."),
    "note_needed": _("Skriv vad som är på plats nu, till exempel ett diarienummer."),
}
REFUSALS: Mapping[str, object] = {
    "form_incomplete": _("Något som ska vara besvarat saknas. Återsänd ärendet, eller fyll i det som saknas."),
    "form_faults": _("Något i formuläret behöver ändras."),
    "risk_unhandled": _("En risk på 9 eller mer saknar åtgärd. Godta risken, eller återsänd ärendet."),
    "conditions_left": _("Alla villkor är inte klara. Markera dem som klara på ärendets sida först."),
    "not_ready": _("Systemet saknar något som det behöver. Se listan över vad som är på plats."),
    "rights_left": _("Någon har fortfarande behörighet i systemet."),
    "never_excepted": _("Det kan inte undantas för ett system i klass K3."),
    "reason_needed": _("Skriv varför, så att den som öppnade ärendet förstår."),
    "not_self": _("Du har öppnat ärendet själv, så någon annan behöver svara."),
    "nobody_to_ask": _("Det finns ingen att fråga. Kontakta informationssäkerhetssamordnaren."),
    "same_system": _("Välj två olika system."),
}
NEEDS: Mapping[str, object] = {
    "owner": _("Systemägare är utsedd"),
    "class": _("Informationsklass är satt"),
    "managers": _("Minst två systemförvaltare är utsedda"),
    "levels": _("Nivåer att beställa finns"),
    "executor": _("Det är bestämt vem som lägger in behörigheter"),
    "guideline": _("Riktlinjen för behörigheter är beslutad"),
    "continuity_plan": _("Reservrutin (plan B) finns"),
    "risk": _("Riskanalys är gjord"),
}
ACCESS: Mapping[str, object] = {"read": _("läsa"), "write": _("läsa och skriva"), "admin": _("administrera")}
STATUS: Mapping[str, object] = {"there": _("ja"), "excepted": _("undantag"), "lacking": _("saknas")}
CONDITION: Mapping[str, object] = {"open": _("väntar"), "done": _("klart"), "void": _("gäller inte längre")}
DECISION: Mapping[str, object] = {
    "approve": _("Godkänn"),
    "confirm": _("Bekräfta"),
    "restore": _("Ta i drift igen"),
    "retire": _("Avveckla"),
    "reject": _("Avslå"),
    "return": _("Återsänd för komplettering"),
}
ACTS: Mapping[str, object] = {
    "submit": _("Ärendet skickades"),
    "resubmit": _("Ärendet kompletterades och skickades igen"),
    "reopen": _("Ärendet öppnades för att godkännas på nytt"),
    "approve_implicitly": _("Räknas som godkänt genom ett tidigare svar"),
    "reject": _("Ärendet avslogs"),
    "return": _("Ärendet återsändes för komplettering"),
    "withdraw": _("Ärendet återtogs"),
    "lapse": _("Ärendet förföll"),
    "expire": _("Godkännandet gick ut"),
    "replace": _("Ersattes av ett nytt godkännande"),
    "suspend": _("Ställdes av"),
    "retire": _("Avvecklingen påbörjades"),
    "condition_met": _("Ett villkor blev klart"),
    "condition_near": _("Påminnelse om ett villkor skickades"),
    "renewal": _("Ett nytt godkännande påbörjades"),
    "handed_on": _("Ärendet fick en ny ansvarig"),
    "keep": _("Systemet behålls"),
    "end": _("Den sista dagen har passerat"),
    "close": _("Systemet avvecklades"),
    "document_made": _("Ett dokument till diariet skapades"),
    "successor_answered": _("Svar om vilka som behöver det nya systemet"),
}
TONES: Mapping[str, tuple[str, str]] = {
    "draft": ("idle", "pencil"),
    "returned": ("wait", "undo"),
    "suspended": ("stop", "pause"),
    "rejected": ("stop", "cross"),
    "lapsed": ("stop", "clock"),
    "withdrawn": ("idle", "undo"),
    "replaced": ("idle", "check"),
    "phasing_out": ("wait", "clock"),
    "kept": ("idle", "undo"),
    "retired": ("idle", "check"),
}


def fault(code: str) -> str:
    """What is wrong with an answer, and what to do."""
    return str(FAULTS.get(code, code))


def refusal(code: str) -> str:
    """Why a move is not allowed; empty for what other words tell."""
    return str(REFUSALS.get(code, ""))


def needs() -> list[tuple[str, str]]:
    """What a system can lack, by code."""
    return [(code, str(word)) for code, word in NEEDS.items()]


def profiles() -> list[tuple[str, str]]:
    """The profiles that a level can have, by code, weakest first."""
    return [(code, str(state_words.profile(code).word)) for code in level_rows.PROFILES]


def access() -> list[tuple[str, str]]:
    """What a level lets one do, by code."""
    return [(code, str(ACCESS[code])) for code in level_rows.ACCESS]


def verdict(task: str, code: str) -> object:
    """The word of an answer at a step of this kind."""
    return _("Lämna mitt svar") if task == "opinion" and code == "confirm" else DECISION[code]


def look(state: str, word: str, *, gives: bool, ends: bool) -> Look:
    """Word, colour and icon of a state that a definition names."""
    tone, icon = TONES.get(state) or (("done", "check") if gives else ("idle", "check") if ends else ("now", "clock"))
    return Look(word, tone, icon)
