"""Groups of systems and who is in them: a package for each title, and something of one's own for some."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.municipality.names import SYSTEMS, TITLES

LEVELS = ("LAS", "SKRIV", "ADM")
FEWEST, MOST, OWN = 6, 12, 0.15


def groups() -> list[str]:
    """The names of all groups, as the catalogue's convention has them."""
    return [f"SYS-{system}-{level}" for system in SYSTEMS for level in LEVELS]


def memberships(titles: Iterator[tuple[int, str]], seed: int = 1) -> Iterator[tuple[int, int]]:
    """(running number of the person, index of the group): about ten for each of the people with their ``titles``."""
    random = Random(f"memberships {seed}")
    every = range(len(groups()))
    packages = {title: random.sample(every, random.randint(FEWEST, MOST)) for title in (*TITLES, "Enhetschef")}
    for serial, title in titles:
        yield from ((serial, group) for group in packages[title])
        if random.random() < OWN:
            yield serial, random.choice([group for group in every if group not in packages[title]])
