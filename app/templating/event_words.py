"""What the moves of an order, and the events of the log, are called."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _

MOVES = {
    "submit": _("Beställningen skickades"),
    "resubmit": _("Beställningen kompletterades och skickades igen"),
    "resume": _("Förutsättningarna är uppfyllda, beställningen gick vidare"),
    "approve": _("Beställningen godkändes"),
    "approve_implicitly": _("Godkänd i och med beställningen, eftersom chefen beställde"),
    "same_answer": _("Godkänd även för den mottagande enheten, som har samma chef"),
    "grant": _("Behörigheten tilldelades"),
    "reject": _("Beställningen avslogs"),
    "return": _("Beställningen återsändes för komplettering"),
    "propose_lower": _("En lägre nivå föreslogs"),
    "accept_lower": _("Den lägre nivån godtogs, och beställningen gäller den"),
    "decline_lower": _("Den lägre nivån räckte inte, beställningen står kvar"),
    "withdraw": _("Beställningen återtogs"),
    "lapse": _("Beställningen förföll"),
    "cancel": _("Beställningen makulerades"),
    "revoke": _("Behörigheten återkallades"),
    "move_version": _("Beställningen flyttades till en ny version av processen"),
}

EVENTS = {
    "request_asked": _("Beställningen gick vidare"),
    "request_waiting": _("Beställningen började vänta"),
    "request_returned": _("Beställningen återsändes"),
    "request_rejected": _("Beställningen avslogs"),
    "request_withdrawn": _("Beställningen återtogs"),
    "request_lapsed": _("Beställningen förföll"),
    "request_cancelled": _("Beställningen makulerades"),
    "request_granted": _("Behörigheten tilldelades"),
    "request_revoked": _("Behörigheten återkallades"),
    "move_refused": _("Ett försök nekades"),
    "task_asked": _("Frågan ställdes"),
    "task_closed": _("Uppgiften stängdes"),
    "task_reassigned": _("Uppgiften vidarebefordrades"),
    "task_escalated": _("Fler fick frågan"),
    "grant_issued": _("Behörigheten började gälla"),
    "grant_introduced": _("Introduktionen gavs"),
    "grant_activated": _("Mottagandet bekräftades, behörigheten får användas"),
    "grant_provisioned": _("Medlemskapet i AD-gruppen är bekräftat"),
    "grant_write_queued": _("Ändringen i AD ställdes i kö"),
    "grant_write_confirmed": _("AD har ändrats, och ändringen lästes tillbaka"),
    "grant_write_handed_over": _("AD gick inte att ändra, uppgiften gick till systemförvaltarna"),
    "grant_write_retried": _("Ändringen i AD görs om"),
    "grant_write_dropped": _("Ändringen i AD behövs inte"),
    "finding_opened": _("Hittades utan beställning"),
    "credential_programmed": _("Taggen programmerades"),
    "credential_handed_out": _("Taggen lämnades ut"),
    "credential_received": _("Taggen kvitterades"),
    "credential_handed_back": _("Taggen lämnades tillbaka"),
    "credential_lost": _("Taggen anmäldes förlorad"),
    "credential_found": _("Spärren hävdes"),
    "credential_block_ordered": _("Taggen ska spärras"),
    "credential_blocked": _("Taggen spärrades"),
    "credential_not_back": _("Taggen är inte återlämnad"),
    "grant_suspended": _("Behörigheten vilar"),
    "grant_resumed": _("Ett hinder är borta, behörigheten får användas om inget annat hindrar"),
    "grant_extended": _("Behörigheten förlängdes"),
    "grant_revocation_ordered": _("Avslut beställdes"),
    "grant_replaced": _("Behörigheten ersattes av en annan nivå i systemet"),
    "grant_replaces": _("Den tidigare nivån avslutas"),
    "privileged_told": _("Samordnaren fick veta det"),
    "grant_revoked": _("Avslutet bekräftades"),
    "grant_end_near": _("Påminnelse om slutdatum"),
    "employment_changed": _("Anställningen ändrades"),
    "emergency_began": _("Nödbehörigheten började gälla"),
    "emergency_extended": _("Nödbehörigheten förlängdes"),
    "emergency_over": _("Nödbehörigheten upphörde"),
    "emergency_judged": _("Chefen svarade i efterhand"),
    "emergency_followed_up": _("Systemägaren följde upp"),
    "emergency_deviated": _("En avvikelse noterades"),
    "emergency_closed": _("Ärendet avslutades"),
    "control_attested": _("Intyg om systemet lämnades"),
    "control_risk_noted": _("En risk skrevs upp"),
    "control_risk_decided": _("Ägaren beslutade om en risk"),
    "control_risk_closed": _("En risk avslutades"),
    "log_check_drawn": _("Stickprovet för loggkontrollen drogs"),
    "log_check_saved": _("Svar i loggkontrollen sparades"),
    "log_check_signed": _("Loggkontrollen skrevs under"),
    "review_opened": _("Granskningen öppnade"),
    "review_ended": _("Tiden för granskningen gick ut"),
    "review_applying": _("Granskningen började genomföras"),
    "review_stopped": _("Granskningen stannade, eftersom den skulle ta bort mycket"),
    "review_released": _("Samordnaren släppte granskningen"),
    "review_passed_on": _("Någon annan svarar för en persons behörigheter"),
    "review_answered": _("Svar i granskningen sparades"),
    "review_applied": _("Svaren i granskningen fick verkan"),
    "review_closed": _("Granskningen skrevs under"),
    "review_cancelled": _("Granskningen avbröts"),
    "review_not_opened": _("Granskningen kunde inte öppna"),
    "mover_row_kept": _("Behålls i det nya arbetet"),
    "mover_row_anew": _("Beställs på nytt i det nya arbetet"),
    "mover_row_changing": _("En annan nivå behövs i det nya arbetet"),
    "mover_row_ending": _("Behövs inte i det nya arbetet"),
    "mover_row_removed": _("Ingen behöll den vid bytet av arbete"),
    "mover_row_overlap": _("Behövs för överlämningen av det gamla arbetet"),
    "mail_failed": _("Ett mail kom inte fram"),
    "mail_link_opened": _("Länken öppnades"),
}


def event_label(name: str) -> str:
    """A sentence for the name of an event, in CamelCase, snake_case or as in the log (``request.approve``).

    The name itself when it is not known.
    """
    if name.endswith(".refused"):
        return str(EVENTS["move_refused"])
    code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace(".", "_")
    return str(EVENTS.get(code) or MOVES.get(name.removeprefix("request."), name))
