"""What a proof finds: the invariant that breaks, where the definition says so, and the shortest story of how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SOUND, GATED, IMPARTIAL, THREE_PEOPLE, TIMELESS, ANSWERABLE, CONFINED = range(1, 8)

# The seven invariants, in the order in which the issue "Processes as data" lists them.
INVARIANTS: Mapping[int, str] = MappingProxyType(
    {
        SOUND: "sound: everything is reached, and from everywhere an end",
        GATED: "nothing is granted without an employment check and a base grant",
        IMPARTIAL: "nothing is granted unless somebody who is neither subject nor orderer decided",
        THREE_PEOPLE: "sensitive and privileged: manager, owner and grantor are three people",
        TIMELESS: "no timer approves or grants; what is granted can be revoked, and that never lapses",
        ANSWERABLE: "only people who are employed and able are asked, and somebody always is",
        CONFINED: "nobody decides beyond the step's authority, and nobody counts twice",
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken invariant. ``line`` is that of the key in the definition's file, 0 where the fault has no line.

    ``story`` has one act a line: who did what, as what, and what happened. Empty for what no act shows, such as a
    state that nothing leads to.
    """

    invariant: int
    problem: str
    key: str = "(process)"
    line: int = 0
    story: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = "".join(f"\n  {number}. {act}" for number, act in enumerate(self.story, 1))
        return f"{self.key}: {self.problem} (invariant {self.invariant}: {INVARIANTS[self.invariant]}){told}"
