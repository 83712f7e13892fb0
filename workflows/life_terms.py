"""What only a life says, as frozen values (``life`` in a definition's file)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.form_fields import Text, Words

TIME, DATE, PARTIES = "time", "date", "parties"  # silence; the day that was agreed; whoever takes part
RULES = "rules"  # those of the ordinary process, asked in retrospect
NOBODY = frozenset({TIME, DATE, RULES, "system"})  # what no person does
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """A golden case: these acts, one after the other, then ``silent`` working days, and where it stands then."""

    acts: tuple[str, ...]
    silent: int
    becomes: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """``begins``: the first state. ``people``: who takes part, and what they are called. ``apart``: groups of them who
    are always different people. ``longest_months``: the longest term, None for no such limit. ``days``: other numbers
    that the product asks for by name, in working days. ``records``: what is written down, in words.
    """

    begins: str
    people: Mapping[str, Text]
    apart: tuple[tuple[str, ...], ...] = ()
    longest_months: int | None = None
    days: Mapping[str, int] = field(default_factory=dict)
    records: tuple[Text, ...] = ()
    words: Words = field(default_factory=Words)
    stories: tuple[Story, ...] = ()
