"""Broken processes: each is a shipped one with a line or two changed, and breaks one invariant at least.

``Seed.ends`` is how the counter-example's story must end: who acts, as what, from where to where.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from workflows import loader
from workflows.conditions import Traits
from workflows.definition import Workflow
from workflows.proof.faults import ANSWERABLE, CONFINED, GATED, IMPARTIAL, SOUND, THREE_PEOPLE, TIMELESS


@lru_cache
def text_of(process: str) -> str:
    """The shipped text."""
    return (loader.CATALOG / f"{process}.yaml").read_text(encoding="utf-8")


def move(*words: str) -> str:
    """The one transition of the shipped definition that says all this, as it is written."""
    lines = text_of("business_system").splitlines()
    (found,) = (line for line in lines if line.startswith("  - {") and all(word in line for word in words))
    return found.removeprefix("  - ")


def without(line: str, *guards: str) -> str:
    """The transition without these guards."""
    kept = [g for g in re.findall(r"G\d+", line) if g not in guards]
    return re.sub(r"guards: \[.*?\]", f"guards: [{', '.join(kept)}]", line)


GRANT = move("trigger: grant", "only_profiles: [basic, standard]")
GRANT_PRIVILEGED = move("trigger: grant", "only_profiles: [privileged]")
REVOKE = move("trigger: revoke")
APPROVE = move("trigger: approve,", "from: requested", "to: manager_approved")
IMPLICIT = move("trigger: approve_implicitly", "from: requested", "to: manager_approved")
MANAGERS_FALLBACK = "otherwise: [board_manager, coordinator, it_manager]\n    skip"
OWNERS_FALLBACK = "otherwise: [board_manager, coordinator, it_manager]\n    only_profiles"
GRANTORS_FALLBACK = "    otherwise: [system_owner, coordinator, it_manager]\n"
OWNER_DISTINCT = "    distinct_from: [manager_approval, receiving_approval]\n"
GRANT_DISTINCT = "distinct_from: [manager_approval, receiving_approval, owner_approval]"
ASK_GRANTORS = "    task: grant\n    ask: system_managers\n"

SENT = "Alice, as orderer, sends the order: draft -> requested"
APPROVED = "Bob, as line manager, approves: requested -> manager_approved"
OWNED = "Dora, as system owner, approves: manager_approved -> owner_approved"
GRANTED = "Dora, as system manager, grants: manager_approved -> granted"


@dataclass(frozen=True, slots=True)
class Seed:
    """What to change, and what must be said of it."""

    name: str
    invariant: int
    changes: tuple[tuple[str, str], ...]
    problem: str
    ends: tuple[str, ...] = ()
    key: str = ""
    profile: str = "standard"


def narrowed(whole: Workflow, profiles: Iterable[str], kinds: Iterable[str] = ("new",)) -> Workflow:
    """The process as it is for these profiles and kinds alone: fewer courses, and nothing dead among them."""
    classes = [Traits(profile, kind) for profile in profiles for kind in kinds]
    steps = tuple(s for s in whole.steps if any(s.applies_to(c) for c in classes))
    moves = tuple(t for t in whole.transitions if any(t.applies_to(c) for c in classes))
    only_elsewhere = {s.state for s in whole.steps} - {s.state for s in steps}
    states = {name: state for name, state in whole.states.items() if name not in only_elsewhere}
    moves = tuple(t for t in moves if t.source in states and t.target in states)
    narrow = frozenset(profiles), tuple(kinds)
    return replace(whole, steps=steps, transitions=moves, states=states, profiles=narrow[0], kinds=narrow[1])


def workflow(seed: Seed) -> Workflow:
    """The broken definition, as it is for new orders with the profile where it shows."""
    text = text_of("business_system")
    for old, new in seed.changes:
        assert old in text, f"{seed.name}: the shipped definition says nothing like {old!r}"
        text = text.replace(old, new)
    whole = loader.loads(text, f"{seed.name}.yaml")
    return narrowed(whole, [seed.profile])


def more(line: str) -> tuple[str, str]:
    """One transition more, before all others."""
    return "transitions:\n", f"transitions:\n  - {line}\n"


SEEDS = (
    # 1 Sound
    Seed(
        "state that nothing leads to",
        SOUND,
        (("  granted: {kind: open}", "  limbo: {kind: open}\n  granted: {kind: open}"),),
        "nothing leads to it",
        key="the state limbo",
    ),
    Seed(
        "state without a way out",
        SOUND,
        (
            ("  granted: {kind: open}", "  limbo: {kind: open}\n  granted: {kind: open}"),
            more("{trigger: park, from: requested, to: limbo, by: system}"),
        ),
        "from limbo no end can be reached",
        (SENT, "The product, park: requested -> limbo"),
    ),
    Seed(
        "move of somebody who is not asked there",
        SOUND,
        (("to: owner_approved, by: owner_approval", "to: owner_approved, by: manager_approval"),),
        "nobody can ever make this move",
        key="approve from manager_approved",
        profile="privileged",
    ),
    Seed(
        "move that another one hides",
        SOUND,
        (more("{trigger: approve, from: requested, to: rejected, by: manager_approval, guards: [G6]}"),),
        "nobody can ever make this move",
        key="approve from requested",
    ),
    Seed(
        "state in which nobody is asked",
        SOUND,
        (("    state: owner_approved\n", "    state: rejected\n"),),
        "in owner_approved an order stands, and nobody is asked",
        (SENT, APPROVED, OWNED),
        profile="privileged",
    ),
    Seed(
        "question without an answer",
        SOUND,
        (("  - {trigger: resubmit, from: returned", "  # {trigger: resubmit, from: returned"),),
        "complete_request is asked in returned, and no answer leads on",
        (SENT, "Bob, as line manager, asks for completion: requested -> returned"),
    ),
    Seed(
        "profile that can never be granted",
        SOUND,
        ((GRANT_PRIVILEGED, GRANT_PRIVILEGED.replace("to: granted", "to: rejected")),),
        "no order with the profile privileged can be granted",
        profile="privileged",
    ),
    # 2 Employment check and base grant
    Seed(
        "grant without the employment check",
        GATED,
        ((GRANT, without(GRANT, "G1")),),
        "granted although the employment is ended",
        (SENT, APPROVED, f"{GRANTED} (the directory says of Alice: ended)"),
    ),
    Seed(
        "grant without the base grant",
        GATED,
        ((GRANT, without(GRANT, "G2")),),
        "granted without a base grant",
        (SENT, APPROVED, f"{GRANTED} (Alice has no base grant)"),
    ),
    Seed(
        "privileged grant without either",
        GATED,
        ((GRANT_PRIVILEGED, without(GRANT_PRIVILEGED, "G1", "G2")),),
        "granted without a base grant",
        (
            APPROVED,
            OWNED,
            "Erik, as system manager, grants: owner_approved -> granted (Alice has no base grant)",
        ),
        profile="privileged",
    ),
    Seed(
        "approval that grants at once",
        GATED,
        (more("{trigger: hurry, from: requested, to: granted, by: manager_approval, guards: [G6]}"),),
        "granted although the employment is ended",
        (SENT, "Bob, as line manager, hurry: requested -> granted (the directory says of Alice: ended)"),
    ),
    Seed(
        "order that is granted by ordering",
        GATED,
        ((IMPLICIT, without(IMPLICIT, "G2").replace("to: manager_approved", "to: granted")),),
        "granted without a base grant",
        (
            "Oskar, as line manager, sends the order: draft -> requested",
            "Oskar, as line manager, without being asked, approves: requested -> granted (Alice has no base grant)",
        ),
    ),
    Seed(
        "grant that only the system's state guards",
        GATED,
        ((GRANT, without(GRANT, "G1", "G2", "G8", "G9")),),
        "granted although the employment is ended",
        (APPROVED, f"{GRANTED} (the directory says of Alice: ended)"),
    ),
    # 3 Somebody who is neither subject nor orderer
    Seed(
        "orderer grants",
        IMPARTIAL,
        ((GRANT, without(GRANT, "G6", "G7").replace("by: grant", "by: orderer")),),
        "the subject can grant",
        (APPROVED, "Alice, as orderer, grants: manager_approved -> granted"),
    ),
    Seed(
        "subject or orderer grants what is privileged",
        IMPARTIAL,
        ((GRANT_PRIVILEGED, without(GRANT_PRIVILEGED, "G6", "G7").replace("by: grant", "by: parties")),),
        "the subject can grant",
        (OWNED, "Alice, as orderer, grants: owner_approved -> granted"),
        profile="privileged",
    ),
    Seed(
        "approval without the second lock",
        IMPARTIAL,
        ((APPROVE, without(APPROVE, "G6")),),
        "the subject can approve",
        (SENT, "Alice, whom nobody has asked, approves: requested -> manager_approved"),
    ),
    Seed(
        "grant without the second lock",
        IMPARTIAL,
        ((GRANT, without(GRANT, "G6", "G7")),),
        "the orderer can grant",
        (
            "Oskar, as line manager, without being asked, approves: requested -> manager_approved",
            "Oskar, whom nobody has asked, grants: manager_approved -> granted",
        ),
    ),
    Seed(
        "manager who orders approves and grants by ordering",
        IMPARTIAL,
        (
            more("{trigger: hurry, from: manager_approved, to: granted, by: implicit, guards: [G3, G1, G2]}"),
            ("    task: grant\n", "    task: grant\n    skip_if_ordered_by_addressee: true\n"),
        ),
        "granted although nobody but subject and orderer has decided",
        (
            "Oskar, as line manager, without being asked, approves: requested -> manager_approved",
            "Oskar, as system managers, without being asked, hurry: manager_approved -> granted",
        ),
    ),
    Seed(
        "grant that is asked of the orderer",
        IMPARTIAL,
        ((ASK_GRANTORS, "    task: grant\n    ask: orderer\n"),),
        "grant in manager_approved is asked of somebody who may not answer",
        (APPROVED, "Alice, as orderer, is asked for grant, and would be refused (the orderer is the subject)"),
    ),
    Seed(
        "nobody at all decides",
        IMPARTIAL,
        (
            more("{trigger: auto, from: requested, to: manager_approved, by: system, guards: [G1]}"),
            (GRANT, without(GRANT, "G6", "G7").replace("by: grant", "by: system")),
        ),
        "granted although nobody but subject and orderer has decided",
        ("The product, auto: requested -> manager_approved", "The product, grants: manager_approved -> granted"),
    ),
    Seed(
        "anything offered instead of the level",
        IMPARTIAL,
        (("guards: [G6, G19]", "guards: [G6]"), ("guards: [G19, G5,", "guards: [G5,")),
        "the orderer gets a level that nobody has approved",
        (
            APPROVED,
            "Dora, as system manager, proposes a lower level: manager_approved -> lower_proposed",
            "Alice, as orderer, says yes to it: lower_proposed -> manager_approved (the level that is offered is",
        ),
    ),
    Seed(
        "orderer proposes a level to oneself",
        IMPARTIAL,
        (("by: grant, guards: [G6, G19]", "by: orderer, guards: [G19]"),),
        "the subject can propose_lower",
        (APPROVED, "Alice, as orderer, proposes a lower level: manager_approved -> lower_proposed"),
    ),
    # 4 Three different people
    Seed(
        "manager may approve as owner",
        THREE_PEOPLE,
        ((OWNER_DISTINCT, ""),),
        "owner_approval in manager_approved is asked of somebody who has decided already",
        (APPROVED, "Bob, as system owner, is asked for owner_approval, and would be refused"),
        profile="privileged",
    ),
    Seed(
        "manager may grant",
        THREE_PEOPLE,
        ((GRANT_DISTINCT, "distinct_from: [receiving_approval, owner_approval]"),),
        "grant in owner_approved is asked of somebody who has decided already",
        (OWNED, "Bob, as system manager, is asked for grant, and would be refused"),
        profile="privileged",
    ),
    Seed(
        "owner may grant",
        THREE_PEOPLE,
        ((GRANT_DISTINCT, "distinct_from: [manager_approval, receiving_approval]"),),
        "grant in owner_approved is asked of somebody who has decided already",
        (OWNED, "Dora, as system manager, is asked for grant, and would be refused"),
        profile="privileged",
    ),
    Seed(
        "both locks of the owner gone",
        THREE_PEOPLE,
        (
            (OWNER_DISTINCT, ""),
            (
                "to: owner_approved, by: owner_approval, guards: [G6, G7, ",
                "to: owner_approved, by: owner_approval, guards: [G6, ",
            ),
        ),
        "the same person decides as manager and as owner",
        (
            APPROVED,
            "Bob, as system owner, approves: manager_approved -> owner_approved",
            "Dora, as system manager, grants: owner_approved -> granted",
        ),
        profile="privileged",
    ),
    Seed(
        "second lock of the grantor gone",
        THREE_PEOPLE,
        ((GRANT_PRIVILEGED, without(GRANT_PRIVILEGED, "G7")),),
        "the same person decides as grantor and as manager",
        (OWNED, "Bob, whom nobody has asked, grants: owner_approved -> granted"),
        profile="privileged",
    ),
    Seed(
        "manager is passed by",
        THREE_PEOPLE,
        (more("{trigger: hurry, from: draft, to: manager_approved, by: orderer, only_profiles: [privileged]}"),),
        "granted without the manager",
        (
            "Alice, as orderer, hurry: draft -> manager_approved",
            "Bob, as system owner, approves: manager_approved -> owner_approved",
            "Dora, as system manager, grants: owner_approved -> granted",
        ),
        profile="privileged",
    ),
    Seed(
        "owner is passed by",
        THREE_PEOPLE,
        (more("{trigger: hurry, from: requested, to: owner_approved, by: manager_approval, guards: [G6]}"),),
        "granted without the owner",
        ("Bob, as line manager, hurry: requested -> owner_approved",),
        profile="privileged",
    ),
    # 5 Time neither approves nor grants; revocation
    Seed(
        "time approves",
        TIMELESS,
        (
            (
                "{trigger: lapse, from: manager_approved, to: lapsed",
                "{trigger: lapse, from: manager_approved, to: owner_approved",
            ),
        ),
        "a timer moves an order on",
        (APPROVED, "Time, lets the order lapse: manager_approved -> owner_approved"),
        profile="privileged",
    ),
    Seed(
        "time grants",
        TIMELESS,
        (
            (
                "{trigger: lapse, from: manager_approved, to: lapsed",
                "{trigger: lapse, from: manager_approved, to: granted",
            ),
        ),
        "a timer grants",
        (APPROVED, "Time, lets the order lapse: manager_approved -> granted"),
        profile="privileged",
    ),
    Seed(
        "the product approves",
        TIMELESS,
        (more("{trigger: auto, from: requested, to: manager_approved, by: system, guards: [G1]}"),),
        "the product moves an order on that nobody has decided",
        (SENT, "The product, auto: requested -> manager_approved"),
    ),
    Seed(
        "what is granted cannot be revoked",
        TIMELESS,
        ((f"  - {REVOKE}\n", ""),),
        "what is granted cannot be revoked",
        (APPROVED, GRANTED),
    ),
    Seed(
        "what is privileged cannot be revoked",
        TIMELESS,
        ((REVOKE, f"{REVOKE[:-1]}, only_profiles: [basic, standard]}}"),),
        "what is granted cannot be revoked",
        (OWNED, "Erik, as system manager, grants: owner_approved -> granted"),
        profile="privileged",
    ),
    Seed(
        "what is granted lapses",
        TIMELESS,
        (more("{trigger: lapse, from: granted, to: lapsed, by: time}"),),
        "what is granted ends without being revoked",
        (GRANTED, "Time, lets the order lapse: granted -> lapsed"),
    ),
    Seed(
        "what is granted is cancelled and not revoked",
        TIMELESS,
        ((REVOKE, REVOKE.replace("to: revoked", "to: cancelled")),),
        "what is granted ends without being revoked",
        (GRANTED, "The product, takes the right away: granted -> cancelled"),
    ),
    # 6 Only people who can, and always somebody
    Seed(
        "manager's step without the coordinator",
        ANSWERABLE,
        ((MANAGERS_FALLBACK, "otherwise: [board_manager, it_manager]\n    skip"),),
        "nobody is asked",
        ("It so happens that the it manager is vacant.", "The step manager_approval in requested begins."),
    ),
    Seed(
        "no second last resort",
        ANSWERABLE,
        ((", coordinator, it_manager]", ", coordinator]"),),
        "nobody is asked",
        ("It so happens that the coordinator is vacant.", "The step manager_approval in requested begins."),
    ),
    Seed(
        "managers and nobody behind them",
        ANSWERABLE,
        ((GRANTORS_FALLBACK, ""),),
        "nobody is asked",
        ("It so happens that there are no system managers.", "The step grant in manager_approved begins."),
    ),
    Seed(
        "empty fallback",
        ANSWERABLE,
        ((GRANTORS_FALLBACK, "    otherwise: []\n"),),
        "nobody is asked",
        ("It so happens that there are no system managers.", "The step grant in manager_approved begins."),
    ),
    Seed(
        "line manager and nobody behind",
        ANSWERABLE,
        ((MANAGERS_FALLBACK, "skip"),),
        "nobody is asked",
        ("It so happens that the next level manager is vacant.", "The step manager_approval in requested begins."),
    ),
    Seed(
        "owner without a last resort",
        ANSWERABLE,
        ((OWNERS_FALLBACK, "otherwise: [board_manager]\n    only_profiles"),),
        "nobody is asked",
        ("It so happens that the board manager is vacant.", "The step owner_approval in manager_approved begins."),
        profile="privileged",
    ),
    # 7 Nobody beyond the step's authority
    Seed(
        "owner's question escalates to the line",
        CONFINED,
        (("{ask: deputy, after: 6}", "{ask: next_level_manager, after: 6}"),),
        "somebody without authority is asked",
        ("Maria is asked as line manager, which owner_approval is not for.",),
        profile="privileged",
    ),
    Seed(
        "system managers answer for the owner",
        CONFINED,
        ((OWNERS_FALLBACK, "otherwise: [system_managers, coordinator, it_manager]\n    only_profiles"),),
        "somebody without authority is asked",
        (
            "The step owner_approval in manager_approved begins.",
            "Carol is asked as system manager, which owner_approval is not for.",
        ),
        profile="privileged",
    ),
    Seed(
        "owner answers for the manager",
        CONFINED,
        (("{ask: deputy, after: 5}", "{ask: system_owner, after: 5}"),),
        "somebody without authority is asked",
        ("Olga is asked as system owner, which manager_approval is not for.",),
    ),
    Seed(
        "line manager grants",
        CONFINED,
        (("    ask: system_managers\n", "    ask: line_manager\n"),),
        "somebody without authority is asked",
        ("Maria is asked as line manager, which grant is not for.",),
    ),
    Seed(
        "line manager grants where there is no system manager",
        CONFINED,
        ((GRANTORS_FALLBACK, "    otherwise: [line_manager, coordinator, it_manager]\n"),),
        "somebody without authority is asked",
        ("Maria is asked as line manager, which grant is not for.",),
    ),
    Seed(
        "line manager answers as owner",
        CONFINED,
        (("    ask: system_owner\n", "    ask: line_manager\n"),),
        "somebody without authority is asked",
        ("Maria is asked as line manager, which owner_approval is not for.",),
        profile="privileged",
    ),
)
