"""What a process asks in its form: the ``form`` of a definition as frozen values, and what its states are called.

A definition's form has the definition's version. What was answered is stored with each decision (rules.md C10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workflows.conditions import Condition, Traits

Text = Mapping[str, str]  # by language: sv, en
OPENER = ""  # the step of the fields that whoever opens the matter fills in

TEXT_TYPES = frozenset({"text", "long_text", "reference"})
ACCOUNT = "account"  # in a system or in the directory, that is nobody's everyday one
TABLES = frozenset({"risk_table", "conditions", "exceptions", "levels"})
TYPES = (
    frozenset({"choice", "many_choices", "yes_no", "tick", "date", "number", "person", "system", "board", ACCOUNT})
    | TEXT_TYPES
    | TABLES
)
# What an order's form may ask: the tables, and what goes into the catalogue, are of matters.
OF_ORDERS = TYPES - TABLES - {"system", "board"}
# Answers that become columns of the matter, so that rules and lists can ask for them.
FILLS_MATTER = frozenset({"title", "system", "other_system", "confidentiality", "personal_data", "ends_on"})
# And answers that are put into the catalogue, of a system on its way into use.
FILLS_CATALOGUE = frozenset(
    {"code", "description", "board", "integrity", "availability", "owner", "manager", "levels", "guideline"}
    | {"guideline_version", "guideline_valid_to"}
)
FILLS = FILLS_MATTER | FILLS_CATALOGUE


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be chosen. ``code`` is what is stored."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Condition):
    """One question. ``step`` may edit it; empty: whoever opens the matter, and completes it.

    ``required_when``: another field's name, and which of its answers. ``fills`` is a column of the matter, or what the
    answer is in the catalogue. ``accepts`` names a risk table whose high risks a tick accepts. ``section`` is the
    heading above it. In an order's form the conditions say of which orders it is asked, by profile, kind and K, and
    ``only_licensed`` whether only of levels for licensed staff.
    """

    name: str
    type: str
    label: Text
    hint: Text = field(default_factory=dict)
    section: Text = field(default_factory=dict)
    required: bool = False
    required_when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    step: str = OPENER
    choices: tuple[Choice, ...] = ()
    fills: str = ""
    accepts: str = ""
    only_licensed: bool = False
    line: int = field(default=0, compare=False)


def asked_of(form: Iterable[Field], traits: Traits) -> tuple[Field, ...]:
    """Those of an order's questions that such an order is asked, in the order of the form."""
    return tuple(one for one in form if one.applies_to(traits) and (traits.licensed or not one.only_licensed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What states, steps and moves of a process are called; a step also by what it has become when it is done."""

    states: Mapping[str, Text] = field(default_factory=dict)
    steps: Mapping[str, Text] = field(default_factory=dict)
    moves: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """For how many months what was approved holds, ``secret_months`` from K3, and how many working days before the
    end it is asked anew.
    """

    months: int
    secret_months: int
    ahead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """What only a process that is not an order says. ``series`` begins its case numbers; ``lifecycle``: what becomes of
    the system while the matter stands in a state; ``may_open``: roles; ``needs``: what a system must have (M4).
    """

    series: str = ""
    form: tuple[Field, ...] = ()
    words: Words = field(default_factory=Words)
    renewal: Renewal | None = None
    lifecycle: Mapping[str, str] = field(default_factory=dict)
    may_open: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    never_excepted: tuple[str, ...] = ()

    def fields_of(self, step: str) -> tuple[Field, ...]:
        """What the step may fill in, in order; ``OPENER`` gives what the opener is asked."""
        return tuple(f for f in self.form if f.step == step)
