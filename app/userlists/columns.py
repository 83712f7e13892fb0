"""Which column of a list is what, and from rows of text to accounts, or what is wrong with each row. No database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from app.training.completions_file import day_of, shown
from app.userlists.reading import HIDDEN, Table, fold

FIELDS = ("number", "login", "mail", "name", "level", "status", "used_on")
KEYS = ("number", "login", "mail")  # at least one says whose account it is
NOT_COUNTED = 0  # in the place of a level: the role is none that anybody orders
HEADINGS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "number": frozenset({
            "anställningsnummer", "anställningsnr", "anställnr", "anstnr", "personalnummer", "employeenumber",
            "employeeid", "employeeno", "empno",
        }),
        "login": frozenset({
            "användarnamn", "användarid", "användare", "konto", "kontonamn", "inloggning", "inloggningsnamn", "login",
            "username", "user", "userid", "useraccount", "account", "accountname", "samaccountname",
            "signatur", "logon",
        }),
        "mail": frozenset({"epost", "epostadress", "mail", "mejl", "email", "emailaddress", "mailadress", "upn",
            "userprincipalname"}),
        "name": frozenset({"namn", "visningsnamn", "förochefternamn", "fulltnamn", "name", "displayname", "fullname"}),
        "level": frozenset({"roll", "roller", "nivå", "behörighetsnivå", "behörighet", "behörigheter", "profil",
            "grupp", "role", "roles", "level", "accesslevel", "permission", "profile", "group", "usertype"}),
        "status": frozenset({"status", "aktiv", "kontostatus", "aktivt", "spärrad", "spärrat", "låst", "inaktiv",
            "avstängd", "active", "enabled", "state", "accountstatus", "disabled", "locked", "inactive", "blocked"}),
        "used_on": frozenset({"senastinloggad", "senasteinloggning", "senastinloggning", "senastanvänd", "lastlogin",
            "lastlogon", "lastused", "lastsignin"}),
    }
)  # fmt: skip
BACKWARDS = frozenset(
    {"spärrad", "spärrat", "låst", "inaktiv", "avstängd", "disabled", "locked", "inactive", "blocked"}
)
OPEN_WORDS = frozenset({"", "aktiv", "aktivt", "active", "enabled", "öppen", "öppet", "open", "ok", "normal"})
CLOSED_WORDS = frozenset({
    "inaktiv", "inaktivt", "inactive", "disabled", "spärrad", "spärrat", "låst", "locked", "blocked", "avstängd",
    "avstängt", "avslutad", "avslutat", "stängd", "stängt", "closed", "borttagen", "deleted", "expired", "utgången",
})  # fmt: skip
YES, NO = (
    frozenset({"ja", "j", "yes", "y", "true", "1", "sant", "x"}),
    frozenset({"nej", "n", "no", "false", "0", "falskt"}),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """``columns``: the heading of each field that the list has. ``levels``: what each written role means, by fold."""

    columns: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One account as the list tells it. ``level_id`` None: it tells no level."""

    line: int
    login: str
    number: str
    mail: str
    name: str
    level_id: int | None
    enabled: bool
    used_on: date | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: in which field, what stands there (never a personnummer), and a code."""

    line: int
    field: str
    value: str
    reason: str


def guess(headings: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """The heading of each field: as the last time where it is there, else by its words; none where none was chosen."""
    by_fold = {fold(heading): heading for heading in headings}
    found = {name: heading for name, heading in known.items() if heading in headings and name in FIELDS}
    for name in FIELDS:
        if name not in found and known.get(name) != "":
            heading = next((by_fold[word] for word in by_fold if word in HEADINGS[name]), "")
            if heading and heading not in found.values():
                found[name] = heading
    return found


def guess_levels(
    written: Sequence[str], levels: Mapping[int, Sequence[str]], known: Mapping[str, int]
) -> dict[str, int]:
    """The level of each role, by fold: as the last time, else the one that is called so. ``levels``: names by id."""
    by_name = {fold(name): id_ for id_, names in levels.items() for name in names}
    found = {}
    for role in written:
        key = fold(role)
        wanted = known.get(key, by_name.get(key))
        if wanted is not None and (wanted == NOT_COUNTED or wanted in levels):
            found[key] = wanted
    return found


def roles(table: Table, heading: str) -> list[str]:
    """What stands in the column of levels, each once, in order."""
    if heading not in table.headings:
        return []
    place = table.headings.index(heading)
    seen: dict[str, str] = {}
    for _line, cells in table.rows:
        seen.setdefault(fold(cells[place]), cells[place])
    return sorted(seen.values(), key=fold)


def accounts(table: Table, mapping: Reading, only_level: int | None) -> tuple[list[Row], list[Fault]]:
    """The accounts, and what is wrong with rows; whatever is wrong with one, the list as a whole is not to be used.

    ``only_level``: of a list that tells none. Rows whose role is not counted give no account. The same account at the
    same level twice is one, open where one of them is.
    """
    rows: dict[tuple[str, int | None], Row] = {}
    faults: list[Fault] = []
    reader = _Reader(table, mapping, only_level)
    for line, cells in table.rows:
        wrong = list(reader.faults(line, cells))
        faults += wrong
        row = None if wrong else reader.row(line, cells)
        if row is not None:
            key = fold(row.login), row.level_id
            if key not in rows or (row.enabled and not rows[key].enabled):
                rows[key] = row
    return list(rows.values()), faults


class _Reader:
    """One row at a time."""

    def __init__(self, table: Table, mapping: Reading, only_level: int | None) -> None:
        places = {heading: n for n, heading in enumerate(table.headings)}
        self.places = {name: places[heading] for name, heading in mapping.columns.items() if heading in places}
        self.levels, self.only_level = mapping.levels, only_level
        self.is_backwards = fold(mapping.columns.get("status", "")) in BACKWARDS

    def value(self, cells: Sequence[str], name: str) -> str:
        place = self.places.get(name)
        return "" if place is None else cells[place]

    def faults(self, line: int, cells: Sequence[str]) -> Iterator[Fault]:
        used = {name: self.value(cells, name) for name in self.places}
        yield from (Fault(line, name, "", "personnummer") for name, value in used.items() if value == HIDDEN)
        if not any(used.get(name) for name in KEYS):
            yield Fault(line, "login", "", "no_key")
        role = used.get("level")
        if role is not None and role != HIDDEN and fold(role) not in self.levels:
            yield Fault(line, "level", shown(role), "unknown_level" if role else "level_missing")
        if self.is_open(used.get("status", "")) is None:
            yield Fault(line, "status", shown(used["status"]), "unknown_status")
        if used.get("used_on") and used["used_on"] != HIDDEN and day_of(used["used_on"]) is None:
            yield Fault(line, "used_on", shown(used["used_on"]), "not_a_date")

    def row(self, line: int, cells: Sequence[str]) -> Row | None:
        used = {name: self.value(cells, name) for name in FIELDS}
        level_id = self.levels[fold(used["level"])] if "level" in self.places else self.only_level
        if level_id == NOT_COUNTED:
            return None
        login = used["login"] or used["mail"] or used["number"]
        is_open = self.is_open(used["status"])
        return Row(
            line, login, used["number"], used["mail"], used["name"], level_id, bool(is_open), day_of(used["used_on"])
        )

    def is_open(self, written: str) -> bool | None:
        """Whether the account is open; None for a word that says neither."""
        word = fold(written)
        if word in YES | NO:
            return (word in YES) != self.is_backwards
        if word in CLOSED_WORDS:
            return False
        return True if word in OPEN_WORDS else None
