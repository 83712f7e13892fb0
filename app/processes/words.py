"""A definition in words: who is asked, by when, for which orders, and who does what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask_babel import format_date, gettext, ngettext
from flask_babel import lazy_gettext as _

from app.requests import lives
from app.templating import labels, state_words
from app.templating.state_words import Look
from workflows import variants
from workflows.conditions import Condition
from workflows.definition import Clock, Step, Transition, Workflow

ASKED: Mapping[str, object] = {
    "line_manager": _("närmaste chef"),
    "next_level_manager": _("chefens chef"),
    "sponsor": _("sponsorn"),
    "receiving_manager": _("chefen för den mottagande enheten"),
    "system_owner": _("systemägaren"),
    "system_managers": _("systemförvaltarna"),
    "board_manager": _("förvaltningschefen"),
    "system_board_manager": _("förvaltningschefen på systemets sida"),
    "coordinator": _("informationssäkerhetssamordnaren"),
    "it_manager": _("IT-chefen"),
    "other_system_owner": _("det andra systemets ägare"),
    "zone_owner": _("den som är lokalansvarig"),
    "data_protection_officer": _("dataskyddsombudet"),
    "orderer": _("beställaren"),
    "subject": _("den som ska ha behörigheten"),
    "deputy": _("en ersättare"),
    "functional_mailbox": _("systemets funktionsbrevlåda"),
}
BY: Mapping[str, object] = {
    "orderer": _("beställaren"),
    "parties": _("beställaren eller den som ska ha behörigheten"),
    "step": _("den som får frågan"),
    "steps": _("alla som får frågan"),
    "implicit": _("beställaren, som själv skulle ha fått frågan"),
    "system": _("Behörig"),
    "time": _("tidsgränsen"),
    "date": _("den dag som är bestämd"),
}
OF_LIVES: Mapping[str, object] = {
    "rules": _("reglerna, prövade för då och för nu,"),
    "parties": _("någon av dem, eller Behörig när tiden är ute eller någon slutar"),
}
ACTS: Mapping[str, object] = {
    "submit": _("skickar"),
    "resubmit": _("skickar igen"),
    "resume": _("låter gå vidare"),
    "approve": _("godkänner"),
    "approve_implicitly": _("godkänner genom att beställa"),
    "grant": _("tilldelar"),
    "propose_lower": _("föreslår en lägre nivå"),
    "accept_lower": _("godtar den lägre nivån"),
    "decline_lower": _("tackar nej till den lägre nivån"),
    "reject": _("avslår"),
    "return": _("återsänder"),
    "withdraw": _("återtar"),
    "lapse": _("låter förfalla"),
    "cancel": _("makulerar"),
    "revoke": _("återkallar"),
}
RECORDS: Mapping[str, object] = {
    "level_text": _("nivåns beskrivning"),
    "guideline_version": _("riktlinjens version"),
    "cost_centre": _("kostnadsstället"),
    "employment_form": _("anställningsformen"),
    "need_analysis_ref": _("behovs- och riskanalysen"),
    "licence": _("legitimation och SITHS-kort"),
    "legal_ground": _("den lagliga grunden över nämndgränsen"),
    "courses": _("kurserna"),
    "agreement": _("sekretessförbindelsen"),
    "zones": _("zonerna"),
    "incident_number": _("incidentnumret"),
    "emergency_reason": _("skälet till nödläget"),
    "target_user_id": _("användarnamnet i systemet"),
    "done_on": _("dagen då den lades in"),
    "serial": _("taggens nummer"),
}
ZONES: Mapping[str, object] = {"ordinary": _("vanliga zoner"), "special": _("särskilda zoner")}
CROSSING: Mapping[str, object] = {
    "within": _("inom nämnden eller utan sekretess"),
    "across": _("över en nämndgräns med sekretess"),
}
FORMS: Mapping[str, object] = {
    "permanent": _("tillsvidareanställda"),
    "fixed_term": _("visstidsanställda"),
    "hourly": _("timanställda"),
    "substitute": _("vikarier"),
    "assignment": _("dem som har ett uppdrag"),
}


def days(number: int) -> str:
    """``3 arbetsdagar``."""
    return ngettext("%(num)d arbetsdag", "%(num)d arbetsdagar", number)


def asked(code: str, workflow: Workflow | None = None) -> str:
    """Who a step asks, as in a sentence; the code without its underscores when it has no word yet."""
    if workflow is not None and workflow.life is not None and code in workflow.life.people:
        return lives.in_language(workflow.life.people[code])
    return str(ASKED.get(code) or labels.role(code).replace("_", " "))


def whom(found: Step, workflow: Workflow | None = None) -> str:
    """Everybody whom a step asks, and how many of them must answer where one is not enough."""
    names = joined(asked(code, workflow) for code in found.asks)
    if not found.needs.many:
        return names
    if found.needs.total == len(found.asks) == len(found.needs.each):
        return gettext("%(names)s, som alla ska svara", names=names)
    return gettext("%(names)s, varav minst %(num)d olika personer ska svara", names=names, num=found.needs.total)


def state(name: str, workflow: Workflow | None = None) -> str:
    """What a state is called: by the process itself where it has words for it, as matters and lives do."""
    return str(look(name, workflow).word).replace("_", " ")


def own(workflow: Workflow | None, name: str) -> str:
    """The process's own word for a state, in the reader's language; empty where it has none."""
    said = workflow.words.states.get(name) if workflow is not None else None
    return lives.in_language(said) if said else ""


def look(name: str, workflow: Workflow | None = None) -> Look:
    """Word, colour and icon of a state."""
    if workflow is not None and workflow.life is not None:
        return lives.look(workflow, name)
    found = state_words.look(name)
    said = own(workflow, name)
    return found._replace(word=said) if said else found


def step(found: Step, workflow: Workflow | None = None) -> str:
    """What a step is called, with what it is for where it is not for all."""
    only = condition(found)
    return step_name(found, workflow) + (f" ({only})" if only else "")


def step_name(found: Step, workflow: Workflow | None = None) -> str:
    """What a step is called: by the definition where it says so."""
    said = workflow.words.steps.get(found.name) if workflow is not None else None
    return lives.in_language(said) if said else labels.step_title(found.task).replace("_", " ")


def act(trigger: str, workflow: Workflow | None = None) -> str:
    """What somebody does in a move, as in a sentence."""
    said = workflow.words.moves.get(trigger) if workflow is not None and workflow.life is not None else None
    return lives.in_language(said) if said else str(ACTS.get(trigger, trigger.replace("_", " ")))


def month(number: int) -> str:
    """A month's name in the reader's language, as in a sentence."""
    return format_date(date(2000, number, 1), "MMMM")


def condition(found: Condition) -> str:
    """For which levels and orders a step, a move or a question is; empty where it is for all."""
    forms = joined(form(code) for code in sorted(found.only_employment_forms))
    boards = joined(sorted(found.only_boards))
    least = f"K{found.from_confidentiality}" if found.from_confidentiality else ""
    where = joined(zones(code) for code in sorted(found.only_zones))
    sides = joined(crossing(code) for code in sorted(found.only_crossing))
    told = (
        _profiles(found.only_profiles),
        _kinds(found.only_kinds),
        forms,
        gettext("nämnd: %(boards)s", boards=boards) if boards else "",
        gettext("från %(least)s", least=least) if least else "",
        where,
        sides,
        gettext("nivåer för legitimerad personal") if getattr(found, "only_licensed", False) else "",
    )
    return "; ".join(filter(None, told))


def trait(name: str, value: object) -> str:
    """A form of employment, a nämnd, a class or zones, as a way through the process is told to be for it."""
    if name == "zones":
        return zones(str(value))
    if name == "crossing":
        return crossing(str(value))
    if name == "employment_form":
        return form(str(value))
    if name == "confidentiality":
        return gettext("från %(least)s", least=f"K{value}")
    return gettext("övriga nämnder") if value == variants.BOARD else str(value)


def zones(code: str) -> str:
    """Zones whose owner is asked, or the others."""
    return str(ZONES.get(code, code))


def crossing(code: str) -> str:
    """Orders across nämnder, or the others."""
    return str(CROSSING.get(code, code))


def form(code: str) -> str:
    """Those with a form of employment."""
    return str(FORMS.get(code, code))


def _profiles(codes: Iterable[str]) -> str:
    return joined(str(state_words.profile(code).word) for code in sorted(codes, key=list(state_words.PROFILES).index))


def _kinds(codes: Iterable[str]) -> str:
    return joined(labels.kind(code) for code in sorted(codes))


def joined(words: Iterable[str]) -> str:
    """``a, b och c``."""
    every = list(words)
    if len(every) < 2:
        return "".join(every)
    return gettext("%(first)s och %(last)s", first=", ".join(every[:-1]), last=every[-1])


def acts(rule: Transition, workflow: Workflow) -> str:
    """Who does what in a move: ``närmaste chef godkänner``."""
    return f"{by(rule, workflow)} {act(rule.trigger, workflow)}"


def by(rule: Transition, workflow: Workflow) -> str:
    """Who makes a move: ``närmaste chef``."""
    if workflow.life is not None:
        return str(OF_LIVES.get(rule.by) or BY.get(rule.by) or asked(rule.by, workflow))
    step_of = next((s for s in workflow.steps if s.name == rule.by), None)
    return whom(step_of, workflow) if step_of else str(BY.get(rule.by, rule.by))


def reminders(clock: Clock) -> str:
    """``efter 2 och 4 arbetsdagar``; those that count from the last day say so. Empty where there are none."""
    return _when(clock.reminders, clock.anchor)


def escalations(clock: Clock) -> list[str]:
    """Who is asked as well, and when: one text each."""
    return [f"{asked(e.ask)}, {_when((e.after,), clock.anchor)}" for e in clock.escalations]


def _when(after: Sequence[int], anchor: str) -> str:
    if not after:
        return ""
    if anchor == "due":
        told = [gettext("sista svarsdagen") if n == 0 else gettext("%(days)s senare", days=days(n)) for n in after]
        return joined(told)
    return gettext("efter %(days)s arbetsdagar", days=joined(str(n) for n in after))


def records(codes: Iterable[str]) -> str:
    """What is kept of each grant, as in a sentence; empty for nothing."""
    return joined(str(RECORDS.get(code, code)) for code in codes)


def uncapital(text: str) -> str:
    """The text as it stands within a sentence."""
    return text[:1].lower() + text[1:]
