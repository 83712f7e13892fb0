"""The people: pure values, drawn from a seed. Planted oddities come in fixed shares, so that they can be counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from benchmarks.municipality.names import BOARDS, GIVEN, PLACES, SURNAMES, TITLES, WORKPLACES

PEOPLE_OF_A_UNIT = 40
# One of so many, by the running number: has left, is on leave, begins later, is protected, works twice, has adm-.
LEFT, LEAVE, FUTURE, PROTECTED, SECOND, ADMINISTRATOR = 50, 60, 90, 500, 25, 100
FORMS = ("anställd",) * 13 + ("visstid",) * 3 + ("tim",) * 3 + ("vikarie",)


@dataclass(frozen=True, slots=True)
class Unit:
    """A workplace. ``code`` is the organisation's own, ``manager`` the running number of who leads it."""

    code: str
    name: str
    board: str
    manager: int


@dataclass(frozen=True, slots=True)
class Account:
    """One account; several may have the ``number`` of one person. ``manager`` is a running number, -1 for nobody."""

    login: str
    number: str
    given_name: str
    surname: str
    unit: Unit
    title: str
    employee_type: str
    manager: int
    suffix: str = ""
    ended: bool = False
    starts_on: str = ""
    protected: bool = False

    @property
    def display_name(self) -> str:
        """The name as the directory shows it."""
        return f"{self.given_name} {self.surname}{self.suffix}"


def units(people: int, seed: int) -> list[Unit]:
    """The workplaces of so many people; the first of each forty leads it."""
    random = Random(f"units {seed}")
    return [
        Unit(
            f"{index:05d}",
            f"{random.choice(PLACES)} {random.choice(WORKPLACES)} {index}",
            BOARDS[index % len(BOARDS)],
            index * PEOPLE_OF_A_UNIT,
        )
        for index in range(-(-people // PEOPLE_OF_A_UNIT))
    ]


def accounts(people: int, seed: int = 1) -> Iterator[Account]:
    """Every account, one person after the other: the person's own first."""
    places = units(people, seed)
    random = Random(f"people {seed}")
    for serial in range(people):
        yield from _of_person(serial, places, random)


def login_of(serial: int) -> str:
    """The login of the person with this running number."""
    return f"p{serial:06d}"


def _of_person(serial: int, places: list[Unit], random: Random) -> Iterator[Account]:
    unit = places[serial // PEOPLE_OF_A_UNIT]
    leads = unit.manager == serial
    own = Account(
        login=login_of(serial),
        number=f"{serial:07d}",
        given_name=random.choice(GIVEN),
        surname=random.choice(SURNAMES),
        unit=unit,
        title="Enhetschef" if leads else random.choice(TITLES),
        employee_type="tjänstledig" if serial % LEAVE == 7 else random.choice(FORMS),
        # Who leads a unit answers to who leads the first unit of the same board; the first of all to nobody.
        manager=unit.manager if not leads else -1 if serial < PEOPLE_OF_A_UNIT else _chief(unit),
        ended=serial % LEFT == 11,
        starts_on="2027-01-11" if serial % FUTURE == 13 else "",
        protected=serial % PROTECTED == 17,
    )
    yield own
    given, surname = own.given_name, own.surname
    if serial % SECOND == 3:
        other = random.choice(places)
        yield Account(f"{own.login}b", own.number, given, surname, other, "Timvikarie", "tim", other.manager)
    if serial % ADMINISTRATOR == 29:
        yield Account(f"{own.login}a", own.number, given, surname, unit, "", "adm", -1, suffix=" (adm)")


def _chief(unit: Unit) -> int:
    first = BOARDS.index(unit.board) * PEOPLE_OF_A_UNIT
    return first if unit.manager != first else 0
