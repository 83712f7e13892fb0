"""What tags are called, where they stand, and what is refused about them, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.premises.models import Credential
from app.templating.state_words import Look

KINDS = {"tag": _("Tagg"), "card": _("Kort"), "key": _("Nyckel")}
ID_METHODS = {
    "id_card": _("Id-kort"),
    "driving_licence": _("Körkort"),
    "passport": _("Pass"),
    "service_card": _("Tjänstekort med foto"),
    "known": _("Känd av den som lämnar ut"),
}
LOOKS = {
    "programmed": Look(_("Väntar på utlämning"), "wait", "pause"),
    "unsigned": Look(_("Väntar på kvittens"), "wait", "pause"),
    "handed_out": Look(_("Utlämnad"), "done", "check"),
    "lost": Look(_("Förlorad, ska spärras"), "stop", "warning"),
    "lost_blocked": Look(_("Förlorad och spärrad"), "stop", "lock"),
    "to_block": Look(_("Ska spärras"), "stop", "warning"),
    "blocked": Look(_("Spärrad"), "stop", "lock"),
    "handed_back": Look(_("Återlämnad"), "idle", "undo"),
}
WHY_BLOCKED = {
    "lost": _("Den är anmäld förlorad."),
    "not_fetched": _("Den har inte hämtats och kvitterats inom tio arbetsdagar."),
    "not_back": _("Den har inte återlämnats inom två arbetsdagar efter sista dagen."),
}
ZONE_KINDS = {
    "ordinary": _("Vanlig"),
    "server_room": _("Serverrum"),
    "archive": _("Arkiv"),
    "medicine_room": _("Läkemedelsrum"),
    "alarm_centre": _("Larmcentral"),
    "school": _("Skola"),
}
REFUSALS = {
    "not_self": _("Det gäller dig själv. Någon annan behöver göra det."),
    "serial_differs": _("Det är ett annat nummer än på den som programmerades. Kontrollera att det är rätt."),
    "serial_needed": _("Skriv numret på taggen, kortet eller nyckeln."),
    "serial_taken": _("Det numret har någon annan. Kontrollera numret."),
    "id_method_needed": _("Välj hur personen visade vem hon eller han är."),
    "receipt_note_needed": _("Skriv var den underskrivna kvittensen finns."),
    "nothing_to_carry": _("Behörigheten har upphört, så det finns inget att öppna. Ta emot den i stället."),
    "personnummer": _("Texten innehåller något som ser ut som ett personnummer. Ta bort det."),
}
CONFLICTS = {
    "credential_changed": _("Någon annan hann före. Så här står det till nu."),
    "credential_replaced": _("Det finns redan en ny i stället för den här."),
}


def stands(credential: Credential) -> str:
    """The key of LOOKS for where the tag stands."""
    if credential.status == "lost":
        return "lost_blocked" if credential.blocked_at else "lost"
    if credential.status != "handed_back" and credential.block_ordered_at is not None:
        return "blocked" if credential.blocked_at else "to_block"
    if credential.status == "handed_out" and credential.received_at is None:
        return "unsigned"
    return credential.status


def look(credential: Credential) -> Look:
    """Word, tone and icon of where the tag stands."""
    return LOOKS[stands(credential)]
