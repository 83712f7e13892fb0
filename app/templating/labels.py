"""The words that people see for steps, roles, kinds and channels; states and events have files of their own."""

from __future__ import annotations

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from app.templating import event_words
from app.templating.dates import period

STEPS = {
    "ordered": _("Beställd"),
    "manager_approval": _("Chefen beslutar"),
    "sponsor_approval": _("Sponsorn beslutar"),
    "receiving_approval": _("Mottagande chef beslutar"),
    "owner_approval": _("Systemägaren beslutar"),
    "other_board_approval": _("Personens egen förvaltning beslutar"),
    "grant": _("Systemförvaltaren tilldelar"),
    "revoke": _("Systemförvaltaren avslutar"),
    "hand_over": _("Lämnas ut mot legitimation"),
    "receipt": _("Kvitteras"),
    "block": _("Systemförvaltaren spärrar"),
    "complete_request": _("Beställaren kompletterar"),
    "level_answer": _("Beställaren svarar om lägre nivå"),
    "prerequisite": _("Förutsättningar"),
    "approval": _("Beslut"),
    "opinion": _("Yttrande"),
    "confirmation": _("Bekräftelse"),
    "successor": _("Svar om efterträdande system"),
    "emergency_approval": _("Chefen godkänner i efterhand"),
    "emergency_followup": _("Systemägaren följer upp"),
    "emergency_closing": _("Samordnaren avslutar ärendet"),
    "log_check": _("Loggkontroll"),
}

STEPS_DONE = {
    "ordered": _("Beställd"),
    "manager_approval": _("Godkänd av chefen"),
    "sponsor_approval": _("Godkänd av sponsorn"),
    "receiving_approval": _("Godkänd av mottagande chef"),
    "owner_approval": _("Godkänd av systemägaren"),
    "other_board_approval": _("Godkänd av personens egen förvaltning"),
    "grant": _("Tilldelad"),
    "revoke": _("Avslutad"),
    "hand_over": _("Utlämnad"),
    "receipt": _("Kvitterad"),
    "block": _("Spärrad"),
    "complete_request": _("Kompletterad"),
    "level_answer": _("Lägre nivå godtagen"),
    "prerequisite": _("Förutsättningarna är uppfyllda"),
    "approval": _("Godkänd"),
    "opinion": _("Yttrandet är lämnat"),
    "confirmation": _("Bekräftad"),
    "emergency_followup": _("Nödbehörigheten är uppföljd"),
}

ACTS = {
    "manager_approval": _("Besluta"),
    "sponsor_approval": _("Besluta"),
    "receiving_approval": _("Besluta"),
    "owner_approval": _("Besluta"),
    "other_board_approval": _("Besluta"),
    "grant": _("Tilldela"),
    "introduction": _("Introducera"),
    "provision": _("Lägg in"),
    "activation": _("Bekräfta"),
    "revoke": _("Avsluta"),
    "hand_over": _("Lämna ut"),
    "receipt": _("Kvittera"),
    "block": _("Spärra"),
    "complete_request": _("Komplettera"),
    "level_answer": _("Svara om lägre nivå"),
    "prerequisite": _("Se vad som saknas"),
    "approval": _("Besluta"),
    "opinion": _("Yttra dig"),
    "confirmation": _("Bekräfta"),
    "successor": _("Svara för dina medarbetare"),
    "emergency_approval": _("Besluta"),
    "emergency_followup": _("Följ upp"),
    "emergency_closing": _("Avsluta ärendet"),
    "log_check": _("Kontrollera loggen"),
}

LOWERING = {"propose_lower": _("Lägre nivå föreslagen"), "decline_lower": _("Beställaren tackade nej")}

ROLES = {
    "line_manager": _("chef"),
    "next_level_manager": _("chefens chef"),
    "sponsor": _("sponsor"),
    "reviewer": _("den som granskar"),
    "receiving_manager": _("chef för den mottagande enheten"),
    "system_owner": _("systemägare"),
    "system_manager": _("systemförvaltare"),
    "zone_owner": _("lokalansvarig"),
    "hands_out": _("utlämnare"),
    "authorised_orderer": _("behörig beställare"),
    "orderer": _("beställare"),
    "subject": _("den som ska ha behörigheten"),
    "deputy": _("ersättare"),
    "successor": _("efterträdaren"),
    "proposer": _("den som föreslog"),
    "nominee": _("den som är föreslagen"),
    "nominator": _("den som föreslog"),
    "registrar": _("den som registrerar"),
    "principal": _("den som har en ersättare"),
    "escalation": _("får frågan eftersom ingen har svarat"),
    "infosec_coordinator": _("informationssäkerhetssamordnare"),
    "coordinator": _("informationssäkerhetssamordnare"),
    "it_manager": _("IT-chef"),
    "data_protection_officer": _("dataskyddsombud"),
    "other_system_owner": _("det andra systemets ägare"),
    "auditor": _("internrevisor"),
    "duty_officer": _("IT-jour"),
    "hr": _("HR"),
    "terminator": _("chefen, HR eller IT-chefen"),
    "role:duty_officer": _("IT-jour"),
    "manager": _("chef"),
    "administrator": _("administratör"),
    "board_manager": _("förvaltningschef"),
    "system_board_manager": _("förvaltningschef på systemets sida"),
    "employee": _("medarbetare"),
    "time": _("tidsgränsen"),
    "directory": _("personalkatalogen"),
    "system": _("systemet"),
}

