"""Whom the control of emergency access asks in every small world (rules.md C7)."""

from __future__ import annotations

import pytest

from workflows import authority, emergency
from workflows.definition import Step
from workflows.proof import worlds

each_step = pytest.mark.parametrize("step", list(emergency.STEPS.values()), ids=lambda step: step.name)


@each_step
def test_nobody_controls_what_they_took_part_in_and_somebody_always_does(step: Step) -> None:
    """In every small world of the prover, through no deputy, escalation, reassignment or fallback."""
    for world in worlds.worlds(step):
        case = world.case
        assert case.orderer is not None
        granted = [d for d in case.decisions if d.step == emergency.GRANT]
        barred = {case.subject.id, case.orderer.id, *(d.person_id for d in granted), *(d.on_behalf_of for d in granted)}
        asked = authority.addressees(step, case)
        reached = {a.party.id for a in authority.within(step, case)}
        assert asked, world.said
        assert not reached & barred, world.said
