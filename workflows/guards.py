"""The guards of rules.md C0.3: named predicates over a frozen Case, each with its inputs and its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from workflows.assignment_guard import under_assignment
from workflows.case import Case, GuardResult
from workflows.crossing import both_sides, same_board
from workflows.decision_guards import four_eyes, not_self
from workflows.freezing import not_frozen
from workflows.lowering import is_lower
from workflows.matter_guards import MATTER_GUARDS
from workflows.order_guards import classed, may_order, no_duplicate, orderable
from workflows.period_guard import period
from workflows.person_guards import based, clean, confidential, employed, protected, trained
from workflows.purpose_guard import purpose
from workflows.toxic_guard import not_toxic

Guard = Callable[[Case], GuardResult]

GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "G1": employed,
        "G2": based,
        "G3": orderable,
        "G4": no_duplicate,
        "G5": may_order,
        "G6": not_self,
        "G7": four_eyes,
        "G8": trained,
        "G9": confidential,
        "G10": period,
        "G11": purpose,
        "G12": same_board,
        "G13": not_toxic,
        "G14": protected,
        "G15": not_frozen,
        "G16": clean,
        "G17": under_assignment,
        "G18": classed,
        "G19": is_lower,
        "G20": both_sides,
        **MATTER_GUARDS,
    }
)