CHANNELS = {
    "web": _("på webben"),
    "mail-link": _("via länken i mailet"),
    "system": _("automatiskt"),
    "cli": _("från kommandoraden"),
}

KINDS = {
    "new": _("Ny behörighet"),
    "change": _("Ändring"),
    "extend": _("Förlängning"),
    "temporary_other_unit": _("Tillfällig behörighet i annan enhet"),
    "emergency": _("Nödbehörighet"),
    "end": _("Avslut"),
}

OBSTACLES = {
    "planned": _("Systemet är inte i drift ännu."),
    "lifecycle": _("Systemet avvecklas, så inget nytt kan beställas i det."),
    "inactive": _("Nivån används inte längre."),
    "guideline": _("Riktlinjen för systemet saknas eller har gått ut. Systemägaren behöver besluta om en ny."),
    "part_of_base": _("Ingår i grundbehörigheten. Du behöver inte beställa den."),
    "external": _("Bara för samverkansparter. Kontakta systemförvaltaren."),
    "process": _("Kan inte beställas här ännu. Kontakta systemförvaltaren."),
}


def step_title(kind: str, status: str = "next") -> str:
    """What a step is called: as an act while it is ahead or under way, as a result when it is done."""
    return str((STEPS_DONE if status == "done" else STEPS).get(kind, kind))


def act(kind: str) -> str:
    """The verb of a task: ``Besluta``, ``Tilldela``, ``Avsluta``, ``Komplettera``."""
    return str(ACTS.get(kind, gettext("Öppna")))


def role(code: str) -> str:
    """In what capacity somebody acts or is asked. A role that only a process names is told by its name."""
    kind, _named, name = code.partition(":")
    return by_name(kind, name) if name else str(ROLES.get(code, code))


def by_name(kind: str, name: str) -> str:
    """Somebody by a named role of the organisation, or whom a field of the form names."""
    if kind == "field":
        return gettext("den som anges i fältet %(field)s", field=name.replace("_", " "))
    return str(ROLES.get(name) or name.replace("_", " "))


def channel(code: str) -> str:
    """By which way an act came in."""
    return str(CHANNELS.get(code, code))


def kind(code: str) -> str:
    """What an order asks for: a new right, a change, an extension or an end."""
    return str(KINDS.get(code, code))


def obstacle(code: str) -> str:
    """Why a level cannot be ordered (``app.catalogue.queries.obstacles``)."""
    return str(OBSTACLES.get(code, code))


def given_name(person: object) -> str:
    """The name to call somebody by."""
    given = str(getattr(person, "given_name", "") or "")
    return given or str(getattr(person, "display_name", person)).split(" ")[0]


def upper_first(text: object) -> str:
    """Begins a line with it, and leaves the rest as it is: ``HR``, ``IT-chef``."""
    written = str(text)
    return written[:1].upper() + written[1:]


def genitive(name: str) -> str:
    """``Annas``, ``Markus``; in English ``Anna's``."""
    if str(get_locale() or "sv").startswith("en"):
        return f"{name}’s"
    return name if name[-1:].lower() in "sxz" else f"{name}s"


def initials(name: str) -> str:
    """One or two capitals for the round mark beside a name."""
    parts = [part for part in name.split() if part[:1].isupper()] or [name]
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper()


def short(text: str, most: int) -> str:
    """The text, cut with an ellipsis where it is longer than ``most`` letters: where a picture has no more room."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


FILTERS = {
    "upper_first": upper_first,
    "short": short,
    "step_title": step_title,
    "event_label": event_words.event_label,
    "act": act,
    "role": role,
    "channel": channel,
    "kind": kind,
    "obstacle": obstacle,
    "given_name": given_name,
    "genitive": genitive,
    "initials": initials,
    "period": period,
}
