"""Which unit becomes which, as the coordinator writes or pastes it: one line each, ``old code;new code``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import NotAllowed

MOST = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A unit that there is."""

    id: int
    board: str
    taken: bool = False  # a reorganisation that is open has it


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be used: its number, what it says, and a code for why."""

    line: int
    said: str
    reason: str


class MappingRefused(NotAllowed):
    """Nothing of it is kept; ``faults`` has every line that is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("mapping_faulty", field="mapping")


def read(text: str, known: Mapping[str, Known]) -> dict[str, str]:
    """Old code to new, all of one board.

    Semicolon, comma or tab parts the two; blank lines and a heading of ``gammal`` or ``old`` are passed over.
    Raises MappingRefused: two_codes, unknown_unit, same_unit, unit_twice, unit_taken, another_board; or
    nothing_mapped, too_many_units.
    """
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip().strip("\ufeff")
        if not said or (number == 1 and said.casefold().startswith(("gammal", "old"))):
            continue
        codes = [code.strip().strip('"') for code in said.replace("\t", ";").replace(",", ";").split(";")]
        reason = _wrong(codes, known, found)
        if reason:
            faults.append(Fault(number, said[:100], reason))
        else:
            found[codes[0]] = codes[1]
    if not faults and not 0 < len(found) <= MOST:
        faults.append(Fault(1, "", "too_many_units" if found else "nothing_mapped"))
    if faults:
        raise MappingRefused(faults)
    return found


def _wrong(codes: list[str], known: Mapping[str, Known], found: Mapping[str, str]) -> str:
    if len(codes) != 2 or not all(codes):
        return "two_codes"
    old, new = codes
    if old not in known:
        return "unknown_unit"
    if old == new:
        return "same_unit"
    if old in found:
        return "unit_twice"
    if known[old].taken:
        return "unit_taken"
    boards = {known[code].board for code in (old, new, *found) if code in known}
    return "another_board" if len(boards) > 1 else ""
