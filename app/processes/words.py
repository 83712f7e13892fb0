"""A definition in words: who is asked, by when, which rules there are, and what differs between two versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app.processes import rules
from app.templating import labels, state_words
from workflows.definition import Clock, Escalation, State, Step, Transition, Workflow
from workflows.difference import ADDED, ORDER, REMOVED, Change

ASKED: Mapping[str, object] = {
    "line_manager": _("närmaste chef"),
    "next_level_manager": _("chefens chef"),
    "receiving_manager": _("chefen för den mottagande enheten"),
    "system_owner": _("systemägaren"),
    "system_managers": _("systemförvaltarna"),
    "board_manager": _("förvaltningschefen"),
    "coordinator": _("informationssäkerhetssamordnaren"),
    "it_manager": _("IT-chefen"),
    "orderer": _("beställaren"),
    "subject": _("den som ska ha behörigheten"),
    "deputy": _("en ersättare"),
    "functional_mailbox": _("systemets funktionsbrevlåda"),
}
BY: Mapping[str, object] = {
    "orderer": _("beställaren"),
    "parties": _("beställaren eller den som ska ha behörigheten"),
    "step": _("den som får frågan"),
    "implicit": _("beställaren, som själv skulle ha fått frågan"),
    "system": _("Behörig"),
    "time": _("tidsgränsen"),
}
ACTS: Mapping[str, object] = {
    "submit": _("skickar"),
    "resubmit": _("skickar igen"),
    "resume": _("låter gå vidare"),
    "approve": _("godkänner"),
    "approve_implicitly": _("godkänner genom att beställa"),
    "grant": _("tilldelar"),
    "reject": _("avslår"),
    "return": _("återsänder"),
    "withdraw": _("återtar"),
    "lapse": _("låter förfalla"),
    "cancel": _("makulerar"),
    "revoke": _("återkallar"),
}
FIELDS: Mapping[str, object] = {
    "name": _("stegets namn"),
    "state": _("läget som frågan ställs i"),
    "task": _("uppgiften"),
    "ask": _("vem som får frågan"),
    "otherwise": _("vem som annars får frågan"),
    "clock.due": _("svarstiden"),
    "clock.anchor": _("vad påminnelserna räknas från"),
    "clock.reminders": _("påminnelserna"),
    "clock.escalations": _("vilka fler som får frågan"),
    "clock.lapse": _("när den förfaller"),
    "lapse": _("hur länge den väntar"),
    "kind": _("slaget av läge"),
    "only_profiles": _("vilka skyddsnivåer det gäller"),
    "only_kinds": _("vilka slags beställningar det gäller"),
    "skip_if_ordered_by_addressee": _("om den som själv beställer slipper frågan"),
    "same_answer_as": _("vilka tidigare svar som räknas"),
    "distinct_from": _("vilka steg som någon annan ska ha svarat i"),
    "trigger": _("vad som händer"),
    "source": _("läget före"),
    "target": _("läget efter"),
    "by": _("vem som får göra det"),
    "guards": _("reglerna som prövas"),
    "title.sv": _("namnet på svenska"),
    "title.en": _("namnet på engelska"),
    "profiles": _("skyddsnivåerna"),
    "kinds": _("slagen av beställningar"),
    "link_may_decide": _("vad som får godkännas från länken i ett mail"),
    "examples": _("exemplen"),
}


def days(number: int) -> str:
    """``3 arbetsdagar``."""
    return ngettext("%(num)d arbetsdag", "%(num)d arbetsdagar", number)


def asked(code: str) -> str:
    """Who a step asks, as in a sentence; the code without its underscores when it has no word yet."""
    return str(ASKED.get(code) or labels.ROLES.get(code) or code.replace("_", " "))


def state(name: str) -> str:
    """What a state is called."""
    return str(state_words.look(name).word).replace("_", " ")


def step(found: Step) -> str:
    """What a step is called, with what it is for where it is not for all."""
    only = condition(found)
    return labels.step_title(found.task).replace("_", " ") + (f" ({only})" if only else "")


def condition(found: Step | Transition) -> str:
    """For which levels and orders a step or a move is; empty where it is for all."""
    return "; ".join(filter(None, (_profiles(found.only_profiles), _kinds(found.only_kinds))))


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
    asks = next((s.ask for s in workflow.steps if s.name == rule.by), "")
    who = asked(asks) if asks else str(BY.get(rule.by, rule.by))
    return f"{who} {ACTS.get(rule.trigger, rule.trigger.replace('_', ' '))}"


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


def changes(found: Iterable[Change]) -> list[str]:
    """Each difference as a sentence; a move that is the same from several states is told once."""
    return list(dict.fromkeys(_change(one) for one in found))


def _change(change: Change) -> str:
    about = _about(change)
    if change.what == ORDER:
        return gettext("Ordningen mellan delarna är en annan.")
    if change.what == ADDED:
        return gettext("Nytt: %(what)s.", what=about)
    if change.what == REMOVED:
        return gettext("Borttaget: %(what)s.", what=about)
    if isinstance(change.before, tuple | frozenset) and isinstance(change.after, tuple | frozenset):
        return _sets(about, change)
    return gettext(
        "%(what)s: %(field)s ändras från %(before)s till %(after)s.",
        what=_capital(about),
        field=FIELDS.get(change.what, change.what),
        before=_said(change.what, change.before),
        after=_said(change.what, change.after),
    )


def _sets(about: str, change: Change) -> str:
    """Lists tell what came and what went; where only the order or the times differ, both are told whole."""
    came = [one for one in change.after if one not in change.before]
    went = [one for one in change.before if one not in change.after]
    field = FIELDS.get(change.what, change.what)
    told = []
    if came:
        told.append(gettext("%(words)s läggs till", words=_listed(change.what, came)))
    if went:
        told.append(gettext("%(words)s tas bort", words=_listed(change.what, went)))
    if not told:
        told = [joined(_said(change.what, one) for one in change.after)]
    return gettext("%(what)s: %(field)s ändras, %(how)s.", what=_capital(about), field=field, how=joined(told))


def _listed(field: str, values: list[object]) -> str:
    """Values with words are told by name; what has none, such as an example of who is asked, is counted."""
    if all(isinstance(one, str | int | Escalation) for one in values):
        return joined(_said(field, one) for one in _sorted(values))
    return ngettext("%(num)d del", "%(num)d delar", len(values))


def _sorted(values: list[object]) -> list[object]:
    return sorted(values, key=str) if all(isinstance(v, str) for v in values) else values


def _about(change: Change) -> str:
    part = change.about
    if isinstance(part, State):
        return gettext("läget %(state)s", state=state(part.name))
    if isinstance(part, Step):
        return gettext("steget %(step)s", step=step(part))
    if isinstance(part, Transition):
        only = condition(part)
        move = gettext(
            "%(act)s från %(source)s till %(target)s",
            act=str(ACTS.get(part.trigger, part.trigger.replace("_", " "))),
            source=state(part.source),
            target=state(part.target),
        )
        return gettext("att någon %(move)s", move=move) + (f" ({only})" if only else "")
    return gettext("processen")


def _said(field: str, value: object) -> str:
    """A field's value in words."""
    if value is None:
        return gettext("aldrig")
    if isinstance(value, bool):
        return gettext("ja") if value else gettext("nej")
    if isinstance(value, Escalation):
        return gettext("%(who)s efter %(days)s", who=asked(value.ask), days=days(value.after))
    if isinstance(value, int):
        return days(value)
    return _coded(field, str(value))


