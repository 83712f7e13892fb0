"""A municipality with planted copies among role packages, innocent twins and newcomers whose orders are late (seeded).

``plant`` fills the tables of an application whose directory has been read; what it planted is the truth that the
detector of copied accounts (rules.md C13, F2) is scored by.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from app.catalogue.models import AccessLevel, System
from app.db import db, transaction
from app.directory.models import DirectoryAccount, DirectoryGroup, DirectoryMembership, Person, Unit
from app.grants.models import Grant

PEOPLE, GROUPS, PACKAGES = 1500, 40, 20
COPIES, PACKAGED, LATE = 40, 40, 40
GIVEN = ("Åsa", "Örjan", "Märta", "Björn", "Elsa", "Ali", "Sofia", "Nils", "Göran", "Maria-Therése")
SURNAMES = ("Åkesson", "Öberg", "Lind", "al-Khatib", "Ek", "Sjö", "O'Brien", "Nyström", "Dahl", "af Ugglas")


@dataclass
class Planted:
    """Who is a copy, and of whom; the groups of everybody, by person."""

    copies: dict[int, int] = field(default_factory=dict)
    sets: dict[int, frozenset[int]] = field(default_factory=dict)


def plant(now: datetime, seed: int) -> Planted:
    """Fill the tables: residents since long before ``now``, and those who came since the reading at ``now``."""
    chance, planted = random.Random(seed), Planted()
    with transaction():
        groups = _groups(now)
        packages = [chance.sample(groups, chance.randint(3, 8)) for _ in range(PACKAGES)]
        residents = _people(PEOPLE, chance, "G")
        for person in residents:
            planted.sets[person] = frozenset([*chance.choice(packages), *chance.sample(groups, chance.randint(0, 2))])
        _accounts(residents, now, lambda: now - timedelta(days=chance.randint(200, 3000)))
        _members(planted, residents, now)
        _granted(planted, residents, now)
        after = now + timedelta(hours=23)
        newcomers = _people(COPIES + PACKAGED + LATE, chance, "N")
        copies, packaged, late = newcomers[:COPIES], newcomers[COPIES:-LATE], newcomers[-LATE:]
        for person in copies:
            source = chance.choice(residents)
            planted.copies[person] = source
            planted.sets[person] = _nearly(planted.sets[source], chance)
        for person in packaged:
            planted.sets[person] = frozenset(chance.choice(packages))
        for person in late:  # the base by order, and two groups whose orders come afterwards
            planted.sets[person] = frozenset(chance.sample(groups, 4))
        _accounts(newcomers, after, lambda: after - timedelta(days=chance.randint(0, 10)))
        _members(planted, newcomers, after)
        _granted(planted, packaged, after)
        _granted(planted, late, after, most=2)
    return planted


def _nearly(source: frozenset[int], chance: random.Random) -> frozenset[int]:
    """The same groups; of many, one may have been left out."""
    if len(source) >= 6 and chance.random() < 0.5:
        return source - {chance.choice(sorted(source))}
    return source


def _groups(now: datetime) -> list[int]:
    """Mapped groups, eight systems with five levels each; their ids."""
    for number in range(GROUPS // 5):
        columns = {"board": "KS", "confidentiality": 2, "integrity": 2, "availability": 2, "min_managers": 0}
        system = System(code=f"GEN{number}", name=f"Genererat {number}", lifecycle="planned", **columns)
        system.levels = [
            AccessLevel(code=f"L{n}", label=f"Nivå {n}", profile="standard", directory_group=f"SYS-GEN{number}-{n}")
            for n in range(5)
        ]
        db.session.add(system)
        for n in range(5):
            name = f"SYS-GEN{number}-{n}"
            db.session.add(DirectoryGroup(object_guid=name, name=name, dn=f"CN={name}", seen_at=now))
    db.session.flush()
    found = select(DirectoryGroup.id).where(DirectoryGroup.name.startswith("SYS-GEN")).order_by(DirectoryGroup.id)
    return list(db.session.scalars(found))


def _people(number: int, chance: random.Random, prefix: str) -> list[int]:
    manager = db.session.scalars(select(Person.id).where(Person.employment_status == "active").limit(1)).one()
    units = list(db.session.scalars(select(Unit.id)))
    rows: list[dict[str, Any]] = [
        {
            "employee_number": f"{prefix}{n:05}",
            "display_name": f"{chance.choice(GIVEN)} {chance.choice(SURNAMES)}",
            "employment_status": "active",
            "manager_id": manager,
            "unit_id": chance.choice(units),
        }
        for n in range(number)
    ]
    return list(db.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows))


def _accounts(people: Iterable[int], now: datetime, created: Any) -> None:
    rows = [
        {
            "object_guid": f"gen-{person}",
            "person_id": person,
            "employee_number": f"gen-{person}",
            "dn": f"CN=gen-{person}",
            "login": f"gen{person}",
            "employee_type": "anställd",
            "created_at": created(),
            "seen_at": now,
            "attributes": {},
        }
        for person in people
    ]
    db.session.execute(insert(DirectoryAccount), rows)


def _members(planted: Planted, people: Iterable[int], now: datetime) -> None:
    rows = [
        {"group_id": group, "member_guid": f"gen-{person}", "member_dn": f"CN=gen-{person}", "seen_at": now}
        for person in people
        for group in sorted(planted.sets[person])
    ]
    db.session.execute(insert(DirectoryMembership), rows)


def _granted(planted: Planted, people: Iterable[int], now: datetime, most: int = 99) -> None:
    named = select(DirectoryGroup.id, AccessLevel.id).join(
        AccessLevel, AccessLevel.directory_group == DirectoryGroup.name
    )
    level_of = {group: level for group, level in db.session.execute(named)}
    rows = [
        {
            "subject_id": person,
            "level_id": level_of[group],
            "source": "legacy",
            "valid_from": now.date(),
            "granted_at": now,
        }
        for person in people
        for group in sorted(planted.sets[person])[:most]
    ]
    db.session.execute(insert(Grant), rows)
