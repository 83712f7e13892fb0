"""What the pages say of findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import format_date, format_decimal, ngettext
from flask_babel import gettext as _t
from flask_babel import lazy_gettext as _

from app import clock
from app.reconciliation.models import Finding
from app.templating.state_words import Look
from workflows import findings as rules

STILL_THERE = ("expired_still_member", "leaver_has_access")  # removed here, or to be, and still there

TYPES: Mapping[str, tuple[Any, Any]] = {
    "unapproved_membership": (
        _("Medlem utan beslut"),
        _("Är med i gruppen, men ingen har beställt det."),
    ),
    "copied_account": (
        _("Kopierat konto"),
        _("Har fått samma grupper som någon annan, på en gång och utan beställning."),
    ),
    "grant_without_membership": (
        _("Beslutad men inte medlem"),
        _("Har en behörighet, men är inte med i gruppen efter två läsningar."),
    ),
    "orphan_account": (
        _("Konto utan anställning"),
        _("Ett personalkonto är igång, och ingen anställning finns bakom det."),
    ),
    "leaver_has_access": (
        _("Har slutat men har kvar"),
        _("Anställningen är slut, och det som skulle vara borttaget finns kvar."),
    ),
    "nested_path": (
        _("Grupp inuti grupp"),
        _("En grupp som inte finns i systemkatalogen ger behörighet till dem som är med i den."),
    ),
    "uncatalogued_group": (
        _("Grupp utanför systemkatalogen"),
        _("Gruppen ser ut att höra till ett system, men ingen nivå använder den."),
    ),
    "manager_missing": (
        _("Chef saknas"),
        _("Personalkatalogen säger inte vem som är chef. Beställningar går till nästa nivå."),
    ),
    "expired_still_member": (
        _("Avslutad men medlem"),
        _("Behörigheten är avslutad, men personen är kvar i gruppen."),
    ),
    "toxic_combination": (
        _("Olämplig kombination"),
        _("Har två behörigheter som ingen bör ha samtidigt, utan undantag."),
    ),
    "role_gap": (
        _("Roll eller riktlinje saknas"),
        _("Systemet saknar ägare, har för få förvaltare eller en riktlinje som har gått ut."),
    ),
    "dormant": (
        _("Används inte"),
        _("Ingen har loggat in på länge. Behövs inte behörigheten tas den bort."),
    ),
    "manual_mismatch": (
        _("Kontolistan stämmer inte"),
        _("Listan från systemet och det som är beslutat säger olika saker."),
    ),
    "shared_or_generic": (
        _("Konto utan person"),
        _("Ett konto som inte hör till någon person är med i en känslig grupp."),
    ),
}
SEVERITIES = {
    "high": Look(_("Allvarlig"), "stop", "warning"),
    "medium": Look(_("Viktig"), "wait", "warning"),
    "low": Look(_("Mindre"), "idle", "info"),
}
STATES = {
    "open": Look(_("Att åtgärda"), "now", "clock"),
    "assigned": Look(_("Åtgärdas"), "wait", "clock"),
    "reopened": Look(_("Tillbaka"), "stop", "warning"),
    "resolved_removed": Look(_("Finns inte längre"), "done", "check"),
    "resolved_regularised": Look(_("Beställd i efterhand"), "done", "check"),
    "accepted_risk": Look(_("Godtagen risk"), "idle", "info"),
    "false_positive": Look(_("Ingen avvikelse"), "idle", "check"),
}
ACTS = {
    "remove": _("Beställ borttagning"),
    "order": _("Be chefen beställa i efterhand"),
    "accept": _("Godta risken en tid (systemägaren)"),
    "explain": _("Det är ingen avvikelse"),
}
DONE = {
    "remove": _("Borttagningen är beställd. Nästa läsning visar när den är gjord."),
    "order": _("Chefen har fått ett mejl. När beställningen är tilldelad är avvikelsen åtgärdad."),
    "accept": _("Risken är godtagen. Avvikelsen kommer tillbaka efter dagen."),
    "explain": _("Avvikelsen är avfärdad. Den kommer tillbaka om något nytt hittas."),
}
REFUSALS = {
    "nothing_chosen": _("Välj minst en i listan."),
    "answer_needed": _("Välj vad du vill göra."),
    "not_self": _("En av dem gäller dig själv. Be en kollega, och ta bort den ur valet."),
    "not_removable": _("Det går bara för avvikelser om en persons behörighet. Ta bort de andra ur valet."),
    "nobody_orders": _("En av personerna har ingen chef som kan beställa. Beställ borttagning i stället."),
    "until_needed": _("Välj till och med vilken dag."),
    "reason_too_short": _("Skriv varför, med minst 20 tecken."),
    "personnummer": _("Texten ser ut att innehålla ett personnummer. Ta bort det."),
    "back_dated": _("Dagen har redan varit. Välj i dag eller senare."),
    "risk_too_long": _("En risk godtas i högst sex månader. Välj en tidigare dag."),
    "must_be_settled": _("En av dem måste tas bort. Den kan inte godtas."),
    "not_owner": _("Bara systemägaren kan godta en risk, och samordnaren det som inte gäller ett system."),
}
# Of an account in a list, or a right without one (workflows/compliance.py).
CAUSES = {
    "no_right": _("utan beslut"),
    "wrong_level": _("en annan nivå än den som är beslutad"),
    "left": _("anställningen är slut"),
    "still_there": _("skulle vara borttaget"),
    "suspended": _("behörigheten vilar, men kontot är öppet"),
    "nobody": _("ingen person känns igen"),
    "several": _("flera personer kan vara den rätta"),
    "service_over": _("tiden som tjänstekonto är slut"),
    "dormant": _("ingen har loggat in på länge"),
    "no_account": _("beslutad, men kontot saknas i listan"),
    "disabled": _("beslutad, men kontot är stängt"),
}
GAPS = {
    "no_owner": _("Systemägare saknas"),
    "few_managers": _("För få systemförvaltare"),
    "guideline_expired": _("Riktlinjen har gått ut"),
}
MANAGERS = {
    "vacant": _("Ingen chef är angiven"),
    "oneself": _("Personen är angiven som sin egen chef"),
    "gone": _("Chefen har slutat"),
}


def title(type_: str) -> str:
    """What it is called."""
    return str(TYPES[type_][0]) if type_ in TYPES else type_


def what(finding: Finding, levels: Mapping[int, Any]) -> list[str]:
    """What the evidence says, a line for each piece; never a person's name."""
    return [_line(key, said, levels) for key, said in sorted(finding.evidence.items())]


