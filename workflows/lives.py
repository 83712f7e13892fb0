"""What the product can do with each sort of life: the frame within which a municipality writes its definition.

The acts are what the rooms know how to carry out; who may ever do each is a limit, that no definition goes beyond.
Deadlines, reminders, the longest term, who must be different people, and which of the acts lead where are the
definition's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from workflows.life_terms import DATE, PARTIES, RULES, TIME

ORDERER, HANDOVER, DEPUTYSHIP, PAPER, LEAVER = "orderer", "handover", "deputyship", "paper_form", "leaver"
MOVER, ABSENCE = "mover", "absence"


@dataclass(frozen=True, slots=True)
class Frame:
    """``opener`` begins it, and ``holder`` has something in the end. ``acts``: who may ever do what.

    ``always``: acts that every state that is not final must allow, since the product does them when somebody leaves.
    ``acted``: whoever must have acted before anybody has anything, such as the holder, who says yes. ``days``: times
    that the product asks for by name. ``states``: those that it knows by name. ``told``: who may hear as well, of what
    nobody has done in time.
    """

    opener: str
    holder: str
    people: frozenset[str]
    acts: Mapping[str, frozenset[str]]
    always: frozenset[str] = frozenset()
    acted: frozenset[str] = frozenset()
    has_term: bool = False
    days: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()


def _acts(**who: str) -> Mapping[str, frozenset[str]]:
    return MappingProxyType({act: frozenset(people.split()) for act, people in who.items()})


FRAMES: Mapping[str, Frame] = MappingProxyType(
    {
        ORDERER: Frame(
            opener="nominator",
            holder="nominee",
            people=frozenset({"nominator", "nominee", "registrar"}),
            acts=_acts(
                accept="nominee", decline="nominee", register="registrar", confirm="nominator",
                lapse=TIME, suspend=TIME, end=PARTIES,
            ),
            always=frozenset({"end"}),
            acted=frozenset({"nominee"}),
            has_term=True,
        ),
        HANDOVER: Frame(
            opener="proposer",
            holder="successor",
            people=frozenset({"proposer", "predecessor", "successor"}),
            acts=_acts(accept="successor", decline="successor", lapse=TIME, complete=DATE, withdraw="proposer"),
            always=frozenset({"withdraw"}),
            acted=frozenset({"successor"}),
        ),
        DEPUTYSHIP: Frame(
            opener="absent",
            holder="deputy",
            people=frozenset({"absent", "deputy"}),
            acts=_acts(begin=DATE, end=PARTIES, expire=DATE),
            always=frozenset({"end"}),
            has_term=True,
        ),
        PAPER: Frame(
            opener="registrar",
            holder="subject",
            people=frozenset({"registrar", "verifier", "system_manager", "subject"}),
            acts=_acts(
                register="registrar", correct="registrar", verify="verifier", revoke="system_manager",
                gone="system", regularise="system", wait=RULES, fail=RULES, **{"return": "verifier", "pass": RULES},
            ),
            acted=frozenset({"verifier"}),
            days=frozenset(
                {"told_after", "measures_after", "long_outage", "register_after_long", "right_outlasts", "close",
                 "close_told_after"}
            ),
            states=frozenset(
                {"issued", "registered", "returned", "verified", "waiting", "deviating", "removing", "granted",
                 "removed", "regularised"}
            ),
            told=frozenset({"system_owner", "coordinator"}),
        ),
        LEAVER: Frame(
            opener="manager",
            holder="subject",
            people=frozenset({"manager", "terminator", "subject"}),
            acts=_acts(
                prepare="manager", withdraw="manager", terminate="terminator", end=DATE, close=RULES,
                forget="system", leave="system", gone="system",
            ),
            days=frozenset({"told_before", "reminded_before", "gone_within"}),
            states=frozenset({"planned", "prepared", "removing", "verifying", "closed", "withdrawn"}),
        ),
        ABSENCE: Frame(
            opener="announcer",
            holder="subject",
            people=frozenset({"announcer", "manager", "subject"}),
            acts=_acts(
                review="manager", reopen="manager", withdraw="announcer", begin=DATE, list=DATE, see="system",
                come_back="system", go_again="system", leave="system", close=RULES,
            ),
            days=frozenset({"secret_rests_after", "listed_after"}),
            states=frozenset(
                {"announced", "away", "listed", "reviewed", "returning", "ended", "withdrawn", "overtaken"}
            ),
        ),
        MOVER: Frame(
            opener="announcer",
            holder="subject",
            people=frozenset({"announcer", "old_manager", "new_manager", "subject"}),
            acts=_acts(
                hand_over="old_manager", decide="new_manager", withdraw="announcer", begin=DATE, silence=TIME,
                move="system", go_back="system", leave="system", close=RULES,
            ),
            days=frozenset({"hand_over_within", "overlap", "overlap_secret", "confirm_secret"}),
            states=frozenset({"announced", "deciding", "removing", "closed", "withdrawn", "overtaken"}),
            told=frozenset({"next_level_manager"}),
        ),
    }
)  # fmt: skip
