"""A municipality in the product's tables: who works there, what each is granted, and what the directory says of it.

Seeded. Everybody has the groups of their title (benchmarks/municipality); of so many memberships one was never ordered,
and of so many rights one has no membership.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from app.catalogue.models import AccessLevel, System
from app.db import db, transaction
from app.directory.reading import copy_rows
from benchmarks.municipality.memberships import groups, memberships
from benchmarks.municipality.people import Account, accounts, login_of

NIGHT = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
EARLIER = NIGHT - timedelta(days=1)
LONG_AGO = NIGHT - timedelta(days=400)
UNORDERED, WITHOUT = 200, 200  # one of so many
PERSON = (
    "employee_number, given_name, surname, display_name, employment_status, title, search, sort_key, login, mail, "
    "language, employment_form, protected_identity"
)
ACCOUNT = "object_guid, person_id, employee_number, dn, login, enabled, employee_type, created_at, seen_at, attributes"
RIGHT = "subject_id, level_id, source, status, scope, valid_from, granted_at, target_user_id, revoke_reason, version"
AFTERWARDS = (
    "INSERT INTO unit (code, name, board, priority_site) VALUES ('U', 'Enheten', 'KS', false)",
    "UPDATE person SET unit_id = (SELECT id FROM unit WHERE code = 'U'), manager_id = (SELECT min(id) FROM person)",
    """
    INSERT INTO directory_snapshot (server, started_at, finished_at, people, changes)
    VALUES ('ldaps://dc', :night, :night, 0, '{}')
    """,
    """
    INSERT INTO membership_reading (server, read_at, groups, members, state, snapshot_id, outcome, judged_at)
    SELECT 'ldaps://dc', :earlier, 0, 0, 'done', max(id), '{}', :earlier FROM directory_snapshot
    """,
)


@dataclass(frozen=True, slots=True)
class Municipality:
    """What was made: (group, member, DN) as the directory gives them, and the number of rights."""

    members: list[tuple[str, str, str]]
    rights: int


def fill(people: int, seed: int = 1) -> Municipality:
    """Fill the empty tables; memberships are in them as they were the night before."""
    titles = _people(people, seed)
    with transaction():
        levels = _levels()
        names = groups()
        pairs = list(memberships(iter(titles), seed))
        members = [(_guid(names[group]), login_of(who), f"CN={login_of(who)},DC=exempel") for who, group in pairs]
        copy_rows(
            "directory_group", "object_guid, name, dn, seen_at", ((_guid(n), n, f"CN={n}", EARLIER) for n in names)
        )
        rights = _rights(pairs, [levels[name] for name in names])
    with transaction():
        present = (member for n, member in enumerate(members) if n % WITHOUT)
        _memberships(present)
        for statement in AFTERWARDS:
            given = {"night": NIGHT - timedelta(hours=1), "earlier": EARLIER}
            wanted = {name: value for name, value in given.items() if f":{name}" in statement}
            db.session.execute(text(statement), wanted)
    return Municipality([member for n, member in enumerate(members) if n % WITHOUT], rights)


def _people(people: int, seed: int) -> list[tuple[int, str]]:
    """Everybody's own account, active; (running number, title) of each."""
    own = [account for account in accounts(people, seed) if account.login == login_of(int(account.number))]
    with transaction():
        copy_rows("person", PERSON, (_person(account) for account in own))
        ids = dict(db.session.execute(text("SELECT employee_number, id FROM person")).tuples().all())
        copy_rows("directory_account", ACCOUNT, (_account(account, ids[account.number]) for account in own))
    return [(int(account.number), account.title) for account in own]


def _person(a: Account) -> tuple[object, ...]:
    names = a.number, a.given_name, a.surname, a.display_name
    return (*names, "active", a.title, "", "", a.login, "", "sv", "permanent", False)


def _account(a: Account, person_id: int) -> tuple[object, ...]:
    return (a.login, person_id, a.number, f"CN={a.login}", a.login, True, "anställd", LONG_AGO, NIGHT, json.dumps({}))


def _levels() -> dict[str, int]:
    """A level for each group; its id by the group's name."""
    systems: dict[str, System] = {}
    for name in groups():
        code, level = name.removeprefix("SYS-").rsplit("-", 1)
        columns = {"board": "KS", "confidentiality": 2, "integrity": 2, "availability": 2, "min_managers": 0}
        system = systems.setdefault(code, System(code=code, name=code, lifecycle="planned", **columns))
        system.levels.append(AccessLevel(code=level, label=level, profile="standard", directory_group=name))
    db.session.add_all(systems.values())
    db.session.flush()
    return dict(db.session.execute(select(AccessLevel.directory_group, AccessLevel.id)).tuples().all())


def _rights(pairs: Iterable[tuple[int, int]], levels: list[int]) -> int:
    """A right for each membership, but for one of so many; how many."""
    ids = dict(db.session.execute(text("SELECT login, id FROM person")).tuples().all())
    day = LONG_AGO.date()
    rows = [
        (ids[login_of(who)], levels[group], "request", "active", "", day, LONG_AGO, "", "", 1)
        for n, (who, group) in enumerate(pairs)
        if n % UNORDERED != UNORDERED // 2
    ]
    copy_rows(
        "access_grant",
        "subject_id, level_id, source, status, scope, valid_from, granted_at, target_user_id, revoke_reason, version",
        rows,
    )
    return len(rows)


def _memberships(members: Iterator[tuple[str, str, str]]) -> None:
    ids = dict(db.session.execute(text("SELECT object_guid, id FROM directory_group")).tuples().all())
    rows = ((ids[group], member, dn, LONG_AGO) for group, member, dn in members)
    copy_rows("directory_membership", "group_id, member_guid, member_dn, seen_at", rows)


def _guid(name: str) -> str:
    return f"guid-{name}"
