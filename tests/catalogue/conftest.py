"""People, units and a small catalogue in a transaction that is never committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.catalogue import services
from app.catalogue.models import Appointment, System
from app.catalogue.queries import system
from app.db import db
from app.directory.models import Person, Unit
from workflows.events import Actor, AppointmentChanged, CatalogueLoaded
from workflows.role_events import DeputyEnded, DeputyNamed

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
CLERK = Actor(None, "administrator", "cli")

TRIAL = """\
format: 1
boards:
  - {code: KTN, name: Kultur- och tekniknämnden}
systems:
  - code: PROV
    name: Provbiblioteket
    description: Böcker och låntagare i ett påhittat bibliotek.
    board: KTN
    owner_role: bibliotekschef
    classification: {k: 2, r: 2, t: 1}
    guideline: {required: true, version: "1.0"}
    levels:
      - {code: DISK, label: Lånedisk, profile: standard}
      - {code: KAT, label: Katalogisering, profile: basic, k: 1}
  - code: PROVA
    name: Åkerkartan
    description: Åkrar och ängar.
    board: KTN
    owner_role: fastighetschef
    classification: {k: 1, r: 1, t: 1}
    orderer_required: true
    levels:
      - {code: LAS, label: Läsa, profile: basic}
"""


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The database session of a request that is undone at the end."""
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def published(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the room publishes, with nothing else following from it."""
    events: list[Any] = []
    table = {key: [events.append] for key in (CatalogueLoaded, AppointmentChanged, DeputyNamed, DeputyEnded)}
    monkeypatch.setitem(app.extensions, "reactions", table)
    return events


@pytest.fixture
def trial_file(tmp_path: Path) -> Path:
    """A small catalogue file with systems that no other test has."""
    path = tmp_path / "prov.yaml"
    path.write_text(TRIAL, encoding="utf-8")
    return path


@pytest.fixture
def trial(session: Any, published: list[Any], trial_file: Path) -> System:
    """The system PROV, loaded, without owner and managers."""
    services.load_file(trial_file, now=NOW)
    published.clear()
    return system("PROV")


@pytest.fixture
def units(session: Any) -> dict[str, Unit]:
    """A house with a department in it, and a neighbour."""
    house = Unit(code="prov-hus", name="Huset", board="KTN")
    neighbour = Unit(code="prov-granne", name="Grannen", board="SOC")
    session.add_all([house, neighbour])
    session.flush()
    room = Unit(code="prov-rum", name="Rummet", board="KTN", parent_id=house.id)
    session.add(room)
    session.flush()
    return {"house": house, "room": room, "neighbour": neighbour}


@pytest.fixture
def people(session: Any, units: dict[str, Unit]) -> dict[str, Person]:
    """Alice, Bob, Carol and Dan work here; Eva has left."""
    found = {}
    for number, name in enumerate(["Alice", "Bob", "Carol", "Dan", "Eva"]):
        status = "ended" if name == "Eva" else "active"
        found[name] = Person(
            employee_number=f"prov-{number}", display_name=name, sort_key=name.lower(),
            unit_id=units["room"].id, employment_status=status,
        )  # fmt: skip
    session.add_all(found.values())
    session.flush()
    return found


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent inside the block."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def give(role: str, person: Person, **more: Any) -> Appointment:
    """Appoint ``person`` from today on, by the clerk."""
    until = {"valid_to": date(2027, 12, 31)} if role == "authorised_orderer" else {}
    new = services.NewAppointment(role, person.id, **{"valid_from": TODAY, **until, **more})
    return services.appoint(new, actor=CLERK, now=NOW)
