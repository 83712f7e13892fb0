"""Which orders a part of a definition is for: what an order is like, and what a condition asks of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, fields

ANY_CONFIDENTIALITY = 0
ORDINARY_ZONES, SPECIAL_ZONES = "ordinary", "special"  # of what a tag opens (premises.py)
WITHIN, ACROSS = "within", "across"  # one nämnd, or secrecy between two (rules.md G12)
SECRET_CONFIDENTIALITY = 3  # from this K nothing is given across nämnder by default


@dataclass(frozen=True, slots=True)
class Traits:
    """What conditions may ask of an order: protection profile, kind, the subject's form of employment and nämnd, K of
    what is ordered, whether it opens special zones, whether it is for licensed staff, and whether it goes across
    nämnder. They stay the same for as long as it lives, but for those of a subject who gets another job.
    """

    profile: str
    kind: str = "new"
    employment_form: str = "permanent"
    board: str = ""
    confidentiality: int = ANY_CONFIDENTIALITY
    zones: str = ORDINARY_ZONES
    licensed: bool = False
    crossing: str = WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """For which orders a step or a transition is; what is left empty lets everything through."""

    only_profiles: frozenset[str] = frozenset()
    only_kinds: frozenset[str] = frozenset()
    only_employment_forms: frozenset[str] = frozenset()
    only_boards: frozenset[str] = frozenset()
    from_confidentiality: int = ANY_CONFIDENTIALITY
    only_zones: frozenset[str] = frozenset()
    only_crossing: frozenset[str] = frozenset()

    @property
    def conditions(self) -> tuple[Hashable, ...]:
        """All that is asked, in the order of ``CONDITIONS``."""
        return tuple(getattr(self, name) for name in CONDITIONS)

    def applies_to(self, traits: Traits) -> bool:
        """True when all that is asked holds for such an order."""
        return (
            (not self.only_profiles or traits.profile in self.only_profiles)
            and (not self.only_kinds or traits.kind in self.only_kinds)
            and (not self.only_employment_forms or traits.employment_form in self.only_employment_forms)
            and (not self.only_boards or traits.board in self.only_boards)
            and traits.confidentiality >= self.from_confidentiality
            and (not self.only_zones or traits.zones in self.only_zones)
            and (not self.only_crossing or traits.crossing in self.only_crossing)
        )


CONDITIONS = tuple(one.name for one in fields(Condition))


def crossing_of(subject_board: str, system_board: str, confidentiality: int) -> str:
    """``across`` when there is secrecy between the subject's nämnd and the system's; an unknown one is not the same."""
    same = subject_board != "" and subject_board == system_board
    return WITHIN if same or confidentiality < SECRET_CONFIDENTIALITY else ACROSS
