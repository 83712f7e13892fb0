"""Is this installation fit for use? One finding for each connection and each promise; nothing is changed or sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, pool, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.catalogue.models import Installation
from app.config import Settings
from app.db import db
from app.directory import group_writing
from app.directory.ldap_gateway import current_gateway
from app.errors import DirectoryUnavailable
from app.fulfilment import writing
from app.notifications.transport import Transport, TransportDown
from app.requests import definitions
from app.requests.models import WorkflowVersion

MIGRATIONS = Path(__file__).parent.parent / "migrations"
DELEGATE = "Ge kontot rätten att skriva member i gruppernas OU och ingen annan (docs/deploy.md)"
UPGRADE = "Kör: behorig db upgrade"
FEWEST_CHARACTERS = 10
LOG_CHANGES = (
    "UPDATE audit_event SET event = event WHERE false",
    "DELETE FROM audit_event WHERE false",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: ``fault`` says what is wrong and what to do, empty when all is well."""

    subject: str
    fault: str = ""
    note: str = ""

    def __str__(self) -> str:
        if self.fault:
            return f"FEL  {self.subject}: {self.fault}"
        return f"OK   {self.subject}" + (f" ({self.note})" if self.note else "")


def findings() -> Iterator[Finding]:
    """Each check in turn; one that fails does not stop the others."""
    settings: Settings = current_app.extensions["settings"]
    yield _secret_key(settings)
    database = _connection("databasen som applikationens roll", settings.database_url)
    yield database
    if not database.fault:
        for check in (_append_only, _migrations, _demo_mark, _workflows):
            yield _asked(check)
    yield _owner(settings)
    yield _redis(settings)
    yield from _directory(settings)
    if settings.ldap_write:
        yield _asked(_writing)
    yield _mail(settings)


def _secret_key(settings: Settings) -> Finding:
    if len(set(settings.secret_key)) < FEWEST_CHARACTERS:
        return Finding("hemlig nyckel", "BEHORIG_SECRET_KEY går att gissa. Skapa en slumpad: openssl rand -hex 32")
    return Finding("hemlig nyckel", note=f"{len(settings.secret_key)} tecken")


