"""What differs between two versions of a process, in sentences; and why an order cannot go over to one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app.processes import rules, words
from app.templating import labels, state_words
from workflows.definition import Escalation, State, Step, Transition, Workflow
from workflows.difference import ADDED, ORDER, REMOVED, Change

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
    "only_profiles": _("vilka skyddsnivåer det gäller"),
    "only_kinds": _("vilka slags beställningar det gäller"),
    "only_employment_forms": _("vilka anställningsformer det gäller"),
    "only_boards": _("vilka nämnders medarbetare det gäller"),
    "only_zones": _("vilka zoner det gäller"),
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
    "title.sv": _("namnet på svenska"),
    "title.en": _("namnet på engelska"),
    "profiles": _("skyddsnivåerna"),
    "kinds": _("slagen av beställningar"),
    "link_may_decide": _("vad som får godkännas från länken i ett mail"),
    "longest_days": _("den längsta tiden"),
    "review_months": _("hur ofta behörigheten granskas"),
    "records": _("vad som sparas vid tilldelningen"),
    "examples": _("exemplen"),
}


Word = Callable[[str], str]  # what a state is called
TERMS = ("longest_days", "review_months")


def changes(found: Iterable[Change], new: Workflow | None = None, old: Workflow | None = None) -> list[str]:
    """Each difference as a sentence; a move that is the same from several states is told once.

    ``new`` and ``old`` are asked for their own words for states, the new one first.
    """
    word = partial(_state, new, old)
    return list(dict.fromkeys(_change(one, word) for one in found))


def _state(new: Workflow | None, old: Workflow | None, name: str) -> str:
    return words.own(new, name) or words.state(name, old)


def _change(change: Change, word: Word) -> str:
    about = _about(change, word)
    if change.what == ORDER:
        return gettext("Ordningen mellan delarna är en annan.")
    if change.what == ADDED:
        return gettext("Nytt: %(what)s.", what=about)
    if change.what == REMOVED:
        return gettext("Borttaget: %(what)s.", what=about)
    if isinstance(change.before, tuple | frozenset) and isinstance(change.after, tuple | frozenset):
        return _sets(about, change, word)
    return gettext(
        "%(what)s: %(field)s ändras från %(before)s till %(after)s.",
        what=_capital(about),
        field=FIELDS.get(change.what, change.what),
        before=_said(change.what, change.before, word),
        after=_said(change.what, change.after, word),
    )


def _sets(about: str, change: Change, word: Word) -> str:
    """Lists tell what came and what went; where only the order or the times differ, both are told whole."""
    came = [one for one in change.after if one not in change.before]
    went = [one for one in change.before if one not in change.after]
    field = FIELDS.get(change.what, change.what)
    told = []
    if came:
        told.append(gettext("%(words)s läggs till", words=_listed(change.what, came, word)))
    if went:
        told.append(gettext("%(words)s tas bort", words=_listed(change.what, went, word)))
    if not told:
        told = [words.joined(_said(change.what, one, word) for one in change.after)]
    return gettext("%(what)s: %(field)s ändras, %(how)s.", what=_capital(about), field=field, how=words.joined(told))


def _listed(field: str, values: list[object], word: Word) -> str:
    """Values with words are told by name; what has none, such as an example of who is asked, is counted."""
    if all(isinstance(one, str | int | Escalation) for one in values):
        return words.joined(_said(field, one, word) for one in _sorted(values))
    return ngettext("%(num)d del", "%(num)d delar", len(values))


def _sorted(values: list[object]) -> list[object]:
    return sorted(values, key=str) if all(isinstance(v, str) for v in values) else values


def _about(change: Change, word: Word) -> str:
    part = change.about
    if isinstance(part, State):
        return gettext("läget %(state)s", state=word(part.name))
    if isinstance(part, Step):
        return gettext("steget %(step)s", step=words.step(part))
    if isinstance(part, Transition):
        only = words.condition(part)
        move = gettext(
            "%(act)s från %(source)s till %(target)s",
            act=str(words.ACTS.get(part.trigger, part.trigger.replace("_", " "))),
            source=word(part.source),
            target=word(part.target),
        )
        return gettext("att någon %(move)s", move=move) + (f" ({only})" if only else "")
    return gettext("processen")


def _said(field: str, value: object, word: Word) -> str:
    """A field's value in words."""
    if field in TERMS:
        return _term(field, value)
    if value is None:
        return gettext("aldrig")
    if isinstance(value, bool):
        return gettext("ja") if value else gettext("nej")
    if isinstance(value, Escalation):
        return gettext("%(who)s efter %(days)s", who=words.asked(value.ask), days=words.days(value.after))
    if field == "needs.total":
        return str(value)
    if isinstance(value, int):
        return f"K{value}" if field == "from_confidentiality" else words.days(value)
    return _coded(field, str(value), word)


def _term(field: str, value: object) -> str:
    if not isinstance(value, int):
        return gettext("inget som processen säger")
    if field == "longest_days":
        return ngettext("%(num)d dag", "%(num)d dagar", value)
    return ngettext("%(num)d månad", "%(num)d månader", value)


def _coded(field: str, code: str, word: Word) -> str:
    if field in ("state", "source", "target", "gives"):
        return word(code)
    if field == "records":
        return words.records([code])
    if field in ("only_profiles", "profiles", "link_may_decide"):
        return str(state_words.profile(code).word)
    if field in ("only_kinds", "kinds"):
        return labels.kind(code)
    if field == "only_zones":
        return words.zones(code)
    if field == "only_employment_forms":
        return words.form(code)
    if field in ("only_boards", "about"):
        return code
    if field == "guards":
        return rules.named(code)
    if field == "clock.anchor":
        return gettext("sista svarsdagen") if code == "due" else gettext("dagen då frågan ställs")
    if field == "by":
        return str(words.BY.get(code, labels.step_title(code)))
    return words.asked(code) if field in ("ask", "otherwise", "beside") else labels.step_title(code).replace("_", " ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


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