def _coded(field: str, code: str) -> str:
    if field in ("state", "source", "target"):
        return state(code)
    if field in ("only_profiles", "profiles", "link_may_decide"):
        return str(state_words.profile(code).word)
    if field in ("only_kinds", "kinds"):
        return labels.kind(code)
    if field == "guards":
        return rules.named(code)
    if field == "clock.anchor":
        return gettext("sista svarsdagen") if code == "due" else gettext("dagen då frågan ställs")
    if field == "by":
        return str(BY.get(code, labels.step_title(code)))
    return asked(code) if field in ("ask", "otherwise") else labels.step_title(code).replace("_", " ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """The text as it stands within a sentence."""
    return text[:1].lower() + text[1:]


# Why an order under way cannot go over to a version (workflows/moving.py).
HINDRANCES: Mapping[str, object] = {
    "version_lacks_state": _("Läget som beställningen står i finns inte."),
    "version_lacks_level": _("Versionen gäller inte en sådan beställning."),
    "version_lacks_step": _("Någon har godkänt i ett steg som inte finns."),
    "version_wants_approval": _("Beställningen har gått förbi ett godkännande som krävs."),
    "process_missing": _("Versionen gäller inte en sådan beställning."),
}


def hindrance(reasons: Iterable[str]) -> str:
    """Why an order cannot go over to a version, in sentences."""
    return " ".join(str(HINDRANCES.get(reason, reason)) for reason in reasons)
