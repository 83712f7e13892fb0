"""What an authorised orderer takes on (rules.md C9). A changed text gets a new version: acceptances keep theirs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

VERSION = "1.0"
MAY = (
    _("Beställa och avsluta behörigheter åt dem som arbetar i enheterna, i de system som uppdraget gäller."),
    _("Beställa åt flera på en gång, och följa enhetens beställningar."),
)
MAY_NOT = (
    _("Beställa åt sig själv i rollen som behörig beställare."),
    _("Godkänna beställningar: att få beställa är inte att få godkänna."),
    _("Beställa i andra system eller åt andra enheter än uppdraget säger."),
    _("Låta någon annan beställa i sitt ställe."),
)
DUTIES = (
    _("Beställ bara det som behövs för arbetet, och skriv varför."),
    _("Avsluta det som inte längre behövs."),
    _("Skriv aldrig uppgifter om klienter, elever eller patienter i en beställning."),
)
