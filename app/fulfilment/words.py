"""What an act on a group waits for, and how it ended, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

REASONS = {
    "": "",
    "directory_unavailable": _("Katalogen svarar inte."),
    "employment_unknown": _("Katalogen kan inte säga om personen är anställd."),
    "not_employed": _("Personen är inte anställd enligt katalogen."),
    "no_account": _("Personen har inget konto som går att använda."),
    "unknown_account": _("Inget konto i katalogen är personens."),
    "several_accounts": _("Personen har flera konton, och det går inte att säga vilket."),
    "group_missing": _("Gruppen finns inte i katalogen."),
    "group_ambiguous": _("Flera grupper i katalogen har namnet."),
    "protected_group": _("Gruppen är en av domänens egna eller leder till en sådan. Den ändras aldrig av Behörig."),
    "not_in_catalogue": _("Systemkatalogen nämner inte gruppen. Den ändras inte."),
    "changed_row": _("Ändringen hör inte ihop med någon behörighet. Den görs inte."),
    "separate_account": _("Nivån är för ett separat administratörskonto. En systemförvaltare lägger in det."),
    "no_right": _("Kontot får inte ändra gruppen."),
    "refused": _("Katalogen nekade ändringen."),
    "not_confirmed": _("Ändringen gick inte att läsa tillbaka."),
    "through_group": _("Personen är med genom en annan grupp."),
    "still_needed": _("Personen har en annan behörighet till samma grupp."),
    "turned_off": _("BEHORIG_LDAP_WRITE är av."),
    "by_hand": _("Någon har gjort det för hand."),
    "not_needed": _("Det behövs inte längre."),
}


def reason(code: str) -> object:
    """The code in words."""
    return REASONS[code]
