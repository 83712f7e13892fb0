"""The guards in plain words: what each asks, and what follows when the answer is no (rules.md C0.3, C10, C14)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

# A short name, a colon, and what is asked.
RULES: Mapping[str, object] = {
    "G1": _("Anställning: personen är anställd eller börjar inom 60 dagar. Har anställningen upphört makuleras den."),
    "G2": _("Grundbehörighet: personen har en aktiv grundbehörighet. Annars väntar beställningen på den."),
    "G3": _("Öppet system: systemet är i drift, har ägare och förvaltare, och riktlinjen gäller."),
    "G4": _("Ingen dubblett: det finns inte redan en sådan beställning eller behörighet."),
    "G5": _("Rätt att beställa: man själv, närmaste chef, chefens chef eller en behörig beställare."),
    "G6": _("Inte sig själv: ingen beslutar om sin egen behörighet eller om en beställning som de själva har gjort."),
    "G7": _("Fyra ögon: den som tilldelar har varken beställt eller godkänt, där skyddet kräver det."),
    "G8": _("Utbildning: kurserna som nivån kräver är genomförda och gäller. Annars väntar beställningen."),
    "G9": _("Sekretess: personen har skrivit under den sekretessförbindelse som nivån kräver. Annars väntar den."),
    "G10": _("Tid: perioden börjar tidigast i dag, ryms i anställningen och är högst så lång som nivån tillåter."),
    "G11": _("Ändamål: motiveringen säger vad behörigheten ska användas till, utan personnummer."),
    "G12": _("Annan nämnd: personens nämnd är systemets, eller laglig grund är angiven och båda sidor får frågan. "
             "Annars nekas den."),
    "G13": _("Giftiga par: behörigheten bildar inte en otillåten kombination med en annan."),
    "G14": _("Skyddade uppgifter: den som har skyddad identitet visas bara för den som utför."),
    "G15": _("Frystid: inget tilldelas medan systemet är fryst. Uppgiften väntar till dess."),
    "G16": _("Inga öppna fynd: personen har ingen allvarlig avvikelse i systemet."),
    "G17": _("Uppdrag: den som inte är anställd har en ansvarig, ett avtal och ett slutdatum."),
    "G18": _("Klass: informationsklass K4 kan inte beställas."),
    "G19": _("Lägre nivå: den nivå som föreslås ger mindre än den som är beställd, i samma system."),
    "G20": _("Båda sidor: över en nämndgräns har även chefen för personens egen förvaltning godkänt, för den nämnd där "
             "personen är nu."),
    "M1": _("Ifyllt: alla frågor som ska vara besvarade nu är det."),
    "M2": _("Risker: varje risk på 9 eller mer har en åtgärd, eller är godtagen av ägaren."),
    "M3": _("Villkor: det som beslutades med villkor är gjort."),
    "M4": _("Redo: systemet har det som krävs, eller ett undantag av ägaren med slutdatum."),
    "M5": _("Tomt: ingen har någon behörighet i systemet längre."),
}  # fmt: skip


def name(code: str) -> str:
    """The short name of a rule: what stands before its colon."""
    return str(RULES.get(code, code)).partition(":")[0]


def text(code: str) -> str:
    """What a rule asks, and what follows; the code itself when it has no words yet."""
    told = str(RULES.get(code, code)).partition(": ")[2]
    return told[:1].upper() + told[1:] or code


def named(code: str) -> str:
    """``G2 (Grundbehörighet)``; the code alone when it has no words yet."""
    return f"{code} ({name(code)})" if code in RULES else code