def _line(key: str, said: Mapping[str, Any], levels: Mapping[int, Any]) -> str:
    if key in GAPS:
        return str(GAPS[key])
    if "why" in said:
        return str(MANAGERS[said["why"]])
    if "copied" in said:
        return " · ".join(_alike(one) for one in said["look_alikes"])
    if "cause" in said:
        account = _t("konto %(login)s", login=said["account"]) if said["account"] else ""
        level = levels[said["level"]].label if said.get("level") in levels else ""
        return ", ".join(filter(None, (level, account, str(CAUSES[said["cause"]]))))
    if "login" in said:
        return _t("Kontot %(login)s", login=said["login"] or said["dn"])
    parts = [levels[said["level"]].label] if said.get("level") in levels else []
    if path := said.get("path"):
        parts.append(_t("genom %(path)s", path=" › ".join(reversed(path))) if len(path) > 1 else path[0])
    elif group := said.get("group"):
        parts.append(group)
    if "members" in said:
        parts.append(_t("%(number)s medlemmar", number=said["members"]))
    if since := said.get("since"):
        parts.append(_t("först sedd %(day)s", day=str(since)[:10]))
    return ", ".join(parts) or title(key)


def _alike(one: Mapping[str, Any]) -> str:
    """Whose account it is like, and how much."""
    said = {"login": one["login"], "score": format_decimal(one["score"]), "number": len(one["common"])}
    return _t("likt %(login)s: %(score)s av 1, %(number)s gemensamma grupper", **said)


def refusal(code: str) -> str:
    """What is wrong, and what to do."""
    return str(REFUSALS[code])


def day(value: Any) -> str:
    """A date in words."""
    return format_date(value, "long")


def still_there(finding: Finding, today: date) -> str:
    """Of what is removed here and still there: for how many days that has been known; of others nothing."""
    if finding.type not in STILL_THERE or finding.state not in rules.OPEN:
        return ""
    days = (today - clock.local(finding.found_at).date()).days
    return ngettext("Kvar i katalogen, känt i %(num)d dag", "Kvar i katalogen, känt i %(num)d dagar", days)
