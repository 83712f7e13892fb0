"""THE TABLE of what the service holds: each page that one can begin with, what it is for, and who may go there.

The menu at the top has what everybody needs each week; all else is found here, under what one comes to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from app import permissions
from app.directory.models import Person


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its endpoint, its name, what one does there, and the permission of those whom it is for.

    ``setting``: which setting has to be on for the page to be there.
    """

    endpoint: str
    title: Any
    what: Any
    permission: str = "page.own"
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that one goes to for the same reason."""

    title: Any
    entries: Sequence[Entry]


CONTENTS: Sequence[Group] = (
    Group(
        _l("Beställa och ha"),
        (
            Entry("catalogue.index", _l("Beställ behörighet"), _l("Sök bland systemen och välj en nivå.")),
            Entry("packages.index", _l("Rollpaket"), _l("Beställ på en gång det som brukar behövas i ett arbete.")),
            Entry("requests.index", _l("Mina beställningar"), _l("Se var de är, och vad som väntar.")),
            Entry("grants.index", _l("Mina behörigheter"), _l("Förläng, byt nivå eller avsluta.")),
            Entry("premises.index", _l("Mina taggar"), _l("Taggar, kort och nycklar som du har kvitterat.")),
            Entry("premises.lost", _l("Anmäl förlorad tagg"), _l("Dygnet runt. Den spärras samma dag.")),
            Entry("training.index", _l("Utbildningar"), _l("Dina kurser och förbindelser, och vad som saknas.")),
        ),
    ),
    Group(
        _l("Svara och ansvara"),
        (
            Entry("decisions.inbox", _l("Mina uppgifter"), _l("Det som väntar på ditt svar.")),
            Entry("grants.team", _l("Mina medarbetare"), _l("Vad var och en har, och till när."), "team.show"),
            Entry(
                "arrivals.index",
                _l("Nya medarbetare"),
                _l("De som saknar grundbehörighet, med en ifylld beställning."),
                "arrival.list",
            ),
            Entry(
                "assignments.index",
                _l("Uppdrag"),
                _l("De som arbetar här utan anställning, och vem som är deras sponsor."),
                "assignment.list",
                setting="assignments",
            ),
            Entry(
                "leavers.index",
                _l("De som slutar"),
                _l("Anmäl att någon slutar, gå igenom vad som ska lämnas, och se vad som är kvar."),
                "leaver.list",
            ),
            Entry(
                "absences.index",
                _l("Lång frånvaro"),
                _l("Vad som vilar när någon är borta länge, och att öppna det igen."),
                "absence.list",
            ),
            Entry(
                "movers.index",
                _l("Byte av arbete"),
                _l("Besluta om vad den som byter enhet, chef eller titel ska behålla."),
                "mover.list",
            ),
            Entry(
                "movers.held_moves",
                _l("Byten som väntar"),
                _l("När många byter på en gång väntar de här tills du har sagt vad det är."),
                "mover.held",
            ),
            Entry(
                "movers.reorganisations",
                _l("Omorganisationer"),
                _l("Hela enheter som blir andra: ett beslut i stället för ett ärende för var och en."),
                "reorganisation.list",
            ),
            Entry("appointments.deputies", _l("Ersättare"), _l("Vem som svarar när du är borta.")),
            Entry("systems.index", _l("System"), _l("De system som du förvaltar eller äger."), "system.show"),
            Entry(
                "premises.systems",
                _l("Taggar och zoner"),
                _l("Lämna ut, ta emot och spärra; zoner och lokalansvariga."),
                "credential.list",
            ),
            Entry("emergencies.index", _l("Nödbehörighet"), _l("Be om den, och se vad som gäller."), "emergency.list"),
            Entry(
                "log_checks.index",
                _l("Loggkontroller"),
                _l("Vad loggen i känsliga system visade, månad för månad."),
                "log_check.list",
            ),
            Entry(
                "control.index",
                _l("Systemens profil"),
                _l("Vad varje system har på plats och saknar: roller, planer, risker, avtal."),
                "control.list",
            ),
            Entry(
                "control.reports",
                _l("Årets internkontroll"),
                _l("En rapport för varje system och nämnd, klar till den 1 mars."),
                "control.list",
            ),
            Entry(
                "control.managers",
                _l("Alla systemförvaltare"),
                _l("Alla som förvaltar ett system, som sändlista."),
                "control.managers",
            ),
            Entry(
                "reviews.index",
                _l("Granskningar"),
                _l("Behövs behörigheterna fortfarande? Det som du ska svara för, och hur det går."),
            ),
            Entry("matters.index", _l("Ärenden"), _l("Integrationer och annat som flera beslutar om.")),
            Entry(
                "matters.board",
                _l("Integrationer"),
                _l("Alla integrationer mellan system, och hur de står."),
                "matter.board",
            ),
            Entry(
                "matters.systems",
                _l("System in och ut"),
                _l("System som tas i drift eller avvecklas, och det som får saknas en tid."),
                "matter.board",
            ),
            Entry("outages.index", _l("Avbrott"), _l("Anmäl ett avbrott, skriv ut blanketter."), "outage.list"),
            Entry(
                "access.index",
                _l("Vem har vad, och varför"),
                _l("Sök en person eller ett system, i dag eller en tidigare dag."),
                "access.search",
            ),
            Entry(
                "access.privileged",
                _l("Utökade rättigheter"),
                _l("Vem som kan administrera vad, och kvartalets lista."),
                "privileged.list",
            ),
            Entry(
                "reconciliation.findings",
                _l("Avvikelser"),
                _l("Det som katalogen har och ingen har beslutat, och tvärtom."),
                "finding.list",
            ),
            Entry(
                "userlists.index",
                _l("Kontolistor"),
                _l("Läs in vilka som har konto i ett system utanför katalogen, och se vad som skiljer."),
                "userlist.list",
            ),
            Entry(
                "reconciliation.inherited",
                _l("Sedan tidigare"),
                _l("Det som dina medarbetare hade när tjänsten togs i bruk, och som du svarar för."),
                "baseline.answer",
            ),
            Entry(
                "conflicts.index",
                _l("Olämpliga kombinationer"),
                _l("Nivåer som ingen bör ha samtidigt, och undantag."),
                "conflict.list",
            ),
        ),
    ),
    Group(
        _l("Vem som är vad"),
        (
            Entry("appointments.published", _l("Behöriga beställare"), _l("Vem som får beställa för vilken enhet.")),
            Entry("appointments.roles", _l("Roller"), _l("Dina roller, och att lämna över dem.")),
            Entry(
                "appointments.all_deputies",
                _l("Alla ersättare"),
                _l("Varje ersättarskap som gäller, i hela kommunen."),
                "deputy.all",
            ),
        ),
    ),
    Group(
        _l("Så fungerar det"),
        (
            Entry("processes.index", _l("Processer"), _l("Hur en beställning går till, och vilka regler som gäller.")),
            Entry(
                "reconciliation.readings",
                _l("Läsningar av katalogen"),
                _l("När katalogen lästes, och läsningar som hålls tills två personer har släppt dem."),
                "reading.show",
            ),
            Entry(
                "fulfilment.index",
                _l("Ändringar i katalogen"),
                _l("Vem som läggs in i och tas ur grupper, vad som väntar och varför."),
                "write.list",
            ),
            Entry(
                "hr_feed.index",
                _l("Filer från personalsystemet"),
                _l("Vad som kom, vad som hålls, och vad som behöver rättas i en fil."),
                "reading.show",
            ),
            Entry(
                "reconciliation.baseline_page",
                _l("Utgångsläge"),
                _l("Vad alla hade när tjänsten togs i bruk, och hur långt cheferna har kommit."),
                "baseline.show",
            ),
            Entry(
                "training.imports",
                _l("Läs in kurser"),
                _l("Genomförda kurser från en fil, med besked om varje rad."),
                "training.import",
            ),
            Entry("home.accessibility", _l("Tillgänglighet"), _l("Vad som fungerar för alla, och vad som brister.")),
        ),
    ),
)
# Pages that are reached in another way, each with the reason. tests/home/test_contents.py asks for it.
ELSEWHERE: Mapping[str, str] = {
    "home.start": "first in the menu",
    "home.more": "last in the menu",
    "home.favicon": "a file",
    "home.alive": "for the service manager",
    "home.ready": "for the proxy",
    "auth.login": "comes by itself",
    "auth.demo_login": "comes by itself",
    "access.privileged_table": "a button on the page of privileged access",
    "appointments.new_deputy": "a button on the deputies' page",
    "appointments.new_orderer": "a button on the orderers' page",
    "assignments.new": "a button on the assignments' page",
    "control.table": "a link on the page of the systems' profiles",
    "control.managers_table": "a link on the page of the systems' managers",
    "reviews.new": "a button on the reviews' page",
    "log_checks.table": "a link on the page of the checks",
    "emergencies.new": "a button on the emergencies' page",
    "movers.new_reorganisation": "a button on the reorganisations' page",
    "absences.new": "a button on the leaves' page",
    "movers.new": "a button on the movers' page",
    "outages.new": "a button on the outages' page",
    "leavers.new": "a button on the leavers' page",
    "leavers.at_once": "a button on the leavers' page",
    "processes.new": "a button on the processes' page",
}


def contents_for(person: Person) -> list[Group]:
    """The groups with the pages that the person may see; a group without any is left out."""
    seen = (Group(g.title, [e for e in g.entries if _is_there(e, person)]) for g in CONTENTS)
    return [group for group in seen if group.entries]


def _is_there(entry: Entry, person: Person) -> bool:
    if entry.setting and not getattr(current_app.extensions["settings"], entry.setting):
        return False
    return permissions.allowed(entry.permission, person)
