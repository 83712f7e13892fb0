"""An orderer and a handover follow the version of the definition that they began with; new ones the active one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app import clock
from app.appointments import duties, handovers
from app.appointments.handovers import NewHandover
from app.appointments.orderer_tasks import follow_orderers
from app.db import transaction
from app.errors import NotAllowed
from app.requests import definitions, lives
from app.requests.models import WorkflowVersion
from tests.appointments.test_orderers import FIRST, act, active, at, nominated
from tests.auth.conftest import LogIn
from tests.people import Town
from workflows import loader
from workflows.events import Actor
from workflows.proof import checking

pytestmark = pytest.mark.usefixtures("frozen_time")


def activated(process: str, *changes: tuple[str, str]) -> int:
    """The next version of the process, with these changes, made active; its number."""
    shipped = definitions.installed()[process]
    text = Path(shipped.source_file).read_text(encoding="utf-8").partition("\nexamples:")[0]
    for old, new in (("version: 1\n", "version: 2\n"), *changes):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    assert checking.objections(loader.loads(text, "mine.yaml")) == ()
    with transaction() as session:
        session.execute(update(WorkflowVersion).where(WorkflowVersion.process == process).values(status="superseded"))
        session.add(
            WorkflowVersion(
                process=process,
                version=2,
                digest="2",
                source=text,
                status="active",
                why="",
                proposed_at=clock.now(),
                activated_at=clock.now(),
            )
        )
    return 2


def test_deadlines_and_terms_come_from_the_version_of_the_beginning(town: Town) -> None:
    old = nominated(town)
    number = activated(
        lives.ORDERER, ("due: 5, reminders: [3, 5, 10]", "due: 7, reminders: [3]"), ("months: 24", "months: 12")
    )
    with pytest.raises(NotAllowed, match="orderer_period"):
        nominated(town, town.eva)
    new = nominated(town, town.eva, valid_to=date(2027, 3, 1))
    assert (old.definition_version, old.due_on) == (1, date(2026, 3, 9))
    assert (new.definition_version, new.due_on) == (number, date(2026, 3, 11))


def test_what_is_under_way_goes_on_by_its_own_moves(town: Town, frozen_time: Any) -> None:
    old = active(town)
    activated(lives.ORDERER, ("yearly: september", "yearly: october"))
    at(frozen_time, 2026, 9, 1)
    follow_orderers()
    assert old.due_on == date(2026, 9, 22), "asked in September, as when it began"


def test_a_new_version_asks_in_its_own_month(town: Town, frozen_time: Any) -> None:
    activated(lives.ORDERER, ("yearly: september", "yearly: october"))
    one = active(town)
    at(frozen_time, 2026, 9, 1)
    follow_orderers()
    assert one.due_on is None
    at(frozen_time, 2026, 10, 1)
    follow_orderers()
    assert one.due_on == date(2026, 10, 22)


def test_who_may_be_the_same_person_is_the_definitions_to_say(town: Town) -> None:
    activated(
        lives.ORDERER,
        ("apart: [[nominator, nominee, registrar]]", "apart: [[nominator, nominee], [nominee, registrar]]"),
    )
    one = nominated(town)
    act("accept", one, one.person, version=duties.VERSION)
    act("register", one, town.bob)
    assert one.state == "active"


def test_a_handover_keeps_its_deadline(town: Town) -> None:
    new = NewHandover(
        "system_manager", town.carol.id, town.eva.id, FIRST + timedelta(days=20), system_id=town.disk.system_id
    )
    activated(lives.HANDOVER, ("due: 5, reminders: [3, 5], lapse: 6", "due: 2, reminders: [1], lapse: 3"))
    with transaction():
        one = handovers.propose(new, actor=Actor(town.carol.id, "system_manager"), now=clock.now())
    assert (one.definition_version, one.due_on) == (2, date(2026, 3, 4))


def test_a_life_is_on_the_pages_of_processes(as_person: LogIn, town: Town) -> None:
    browser = as_person(town.alice)
    assert "Behörig beställare" in browser.get("/processes/").text
    page = browser.get("/processes/authorised_orderer").text
    for words in ("Väntar på registrering", "den som är föreslagen", "24 månader", "en gång om året, från september",
                  "Alltid olika personer", "15 arbetsdagar"):  # fmt: skip
        assert words in page, words
    assert browser.get("/processes/deputy").status_code == 200
    assert browser.get("/processes/role_handover/1").status_code == 200


def test_first_version_of_a_life_is_active_where_orders_have_versions_already(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for process in ("deputy", "business_system"):
        text = Path(definitions.installed()[process].source_file).read_text(encoding="utf-8")
        (tmp_path / f"{process}.yaml").write_text(text.replace(f"process: {process}", f"process: {process}_new"))
    brought = loader.load_catalog(tmp_path)
    monkeypatch.setattr(definitions, "installed", lambda: brought)
    assert lives.beginning("deputy_new").version == 1, "the shipped file speaks until it is stored"
    with transaction():
        assert definitions.store(clock.now()) == 2
    assert definitions.active("deputy_new") is not None
    assert definitions.active("business_system_new") is None, "orders wait for a person to activate theirs"
