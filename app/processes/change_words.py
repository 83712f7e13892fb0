"""What differs between two versions of a process, in sentences; and why an order cannot go over to one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app.matters import words as matter_words
from app.processes import field_words, question_words, rules, words
from app.templating import labels, state_words
from app.templating.texts import said
from workflows.definition import Escalation, State, Step, Transition, Workflow
from workflows.difference import ADDED, ORDER, REMOVED, Change
from workflows.form_fields import Choice, Field, Renewal

MONTHS = ("review_months", "life.longest_months", "matters.renewal.months", "matters.renewal.secret_months")
TERMS = ("longest_days", *MONTHS)
TEXTS = ("type", "label", "hint", "section", "fills", "accepts", "matters.series", "title")


def changes(found: Iterable[Change], new: Workflow | None = None, old: Workflow | None = None) -> list[str]:
    """Each difference as a sentence; a move that is the same from several states is told once.

    ``new`` and ``old`` are asked for their own words for states, the new one first.
    """
    word = Word(new, old)
    return list(dict.fromkeys(_change(one, word) for one in found))


@dataclass(frozen=True, slots=True)
class Word:
    """What states, steps, acts and people are called: by the new version, or else by the old."""

    new: Workflow | None
    old: Workflow | None

    def state(self, name: str) -> str:
        """A state."""
        return words.own(self.new, name) or words.state(name, self.old)

    def step(self, found: Step) -> str:
        """A step, with what it is for where it is not for all."""
        return words.step(found, self._that_says("steps", found.name))

    def step_named(self, name: str) -> str:
        """A step by its name alone; whoever opens the matter where there is none."""
        found = self._that_says("steps", name)
        said_so = found.words.steps.get(name) if found else None
        return (said(said_so) if said_so else name.replace("_", " ")) or gettext("den som öppnar ärendet")

    def act(self, trigger: str) -> str:
        """What somebody does."""
        return words.act(trigger, self._that_says("moves", trigger))

    def person(self, code: str) -> str:
        """Who is asked, or takes part."""
        for one in (self.new, self.old):
            if one is not None and one.life is not None and code in one.life.people:
                return words.asked(code, one)
        return words.asked(code)

    def by(self, code: str) -> str:
        """Who makes a move."""
        life = next((one for one in (self.new, self.old) if one is not None and one.life is not None), None)
        if life is not None:
            return str(words.OF_LIVES.get(code) or words.BY.get(code) or self.person(code))
        own = any(one is not None and code in one.words.steps for one in (self.new, self.old))
        return self.step_named(code) if own else str(words.BY.get(code, labels.step_title(code)))

    def _that_says(self, part: str, name: str) -> Workflow | None:
        return next((one for one in (self.new, self.old) if one and name in getattr(one.words, part)), self.new)


def _change(change: Change, word: Word) -> str:
    about = _about(change, word)
    if change.what == ORDER:
        return gettext("Ordningen mellan delarna är en annan.")
    if change.what == ADDED:
        return gettext("Nytt: %(what)s.", what=about)
    if change.what == REMOVED:
        return gettext("Borttaget: %(what)s.", what=about)
    if field_words.is_named(change.what) and None in (change.before, change.after):
        return _come_or_gone(about, change, word)
    if isinstance(change.before, tuple | frozenset) and isinstance(change.after, tuple | frozenset):
        return _sets(about, change, word)
    return gettext(
        "%(what)s: %(field)s ändras från %(before)s till %(after)s.",
        what=_capital(about),
        field=field_words.named(change.what),
        before=_said(change.what, change.before, word),
        after=_said(change.what, change.after, word),
    )


def _come_or_gone(about: str, change: Change, word: Word) -> str:
    """What is kept by a name that the other version does not have: a word, a person, a time."""
    known = {"what": _capital(about), "field": field_words.named(change.what)}
    if change.before is None:
        return gettext("%(what)s: nytt är %(field)s, %(said)s.", said=_said(change.what, change.after, word), **known)
    return gettext("%(what)s: %(field)s tas bort, %(said)s.", said=_said(change.what, change.before, word), **known)


def _sets(about: str, change: Change, word: Word) -> str:
    """Lists tell what came and what went; where only the order or the times differ, both are told whole."""
    came = [one for one in change.after if one not in change.before]
    went = [one for one in change.before if one not in change.after]
    field = field_words.named(change.what)
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
    if all(isinstance(one, str | int | Escalation | Choice | Mapping) or _is_group(one) for one in values):
        return words.joined(_said(field, one, word) for one in _sorted(values))
    return ngettext("%(num)d del", "%(num)d delar", len(values))


def _is_group(value: object) -> bool:
    """Some who belong together, such as those of a life who are always different people."""
    return isinstance(value, tuple) and bool(value) and all(isinstance(one, str) for one in value)


def _sorted(values: list[object]) -> list[object]:
    return sorted(values, key=str) if all(isinstance(v, str) for v in values) else values


def _about(change: Change, word: Word) -> str:
    part = change.about
    if isinstance(part, State):
        return gettext("läget %(state)s", state=word.state(part.name))
    if isinstance(part, Step):
        return gettext("steget %(step)s", step=word.step(part))
    if isinstance(part, Transition):
        only = words.condition(part)
        move = gettext(
            "%(act)s från %(source)s till %(target)s",
            act=word.act(part.trigger),
            source=word.state(part.source),
            target=word.state(part.target),
        )
        return gettext("att någon %(move)s", move=move) + (f" ({only})" if only else "")
    if isinstance(part, Field):
        only = words.condition(part)
        return gettext("frågan ”%(question)s”", question=said(part.label)) + (f" ({only})" if only else "")
    return gettext("processen")


def _said(field: str, value: object, word: Word) -> str:
    """A field's value in words."""
    if field in TERMS:
        return _term(field, value)
    if value is None:
        return gettext("aldrig") if field.endswith("lapse") else gettext("inget")
    if isinstance(value, Choice):
        return said(value.label)
    if isinstance(value, Renewal):
        return gettext(
            "%(months)s, från K3 %(secret)s, och prövas på nytt %(ahead)s före",
            months=_term("months", value.months),
            secret=_term("months", value.secret_months),
            ahead=words.days(value.ahead),
        )
    if isinstance(value, Mapping):
        return said(value) if set(value) <= set(field_words.LANGUAGES) else words.joined(map(str, value))
    if isinstance(value, tuple | frozenset):
        return words.joined(_said(field, one, word) for one in _sorted(list(value))) or gettext("inget")
    if isinstance(value, bool):
        return gettext("ja") if value else gettext("nej")
    if isinstance(value, Escalation):
        return gettext("%(who)s efter %(days)s", who=word.person(value.ask), days=words.days(value.after))
    if field == "yearly" and isinstance(value, int):
        return words.month(value) if value else gettext("inte varje år")
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
    """A code in words; a text as it stands."""
    if field == "step":
        return word.step_named(code)
    if field.startswith("matters.lifecycle."):
        return code.replace("_", " ")
    if field.startswith(TEXTS) or field_words.is_named(field):
        return question_words.answer(code) if field == "type" else code
    return _of_matters(field, code) or _of_process(field, code, word)


def _of_matters(field: str, code: str) -> str:
    if field == "matters.may_open":
        return words.asked(code)
    return str(matter_words.NEEDS.get(code, code)) if field in ("matters.needs", "matters.never_excepted") else ""


def _of_process(field: str, code: str, word: Word) -> str:
    if field in ("state", "source", "target", "gives", "life.begins"):
        return word.state(code)
    if field == "records":
        return words.records([code])
    if field in ("only_profiles", "profiles", "link_may_decide"):
        return str(state_words.profile(code).word)
    if field in ("only_kinds", "kinds"):
        return labels.kind(code)
    if field == "only_zones":
        return words.zones(code)
    if field == "only_crossing":
        return words.crossing(code)
    if field == "only_employment_forms":
        return words.form(code)
    if field in ("only_boards", "about"):
        return code
    if field == "guards":
        return rules.named(code)
    if field == "clock.anchor":
        return gettext("sista svarsdagen") if code == "due" else gettext("dagen då frågan ställs")
    if field == "by":
        return word.by(code)
    asks = field in ("ask", "otherwise", "beside", "life.apart")
    return word.person(code) if asks else labels.step_title(code).replace("_", " ")


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
