"""The proof of lives: what ships is safe, and each broken one is refused, with its story where an act shows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pytest

from workflows import loader
from workflows.definition import Workflow
from workflows.errors import DefinitionError
from workflows.lives import FRAMES
from workflows.proof import checking
from workflows.proof.faults import ANSWERABLE, CONFINED, IMPARTIAL, SOUND, TIMELESS

LIVES = {name: one for name, one in loader.load_catalog().items() if one.life is not None}
ORDERER, HANDOVER, DEPUTY, PAPER = "authorised_orderer", "role_handover", "deputy", "paper_routine"
LEAVER = "leaver"
REGISTERS = "  - {trigger: register, from: accepted, to: active, by: registrar}\n"
CONFIRMS = "  - {trigger: confirm, from: [active, suspended], to: active, by: nominator}\n"
APART = "  apart: [[nominator, nominee, registrar]]"
COMPLETES = "{trigger: complete, from: accepted, to: completed, by: date}"


@dataclass(frozen=True, slots=True)
class Seed:
    """What to change in which definition, and what must be said of it; ``ends``: the last line of its story."""

    name: str
    process: str
    old: str
    new: str
    invariant: int
    problem: str
    ends: str = ""


SEEDS = (
    Seed(
        "nominates-himself", ORDERER, APART, "  apart: [[nominee, registrar]]", IMPARTIAL,
        "nominator may be the nominee", "Bob, as registrar, register: accepted -> active",
    ),
    Seed(
        "registers-himself", ORDERER, APART, "  apart: [[nominator, nominee]]", IMPARTIAL,
        "registrar may be the nominee", "Alice, as registrar, register: accepted -> active",
    ),
    Seed("nobody-apart", DEPUTY, "  apart: [[absent, deputy]]\n", "", IMPARTIAL, "absent may be the deputy"),
    Seed(
        "proposes-himself", HANDOVER, "[[proposer, successor], [predecessor, successor]]",
        "[[predecessor, successor]]", IMPARTIAL, "proposer may be the successor",
    ),
    Seed(
        "takes-over-unasked", HANDOVER, COMPLETES, COMPLETES.replace("accepted", "proposed"),
        CONFINED, "the successor has not said yes", "date, complete: proposed -> completed",
    ),
    Seed(
        "nobody-says-yes", ORDERER, CONFIRMS, CONFIRMS.replace("suspended]", "suspended, nominated]"),
        CONFINED, "the nominee has not said yes", "Bob, as nominator, confirm: nominated -> active",
    ),
    Seed(
        "silence-appoints", ORDERER, "{trigger: lapse, from: nominated, to: lapsed, by: time}",
        "{trigger: lapse, from: nominated, to: active, by: time}", TIMELESS, "time may not give: lapse",
        "time, lapse: nominated -> active",
    ),
    Seed(
        "silence-hands-over", HANDOVER, COMPLETES, "{trigger: complete, from: accepted, to: completed, by: time}",
        TIMELESS, "time may not give: complete",
    ),
    Seed(
        "anybody-registers", ORDERER, REGISTERS, REGISTERS.replace("by: registrar", "by: parties"), TIMELESS,
        "parties may not give: register",
    ),
    Seed(
        "never-ended", ORDERER, "from: [nominated, accepted, active, suspended], to: ended",
        "from: [nominated, accepted, suspended], to: ended", CONFINED, "end is not possible in active",
    ),
    Seed(
        "ends-by-time-alone", DEPUTY, "from: [named, in_force], to: ended, by: parties",
        "from: named, to: ended, by: parties", TIMELESS, "nobody can end what is given in in_force",
    ),
    Seed("never-given", ORDERER, REGISTERS, REGISTERS.replace("active", "ended"), SOUND, "nothing is ever given"),
    Seed(
        "unreachable", ORDERER, "  suspended: {kind", "  away: {kind: waiting, lapse: never}\n  suspended: {kind",
        SOUND, "nothing leads to the state away",
    ),
    Seed(
        "dead-end", HANDOVER, "from: [proposed, accepted], to: withdrawn", "from: proposed, to: withdrawn",
        CONFINED, "withdraw is not possible in accepted",
    ),
    Seed(
        "end-leads-on", ORDERER, CONFIRMS, CONFIRMS.replace("suspended]", "suspended, ended]"), SOUND,
        "the final state ended leads on",
    ),
    Seed("twice", ORDERER, REGISTERS, REGISTERS + REGISTERS.replace("active", "ended"), SOUND,
         "two transitions register from accepted"),
    Seed("nobody-asked", ORDERER, "suspended: {kind: waiting, lapse: never}", "suspended: {kind: open}", ANSWERABLE,
         "nobody is asked in suspended, and it does not say that it never lapses"),
    Seed("asks-the-wrong-one", ORDERER, "state: accepted, ask: registrar", "state: accepted, ask: nominator",
         ANSWERABLE, "nominator is asked to register in accepted, and cannot"),
    Seed("no-lapse", ORDERER, "reminders: [3, 5, 10], lapse: 15", "reminders: [3, 5, 10], lapse: never", SOUND,
         "the clock of accept and what time does in nominated do not agree"),
    Seed("reminds-too-late", ORDERER, "reminders: [3, 5, 10], lapse: 15", "reminders: [3, 5, 15], lapse: 15", SOUND,
         "accept reminds, or may still be answered, after it has lapsed"),
    Seed("rests-and-lapses", ORDERER, "suspended: {kind: waiting, lapse: never}",
         "suspended: {kind: waiting, lapse: 20}", SOUND, "suspended lapses without a question"),
    Seed("widens", ORDERER, CONFIRMS, CONFIRMS.replace("by: nominator", "by: nominee"), CONFINED,
         "confirm is by nominee, and may only be by nominator"),
    Seed("unknown-act", DEPUTY, "{trigger: expire,", "{trigger: fire,", CONFINED,
         "the product cannot fire: one of begin, end, expire"),
    Seed("verifies-himself", PAPER, "[[registrar, verifier, subject]]", "[[registrar, subject]]", IMPARTIAL,
         "verifier may be the subject", "rules, pass: verified -> granted"),
    Seed("one-pair-of-eyes", PAPER, "{trigger: verify, from: registered, to: verified, by: verifier}",
         "{trigger: verify, from: registered, to: verified, by: registrar}", CONFINED, "the verifier has not acted"),
    Seed("time-passes-it", PAPER, "to: granted, by: rules", "to: granted, by: time", TIMELESS,
         "time may not give: pass"),
    Seed("no-time-to-close", PAPER, "    close: 10 ", "    shut: 10 ", CONFINED, "the time close is missing"),
    Seed("lost-state", PAPER, "  - {trigger: gone, from: removing, to: removed, by: system}", "", SOUND,
         "no way out of the state removing"),
    Seed("no-term", ORDERER, "  longest_months: 24\n", "", CONFINED, "a longest term is missing"),
    Seed("unknown-life", DEPUTY, "about: deputyship", "about: parade", SOUND,
         "nothing is known of parade: one of orderer, handover, deputyship, paper_form, leaver, absence, mover"),
    Seed("ends-oneself", LEAVER, "[[manager, subject], [terminator, subject]]", "[[manager, subject]]", IMPARTIAL,
         "terminator may be the subject"),
    Seed("forgotten", LEAVER, "removing: {kind: waiting, lapse: never} ", "removing: {kind: waiting, lapse: 20} ",
         SOUND, "removing lapses without a question"),
    Seed("time-closes-it", LEAVER, "to: closed, by: rules", "to: closed, by: time", TIMELESS,
         "time may not give: close"),
    Seed("never-verified", LEAVER, "from: removing, to: verifying", "from: removing, to: closed", SOUND,
         "nothing leads to the state verifying"),
    Seed("colleague-ends-it", LEAVER, "to: removing, by: terminator", "to: removing, by: subject", CONFINED,
         "terminate is by subject, and may only be by terminator"),
)  # fmt: skip


# What the changed definition must call its new parts.
WORDS = {
    "lost-state": ("    gone: {sv: antecknar att den är borttagen, en: notes that it is gone}\n", ""),
    "unknown-act": ("    expire:", "    fire:"),
    "unreachable": ("    active: {sv", "    away: {sv: A, en: A}\n    active: {sv"),
}


@lru_cache
def text_of(process: str) -> str:
    return (loader.CATALOG / f"{process}.yaml").read_text(encoding="utf-8")


def broken(seed: Seed) -> Workflow:
    text = text_of(seed.process)
    assert text.count(seed.old) == 1, seed.old
    changed = text.replace(seed.old, seed.new)
    changed = changed.replace(*WORDS.get(seed.name, ("", "")))
    return loader.loads(changed.partition("\nexamples:")[0], f"{seed.process}.yaml")


@pytest.mark.parametrize("shipped", LIVES.values(), ids=lambda w: w.process)
def test_what_ships_is_safe(shipped: Workflow) -> None:
    assert checking.objections(shipped) == ()


def test_every_life_that_the_product_knows_ships_once() -> None:
    assert sorted(one.about for one in LIVES.values()) == sorted(FRAMES)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_broken_life_is_refused_and_the_story_told(seed: Seed) -> None:
    faults = checking.prove(broken(seed))
    meant = [f for f in faults if f.invariant == seed.invariant and f.problem.startswith(seed.problem)]
    assert meant, "\n".join(map(str, faults))
    if seed.ends:
        assert meant[0].story[-1] == seed.ends
        assert "begins it for Alice" in meant[0].story[0]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("becomes: suspended}", "becomes: lapsed}", "suspended"),
        ("acts: [accept, register, end]", "acts: [register, end]", "no register in nominated"),
        ("silent: 14, becomes: nominated", "silent: 15, becomes: nominated", "lapsed"),
    ],
)
def test_story_that_does_not_come_true_is_told_with_its_line(old: str, new: str, found: str) -> None:
    text = text_of(ORDERER)
    assert text.count(old) == 1
    (objection,) = checking.objections(loader.loads(text.replace(old, new), "mine.yaml"))
    line = next(n for n, row in enumerate(text.splitlines(), 1) if old in row)
    assert objection.startswith(f"mine.yaml:{line}: examples: found {found}, expected ")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("state: nominated, ask: nominee", "state: nominated, ask: line_manager", "steps.0.ask"),
        ("from: accepted, to: active, by: registrar", "from: accepted, to: active, by: orderer", "transitions.3.by"),
        ("yearly: september", "yearly: autumn", "steps.2.yearly"),
        ("begins: nominated", "begins: elsewhere", "life.begins"),
        ("    suspend: {sv: gör vilande, en: suspends it}\n", "", "words.moves"),
        ("about: orderer", "about: orderer\nprofiles: [basic]", "profiles"),
    ],
)
def test_what_cannot_be_read_names_the_key(old: str, new: str, key: str) -> None:
    text = text_of(ORDERER)
    assert text.count(old) == 1
    with pytest.raises(DefinitionError) as caught:
        loader.loads(text.replace(old, new), "mine.yaml")
    assert caught.value.key == key


def test_people_of_lives_are_no_chairs_of_orders() -> None:
    text = (loader.CATALOG / "base_order.yaml").read_text(encoding="utf-8")
    changed = text.replace("ask: line_manager", "ask: nominator", 1)
    with pytest.raises(DefinitionError) as caught:
        loader.loads(changed, "mine.yaml")
    assert (caught.value.key, caught.value.found) == ("steps.0.ask", "nominator")