def _connection(subject: str, url: str) -> Finding:
    engine = create_engine(url, poolclass=pool.NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            version = connection.scalar(text("SHOW server_version_num"))
    except SQLAlchemyError as error:
        return Finding(subject, f"ansluter inte: {_short(error)}. Kontrollera adress, lösenord och pg_hba.conf")
    finally:
        engine.dispose()
    if int(str(version)) < 150000:
        return Finding(subject, "PostgreSQL är äldre än 15. Uppgradera servern")
    return Finding(subject, note=f"{make_url(url).username}, PostgreSQL {int(str(version)) // 10000}")


def _asked(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except SQLAlchemyError as error:
        return Finding("databasens innehåll", f"{_short(error)}. {UPGRADE}")
    finally:
        db.session.rollback()


def _append_only() -> Finding:
    """The application's role must be refused; the trigger alone would let an empty change pass."""
    for statement in LOG_CHANGES:
        try:
            db.session.execute(text(statement))
        except DBAPIError as error:
            db.session.rollback()
            if getattr(error.orig, "sqlstate", "") != "42501":  # insufficient_privilege
                raise
        else:
            done = statement.split()[0]
            return Finding("händelseloggen", f"rollen får göra {done}. {_separate_roles()}")
    return Finding("händelseloggen", note="går inte att ändra eller ta bort ur")


def _separate_roles() -> str:
    return "Ge applikationen en egen roll som inte äger tabellerna (docs/deploy.md). Kör behorig db upgrade som ägaren"


def _migrations() -> Finding:
    heads = set(ScriptDirectory(str(MIGRATIONS)).get_heads())
    at = set(db.session.scalars(text("SELECT version_num FROM alembic_version")))
    if at != heads:
        return Finding("databasens version", f"{', '.join(at) or 'ingen'}, väntade {', '.join(heads)}. {UPGRADE}")
    return Finding("databasens version", note=", ".join(at))


def _demo_mark() -> Finding:
    demo = bool(db.session.scalar(select(Installation.demo)))
    if demo and _settings().mode == "production":
        return Finding("databasens märkning", "det är demonstrationens databas. Byt BEHORIG_DATABASE_URL")
    return Finding("databasens märkning", note="demonstration" if demo else "inte demonstrationens")


def _workflows() -> Finding:
    rows = db.session.execute(
        select(WorkflowVersion.process, WorkflowVersion.version, WorkflowVersion.digest, WorkflowVersion.status)
    ).all()
    stored = {(row.process, row.version): row.digest for row in rows}
    overtaken = definitions.overtaken()
    for workflow in definitions.installed().values():
        digest = stored.get((workflow.process, workflow.version))
        name = f"{workflow.process} version {workflow.version}"
        if digest is None and workflow not in overtaken:
            return Finding("processerna", f"{name} är inte lagrad. {UPGRADE}")
        if digest != workflow.digest and workflow not in overtaken:
            return Finding("processerna", f"{name} är ändrad på disk. Ge den ett nytt versionsnummer. {UPGRADE}")
    notes = [f"{row.process} {row.version}" for row in sorted(rows) if row.status == "active"]
    notes += [
        f"{row.process} {row.version} väntar på att aktiveras" for row in sorted(rows) if row.status == "proposed"
    ]
    notes += [f"den levererade {w.process} {w.version} används inte, er egen är nyare" for w in overtaken]
    return Finding("processerna", note=", ".join(notes))


def _owner(settings: Settings) -> Finding:
    subject = "databasen som tabellernas ägare"
    if not settings.database_owner_url:
        return Finding(subject, note="inte satt: behövs bara där behorig db upgrade körs")
    if make_url(settings.database_owner_url).username == make_url(settings.database_url).username:
        return Finding(subject, f"samma roll som applikationens. {_separate_roles()}")
    return _connection(subject, settings.database_owner_url)


def _redis(settings: Settings) -> Finding:
    try:
        with Redis.from_url(settings.redis_url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (RedisError, ValueError) as error:
        return Finding("Redis", f"svarar inte: {_short(error)}. Kontrollera BEHORIG_REDIS_URL")
    return Finding("Redis")


def _directory(settings: Settings) -> Iterator[Finding]:
    if not settings.ldap_servers:
        yield Finding("katalogen", "ingen server är satt. Sätt BEHORIG_LDAP_SERVERS och BEHORIG_LDAP_BASE")
        return
    if settings.ldap_ca_file and not settings.ldap_ca_file.is_file():
        yield Finding("katalogens certifikat", f"filen {settings.ldap_ca_file} finns inte. Ändra BEHORIG_LDAP_CA_FILE")
    for state in current_gateway().probe():
        advice = f"{state.message}. Kontrollera adress, certifikat, tjänstekonto och BEHORIG_LDAP_BASE"
        yield Finding(f"katalogen {state.server}", "" if state.ok else advice)


def _writing() -> Finding:
    """The account for writing: may it change the members of each group that the catalogue names, and nothing else?"""
    subject = "kontot som skriver i katalogen"
    named = sorted(writing.named_groups())
    try:
        found = group_writing.writable(named)
    except DirectoryUnavailable as error:
        return Finding(subject, f"{error.details.get('cause', '')}. Kontrollera BEHORIG_LDAP_WRITE_*")
    lacking = [name for name in named if name in found and "member" not in found[name]]
    more = sorted({attribute for allowed in found.values() for attribute in allowed} - {"member"})
    if lacking:
        return Finding(subject, f"får inte ändra medlemmar i {', '.join(lacking)}. {DELEGATE}")
    if more:
        return Finding(subject, f"får ändra mer än medlemmar: {', '.join(more)[:200]}. {DELEGATE}")
    absent = [name for name in named if name not in found]
    note = f", {len(absent)} finns inte: {', '.join(absent)}"[:200] if absent else ""
    return Finding(subject, note=f"medlemmar i {len(found)} grupper, inget annat{note}")


def _mail(settings: Settings) -> Finding:
    subject = f"e-postservern {settings.smtp_host}:{settings.smtp_port}"
    try:
        Transport(settings).check()
    except TransportDown as error:
        return Finding(subject, f"{_short(error)}. Kontrollera BEHORIG_SMTP_*")
    return Finding(subject, note="inget skickades")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _short(error: Exception) -> str:
    """The first line of what the server said; addresses with passwords are not in it."""
    said = str(getattr(error, "orig", None) or error).strip()
    return (said.splitlines() or [type(error).__name__])[0][:300]
