"""The processes of the demonstration, as commands: the same programs as in production around embedded servers."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.demonstration.embedded import Database
from app.demonstration.processes import LOOPBACK, Command, free_port

FACTORY = "app:create_app"
PEOPLE, GROUPS = "people.json", "groups.json"
LDAP_BASE = "DC=exempel,DC=test"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each part listens, on the loopback address."""

    web: int
    mailbox: int
    smtp: int
    ldap: int

    @classmethod
    def free(cls, web: int, mailbox: int) -> Ports:
        """The wanted ports where they are free, others where they are taken."""
        return cls(free_port(web), free_port(mailbox), free_port(), free_port())


@dataclass(frozen=True, slots=True)
class Place:
    """The directory that holds the demonstration's state, and the Python that runs it."""

    directory: Path
    ports: Ports

    @property
    def web_address(self) -> str:
        """Where people start."""
        return f"http://{LOOPBACK}:{self.ports.web}"

    @property
    def mailbox_address(self) -> str:
        """Where the mails are read."""
        return f"http://{LOOPBACK}:{self.ports.mailbox}"

    def environment(self, database: Database, redis: str) -> dict[str, str]:
        """The settings of the product, for every process of it."""
        return {
            "BEHORIG_MODE": "demo",
            "BEHORIG_BASE_URL": self.web_address,
            "BEHORIG_SECRET_KEY": self._secret("secret_key"),
            "BEHORIG_MUNICIPALITY": "Exempelkommunen",
            "BEHORIG_CONTACT": "servicedesk på anknytning 1234",
            "BEHORIG_DATABASE_URL": database.application,
            "BEHORIG_DATABASE_OWNER_URL": database.owner,
            "BEHORIG_REDIS_URL": redis,
            "BEHORIG_LDAP_SERVERS": f"ldap://{LOOPBACK}:{self.ports.ldap}",
            "BEHORIG_LDAP_PLAIN_TEXT": "true",
            "BEHORIG_LDAP_START_TLS": "false",
            "BEHORIG_LDAP_BASE": LDAP_BASE,
            "BEHORIG_LDAP_BIND_DN": f"CN=svc-behorig,{LDAP_BASE}",
            "BEHORIG_LDAP_BIND_PASSWORD": self._secret("ldap_password"),
            "BEHORIG_LDAP_LOGIN_DOMAIN": "exempel.test",
            "BEHORIG_SMTP_HOST": LOOPBACK,
            "BEHORIG_SMTP_PORT": str(self.ports.smtp),
            "BEHORIG_MAIL_FROM": "Behörig <behorig@demo.exempelkommunen.example>",
        }

    def log(self, name: str) -> Path:
        """What a process has said."""
        return self.directory / "log" / f"{name}.log"

    def _secret(self, name: str) -> str:
        """A random secret that stays the same from run to run: a login survives a restart."""
        file = self.directory / name
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(48))
        return file.read_text()


def directory(place: Place, environment: Mapping[str, str]) -> Command:
    """The directory that plays AD."""
    arguments = [
        "app.demonstration.ldap_server",
        "--port",
        str(place.ports.ldap),
        "--people",
        str(place.directory / PEOPLE),
        "--groups",
        str(place.directory / GROUPS),
    ]
    return Command(
        "directory", _python(*arguments), place.log("directory"), environment=environment, ends_with_input=True
    )


def mailbox(place: Place) -> Command:
    """The mail server and its page."""
    where = ["--directory", str(place.directory / "mail")]
    ports = ["--smtp-port", str(place.ports.smtp), "--port", str(place.ports.mailbox)]
    return Command("mailbox", _python("app.demonstration.mailbox_server", *ports, *where), place.log("mailbox"))


def furnishing(place: Place, environment: Mapping[str, str]) -> Command:
    """Makes the database the demonstration's, and ends."""
    arguments = _python("app.demonstration.furnishing", FACTORY)
    return Command("furnishing", arguments, place.log("furnishing"), environment=environment)


def web(place: Place, environment: Mapping[str, str]) -> Command:
    """gunicorn with two workers."""
    options = ["--workers", "2", "--bind", f"{LOOPBACK}:{place.ports.web}", "--graceful-timeout", "5"]
    arguments = _python("gunicorn", "--config", "python:app.serving", *options, f"{FACTORY}()")
    return Command("web", arguments, place.log("web"), environment=environment)


def worker(place: Place, environment: Mapping[str, str]) -> Command:
    """The Celery worker."""
    arguments = _celery("worker", "--concurrency", "2", "--without-gossip", "--without-mingle")
    return Command("worker", arguments, place.log("worker"), environment=environment)


def beat(place: Place, environment: Mapping[str, str]) -> Command:
    """The one that starts what happens by itself."""
    return Command("beat", _celery("beat", "--pidfile", ""), place.log("beat"), environment=environment)


def _celery(what: str, *options: str) -> list[str]:
    return _python("celery", "-A", "celery_worker", what, "--loglevel", "INFO", *options)


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
