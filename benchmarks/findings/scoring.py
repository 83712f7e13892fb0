"""How good the detector of copied accounts is: precision, recall, and how often its source is the true one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from benchmarks.findings.generator import Planted


class Score(NamedTuple):
    """Shares from 0 to 1. ``source``: of the copies found, those with a look-alike that has the true one's groups."""

    precision: float
    recall: float
    source: float


def score(planted: Planted, evidence: Mapping[int, Mapping[str, Any]]) -> Score:
    """``evidence``: of each person that was found, what the finding says."""
    hits = [person for person in evidence if person in planted.copies]
    right = [person for person in hits if _names_source(planted, person, evidence[person])]
    return Score(
        precision=len(hits) / len(evidence) if evidence else 1.0,
        recall=len(hits) / len(planted.copies),
        source=len(right) / len(hits) if hits else 1.0,
    )


def _names_source(planted: Planted, person: int, said: Mapping[str, Any]) -> bool:
    """Many have the groups of a role package: whoever has the same as the true source will do."""
    wanted = planted.sets[planted.copies[person]]
    alike = [one["person"] for each in said.values() for one in each["look_alikes"]]
    return planted.copies[person] in alike or any(planted.sets.get(one) == wanted for one in alike)
