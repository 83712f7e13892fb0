"""What an orderer who meets a toxic pair (rules.md G13) can do about it."""

from __future__ import annotations

from types import SimpleNamespace

from flask import url_for
from flask_babel import gettext as _

from app.catalogue import queries as catalogue
from workflows.case import GuardResult
from workflows.conflict import Mode

MENDED_BY_EXEMPTION = ("toxic_unapproved", "toxic_beyond_exemption")


def ways_out(guards: tuple[GuardResult, ...]) -> list[SimpleNamespace]:
    """A link for each pair from which the subject may get an exemption: ``url`` and ``text``. Empty when none helps."""
    refused = [g for g in guards if g.guard == "G13" and g.reason in MENDED_BY_EXEMPTION and not g.passed]
    clashes = [(g.inputs["subject"], c) for g in refused for c in g.inputs["clashes"]]
    found = {c["pair"]: (c["with"], subject_id) for subject_id, c in clashes if c["mode"] == Mode.APPROVE}
    return [_way(pair_id, other, subject_id) for pair_id, (other, subject_id) in found.items()]


def _way(pair_id: int, other: str, subject_id: int) -> SimpleNamespace:
    level = catalogue.level_by_code(*other.rsplit(".", 1))
    text = _("Be om ett undantag från %(system)s, %(level)s", system=level.system.name, level=level.label)
    return SimpleNamespace(text=text, url=url_for("conflicts.ask", pair_id=pair_id, subject_id=subject_id))
