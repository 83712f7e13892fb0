"""Processes that are written for the tests alone, as the files of a catalogue are."""

from __future__ import annotations

from workflows import loader
from workflows.definition import Workflow

INTEGRATION = """
process: integration
version: 1
title: {sv: Integration, en: Integration}
about: integration
gives: [in_production]
profiles: [standard]
kinds: [new]
states:
  draft: {kind: open}
  proposed: {kind: open}
  risk_assessed: {kind: open}
  approved: {kind: open}
  in_production: {kind: open}
  suspended: {kind: open}
  rejected: {kind: final}
  withdrawn: {kind: final}
  lapsed: {kind: final}
  retired: {kind: final}
steps:
  - name: completeness
    state: proposed
    task: opinion
    ask: role:it_architect
    otherwise: [it_manager, coordinator]
    clock: {due: 5, lapse: 30}
  - name: protection
    state: risk_assessed
    task: opinion
    ask: data_protection_officer
    otherwise: [coordinator, it_manager]
    clock: {due: 10, lapse: 30}
  - name: other_owner
    state: approved
    task: owner_approval
    ask: other_system_owner
    otherwise: [board_manager, coordinator, it_manager]
    clock: {due: 5, lapse: 20}
  - name: acceptance
    state: suspended
    task: prerequisite
    ask: subject
    clock: {due: 10, lapse: 30}
transitions:
  - {trigger: submit, from: draft, to: proposed, by: orderer}
  - {trigger: approve, from: proposed, to: risk_assessed, by: completeness, guards: [G6]}
  - {trigger: approve, from: risk_assessed, to: approved, by: protection, guards: [G6]}
  - {trigger: approve, from: approved, to: in_production, by: other_owner, guards: [G6]}
  - {trigger: reject, from: [proposed, risk_assessed, approved], to: rejected, by: step, guards: [G6]}
  - {trigger: suspend, from: in_production, to: suspended, by: time}
  - {trigger: resubmit, from: suspended, to: proposed, by: acceptance}
  - {trigger: retire, from: in_production, to: retired, by: orderer}
  - {trigger: lapse, from: [proposed, risk_assessed, approved, suspended], to: lapsed, by: time}
  - {trigger: withdraw, from: [draft, proposed, risk_assessed, approved], to: withdrawn, by: parties}
examples:
  - {profile: standard,
   asked: {completeness: [role:it_architect], protection: [data_protection_officer], other_owner: [other_system_owner]}}
  - {profile: standard, given: [role:it_architect is subject, other_system_owner is vacant],
   asked: {completeness: [it_manager], protection: [data_protection_officer], other_owner: [board_manager]}}
"""


def written(text: str, *changes: tuple[str, str]) -> Workflow:
    """The definition in the text, each change made; what a change replaces must stand there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return loader.loads(text, "written.yaml")


SENDING = "{trigger: submit, from: draft, to: requested, by: orderer, guards: [G5, G3, G4, G10, G11, G1, G17]}"
ENDING = "{trigger: submit, from: draft, to: revoked, by: orderer, guards: [G5], only_kinds: [end]}"


def with_end() -> Workflow:
    """The base order, and its end, which an orderer asks for and nobody decides."""
    return written(
        (loader.CATALOG / "base_order.yaml").read_text(encoding="utf-8"),
        ("profiles: [basic, standard]\nlink", "profiles: [basic, standard]\nkinds: [new, end]\nlink"),
        (SENDING, f"{SENDING[:-1]}, only_kinds: [new]}}\n  - {ENDING}"),
    )


BOTH_OWNERS = """
process: both_owners
version: 1
title: {sv: Båda ägarna, en: Both owners}
profiles: [standard]
kinds: [new]
states:
  draft: {kind: open}
  requested: {kind: open}
  waiting_prerequisites: {kind: waiting, lapse: 30}
  approved: {kind: open}
  returned: {kind: open}
  granted: {kind: open}
  revoked: {kind: final}
  rejected: {kind: final}
  withdrawn: {kind: final}
  lapsed: {kind: final}
  cancelled: {kind: final}
steps:
  - name: owners
    state: requested
    task: owner_approval
    ask: [system_owner, other_system_owner]
    needs: all
    otherwise: [it_manager, coordinator]
    clock: {due: 5, reminders: [3], escalations: [{ask: deputy, after: 6}], lapse: 20}
  - name: protection
    state: requested
    task: opinion
    ask: data_protection_officer
    otherwise: [coordinator, it_manager]
    clock: {due: 10, lapse: 20}
  - name: grant
    state: approved
    task: grant
    ask: system_managers
    otherwise: [coordinator, it_manager]
    clock: {due: 3, lapse: never}
  - name: complete_request
    state: returned
    task: complete_request
    ask: orderer
    clock: {due: 10, lapse: 15}
transitions:
  - {trigger: submit, from: draft, to: requested, by: orderer, guards: [G5, G3, G4, G10, G11, G1, G2]}
  - {trigger: resubmit, from: returned, to: requested, by: orderer, guards: [G5, G3, G4, G10, G11, G1, G2]}
  - {trigger: resume, from: waiting_prerequisites, to: requested, by: system, guards: [G3, G1, G2]}
  - {trigger: approve, from: requested, to: approved, by: steps, guards: [G6, G3, G1, G2]}
  - {trigger: grant, from: approved, to: granted, by: grant, guards: [G6, G7, G3, G1, G2]}
  - {trigger: reject, from: [requested, approved], to: rejected, by: step, guards: [G6]}
  - {trigger: return, from: [requested, approved], to: returned, by: step, guards: [G6]}
  - {trigger: withdraw, from: [draft, requested, waiting_prerequisites, approved, returned], to: withdrawn, by: parties}
  - {trigger: lapse, from: [requested, waiting_prerequisites, returned], to: lapsed, by: time}
  - {trigger: cancel, from: [draft, requested, waiting_prerequisites, approved, returned], to: cancelled, by: system}
  - {trigger: revoke, from: granted, to: revoked, by: system}
examples:
  - profile: standard
    asked:
      owners: [system_owner, other_system_owner]
      protection: [data_protection_officer]
      grant: [system_managers]
  - profile: standard
    given: [other_system_owner is system_owner]
    asked:
      owners: [system_owner, it_manager]
      protection: [data_protection_officer]
      grant: [system_managers]
"""
TWO_OF_THREE = BOTH_OWNERS[: BOTH_OWNERS.index("examples:")]
TWO_OF_THREE = TWO_OF_THREE.replace("process: both_owners", "process: two_of_three").replace(
    "    task: owner_approval\n    ask: [system_owner, other_system_owner]\n    needs: all\n",
    "    task: approval\n    ask: [system_owner, board_manager, role:archivist]\n    needs: 2\n",
)
