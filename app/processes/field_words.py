"""What each field of a definition is called in a sentence about what differs, whichever part it is of."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

FIELDS: Mapping[str, object] = {
    "name": _("stegets namn"),
    "state": _("läget som frågan ställs i"),
    "task": _("uppgiften"),
    "ask": _("vem som får frågan"),
    "otherwise": _("vem som annars får frågan"),
    "beside": _("vilka fler som ska svara"),
    "needs.total": _("hur många olika personer som ska svara"),
    "needs.each": _("hur många av varje som ska svara"),
    "clock.due": _("svarstiden"),
    "clock.anchor": _("vad påminnelserna räknas från"),
    "clock.reminders": _("påminnelserna"),
    "clock.escalations": _("vilka fler som får frågan"),
    "clock.lapse": _("när den förfaller"),
    "lapse": _("hur länge den väntar"),
    "kind": _("slaget av läge"),
    "yearly": _("månaden då frågan ställs varje år"),
    "only_profiles": _("vilka skyddsnivåer det gäller"),
    "only_kinds": _("vilka slags beställningar det gäller"),
    "only_employment_forms": _("vilka anställningsformer det gäller"),
    "only_boards": _("vilka nämnders medarbetare det gäller"),
    "only_zones": _("vilka zoner det gäller"),
    "only_crossing": _("om det gäller över nämndgränser"),
    "only_licensed": _("om den bara ställs om nivåer för legitimerad personal"),
    "from_confidentiality": _("från vilken konfidentialitetsklass det gäller"),
    "about": _("vad processen handlar om"),
    "gives": _("lägena där något är tilldelat"),
    "skip_if_ordered_by_addressee": _("om den som själv beställer slipper frågan"),
    "same_answer_as": _("vilka tidigare svar som räknas"),
    "distinct_from": _("vilka steg som någon annan ska ha svarat i"),
    "trigger": _("vad som händer"),
    "source": _("läget före"),
    "target": _("läget efter"),
    "by": _("vem som får göra det"),
    "guards": _("reglerna som prövas"),
    "title": _("namnet"),
    "profiles": _("skyddsnivåerna"),
    "kinds": _("slagen av beställningar"),
    "link_may_decide": _("vad som får godkännas från länken i ett mail"),
    "longest_days": _("den längsta tiden"),
    "review_months": _("hur ofta behörigheten granskas"),
    "records": _("vad som sparas vid tilldelningen"),
    "examples": _("exemplen"),
    # Of a question.
    "type": _("hur den besvaras"),
    "label": _("frågans text"),
    "hint": _("förklaringen"),
    "section": _("rubriken ovanför"),
    "required": _("om den måste besvaras"),
    "step": _("vilket steg som besvarar den"),
    "choices": _("alternativen"),
    "fills": _("vad svaret fyller i"),
    "accepts": _("vilka risker svaret godtar"),
    # Of a life: a role, a deputy, a handover, a paper form.
    "life.begins": _("läget som det börjar i"),
    "life.apart": _("vilka som alltid är olika personer"),
    "life.longest_months": _("den längsta tiden"),
    "life.records": _("vad som skrivs ner"),
    "life.stories": _("exemplen"),
    # Of a matter: a system, an integration.
    "matters.series": _("vad ärendenumren börjar med"),
    "matters.renewal": _("hur länge ett godkännande gäller"),
    "matters.renewal.months": _("hur länge ett godkännande gäller"),
    "matters.renewal.secret_months": _("hur länge ett godkännande gäller från K3"),
    "matters.renewal.ahead": _("hur långt före slutet det prövas på nytt"),
    "matters.may_open": _("vilka som får öppna ett ärende"),
    "matters.needs": _("vad ett system behöver"),
    "matters.never_excepted": _("vad som aldrig får undantas"),
}
# Fields that are kept by name: what comes after the point is the name.
NAMED: Mapping[str, object] = {
    "life.people": _("vad %(name)s kallas"),
    "life.days": _("tiden %(name)s"),
    "life.words.states": _("namnet på läget %(name)s"),
    "life.words.steps": _("namnet på steget %(name)s"),
    "life.words.moves": _("namnet på handlingen %(name)s"),
    "matters.words.states": _("namnet på läget %(name)s"),
    "matters.words.steps": _("namnet på steget %(name)s"),
    "matters.words.moves": _("namnet på handlingen %(name)s"),
    "matters.lifecycle": _("vad systemet blir i läget %(name)s"),
    "required_when": _("efter vilka svar på %(name)s den måste besvaras"),
}
LANGUAGES: Mapping[str, object] = {"sv": _("på svenska"), "en": _("på engelska")}


def named(field: str) -> str:
    """What a field is called; its code where it has no word yet."""
    if field in FIELDS:
        return str(FIELDS[field])
    whole, _point, last = field.rpartition(".")
    if last in LANGUAGES:
        return gettext("%(field)s %(language)s", field=named(whole), language=LANGUAGES[last])
    for prefix, words in NAMED.items():
        if field.startswith(f"{prefix}."):
            return str(words) % {"name": field.removeprefix(f"{prefix}.").replace("_", " ")}
    return field


def is_named(field: str) -> bool:
    """True of what comes and goes by its name, such as a word or a person of a life."""
    return any(field.startswith(f"{prefix}.") for prefix in NAMED)
