"""The proof of the process for physical access (rules.md C4)."""

from __future__ import annotations

import pytest

from tests.workflows.matters import written
from workflows import loader
from workflows.proof import checking
from workflows.proof.faults import GATED, IMPARTIAL, SOUND, TIMELESS

TEXT = (loader.CATALOG / "physical_access.yaml").read_text(encoding="utf-8")


GRANTED_AFTER_MANAGER = "by: grant, guards: [G6, G7, G13, G3, G1, G2, G8, G9], only_zones: [ordinary]"


PROGRAMMING = "    otherwise: [system_owner, coordinator, it_manager]\n    only_zones: [ordinary]"


OWNERS_MOVE = "by: owner_approval, guards: [G6, G7, G13, G3, G1, G2, G8, G9], only_zones: [special]"


LAPSE = "{trigger: lapse, from: manager_approved, to: lapsed, by: time, only_zones: [special]}"


@pytest.mark.parametrize(
    ("old", "new", "invariant"),
    [
        ("to: manager_approved, by: implicit", "to: granted, by: implicit", IMPARTIAL),
        (GRANTED_AFTER_MANAGER, GRANTED_AFTER_MANAGER.replace("G1, ", ""), GATED),
        (LAPSE, LAPSE.replace("to: lapsed", "to: granted"), TIMELESS),
        (PROGRAMMING, PROGRAMMING.replace("ordinary", "special"), SOUND),
        (OWNERS_MOVE, OWNERS_MOVE.replace("special", "ordinary"), SOUND),
    ],
)
def test_broken_process_is_refused(old: str, new: str, invariant: int) -> None:
    assert invariant in {fault.invariant for fault in checking.prove(written(TEXT, (old, new)))}
