"""What an order's subject must learn and sign: asked beside the manager, closed by itself (rules.md C0.4, G8, G9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.catalogue.models import AccessLevel, Agreement
from app.db import db, transaction
from app.directory.models import Person
from app.errors import NotAllowed
from app.notifications.models import OutboxMail
from app.requests import prerequisites, recording
from app.requests import tasks as periodic
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task
from tests.people import Town, grant
from tests.requests.conftest import Life
from tests.training.conftest import agreement, base_courses, completed, courses, procapita, signed
from workflows.case import EmploymentStatus
from workflows.events import Actor

__all__ = ["agreement", "courses", "procapita"]

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECRECY = "Sekretess i socialtjänsten"
pytestmark = pytest.mark.usefixtures("courses")


@pytest.fixture(autouse=True)
def directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is employed, whoever asks."""
    from app.directory import services as live
    from tests.requests.conftest import employed

    monkeypatch.setattr(live, "lookup", lambda person, _now: employed(person))


def order_for(life: Life, who: Person, level: AccessLevel, **more: object) -> AccessRequest:
    return life.order(who, level=level, justification="Ska dokumentera insatser på min enhet.", **more)


def beside(order: AccessRequest) -> Task | None:
    """The subject's own task, as the database has it."""
    db.session.expire_all()
    return tasks.open_beside(order.id)


def mails(template: str) -> dict[str, list[OutboxMail]]:
    """Queued mails of one template, by the receiver's given name."""
    rows = db.session.execute(
        select(Person.given_name, OutboxMail)
        .join(Person, Person.id == OutboxMail.recipient_id)
        .where(OutboxMail.template == template)
        .order_by(OutboxMail.id)
    )
    found: dict[str, list[OutboxMail]] = {}
    for name, mail in rows:
        found.setdefault(name, []).append(mail)
    return found


def state(order: AccessRequest) -> str:
    db.session.expire_all()
    return order.state


def test_scenario_7_procapita_without_its_course_waits_and_goes_on_when_the_course_is_imported(
    life: Life, town: Town, procapita: AccessLevel
) -> None:
    base_courses(town.alice)
    order = order_for(life, town.alice, procapita)
    assert life.asked(order) == {"Bob"}, "the manager is asked meanwhile (C0.6)"
    life.answer(order, town.bob, "approve")
    assert (state(order), order.wait_reason, order.resume_state) == (
        "waiting_prerequisites",
        "training_missing",
        "manager_approved",
    )
    completed(town.alice, "SEKRETESS-SOC")
    assert state(order) == "manager_approved"
    assert life.asked(order) == {"Carol"}
    life.answer(order, town.carol, "grant", data={"done_on": "2026-03-02"})
    assert state(order) == "granted"


def test_subject_is_asked_at_once_and_told_what(life: Life, town: Town, procapita: AccessLevel) -> None:
    base_courses(town.alice)
    order = order_for(life, town.alice, procapita)
    task = beside(order)
    assert task is not None
    assert [a.person.given_name for a in task.addressees] == ["Alice"]
    (mail,) = mails("prerequisite")["Alice"]
    assert mail.data["missing"] == [SECRECY]
    assert mail.data["url_path"] == "/training", "no address outside the product (G8)"


def test_orderer_is_told_once_too(life: Life, town: Town, procapita: AccessLevel) -> None:
    order = order_for(life, town.alice, procapita, by=town.bob)
    assert state(order) == "waiting_prerequisites", "the manager who ordered need not answer"
    assert {name: len(found) for name, found in mails("prerequisite").items()} == {"Alice": 1, "Bob": 1}
    assert mails("order_waiting") == {}


def test_course_taken_while_the_manager_thinks_needs_no_wait(life: Life, town: Town, procapita: AccessLevel) -> None:
    base_courses(town.alice)
    order = order_for(life, town.alice, procapita)
    completed(town.alice, "SEKRETESS-SOC")
    assert beside(order) is None
    assert life.asked(order) == {"Bob"}
    life.answer(order, town.bob, "approve")
    assert state(order) == "manager_approved"


def test_one_course_of_two_is_not_enough_and_sends_no_new_mail(life: Life, town: Town, procapita: AccessLevel) -> None:
    order = order_for(life, town.alice, procapita)
    life.answer(order, town.bob, "approve")
    completed(town.alice, "INFOSEC-BAS", "GDPR-BAS")
    assert state(order) == "waiting_prerequisites"
    assert prerequisites.missing(order) == [SECRECY]
    assert len(mails("prerequisite")["Alice"]) == 1


def test_base_courses_are_asked_for_every_new_right_from_k2_on(life: Life, town: Town) -> None:
    order = life.order(town.alice)
    assert prerequisites.missing(order) == ["Grundkurs i informationssäkerhet", "Grundkurs i dataskydd"]


def test_base_courses_are_not_asked_for_below_k2(life: Life, town: Town) -> None:
    with transaction():
        town.disk.details = {"k": 1}
    order = life.order(town.alice)
    assert beside(order) is None


def test_base_courses_are_not_asked_for_what_one_already_has(life: Life, town: Town) -> None:
    with transaction() as session:
        held = grant(session, town.alice, town.disk)
    order = life.order(town.alice, kind="extend", grant_id=held.id)
    assert beside(order) is None


def test_agreement_is_waited_for_and_signing_lets_the_order_go_on(life: Life, town: Town, agreement: Agreement) -> None:
    base_courses(town.alice)
    with transaction():
        town.disk.agreement = "SOC"
    order = life.order(town.alice)
    assert prerequisites.missing(order) == ["Sekretessförbindelse socialtjänst"]
    life.answer(order, town.bob, "approve")
    assert order.wait_reason == "confidentiality_missing"
    signed(town.alice)
    assert state(order) == "manager_approved"


def test_somebody_elses_course_and_signature_change_nothing(
    life: Life, town: Town, procapita: AccessLevel, agreement: Agreement
) -> None:
    base_courses(town.alice)
    order = order_for(life, town.alice, procapita)
    life.answer(order, town.bob, "approve")
    completed(town.dan, "SEKRETESS-SOC")
    signed(town.dan)
    assert state(order) == "waiting_prerequisites"


def test_new_version_of_the_agreement_asks_anew(life: Life, town: Town, agreement: Agreement) -> None:
    base_courses(town.alice)
    signed(town.alice)
    with transaction() as session:
        town.disk.agreement = "SOC"
        newer = {"name": agreement.name, "text": "Ny text.", "valid_from": clock.today()}
        session.add(Agreement(type="SOC", version="2", legal_ground="", **newer))
    order = life.order(town.alice)
    assert prerequisites.missing(order) == ["Sekretessförbindelse socialtjänst"]


def test_course_that_runs_out_before_the_grant_stops_it_and_asks_the_subject(
    life: Life, town: Town, procapita: AccessLevel
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        completed(town.alice, "INFOSEC-BAS", "GDPR-BAS", on=MONDAY.date())
        completed(town.alice, "SEKRETESS-SOC", on=(MONDAY - timedelta(days=725)).date())
        order = order_for(life, town.alice, procapita)
        life.answer(order, town.bob, "approve")
    with time_machine.travel(MONDAY + timedelta(days=14), tick=False):
        with pytest.raises(NotAllowed) as error:
            life.answer(order, town.carol, "grant", data={"done_on": "2026-03-16"})
        assert error.value.reason == "training_missing"
        recording.refused(error.value, Actor(town.carol.id, "system_manager"), clock.now())
        assert beside(order) is not None
        completed(town.alice, "SEKRETESS-SOC")
        assert beside(order) is None
        life.answer(order, town.carol, "grant", data={"done_on": "2026-03-16"})
    assert state(order) == "granted"


def test_nobody_is_asked_to_train_before_the_employment_is_there(
    life: Life, town: Town, procapita: AccessLevel
) -> None:
    order = order_for(life, town.alice, procapita, status=EmploymentStatus.NOT_FOUND)
    assert (order.wait_reason, beside(order)) == ("employment_missing", None)


def test_returning_the_order_leaves_the_subjects_task_as_it_is(life: Life, town: Town, procapita: AccessLevel) -> None:
    order = order_for(life, town.alice, procapita)
    before = beside(order)
    life.answer(order, town.bob, "return", reason="Vilken enhet?")
    after = beside(order)
    assert before is not None and after is not None
    assert (after.id, life.asked(order)) == (before.id, {"Alice"})


@pytest.mark.parametrize("verdict", ["reject"])
def test_task_closes_with_the_order(life: Life, town: Town, procapita: AccessLevel, verdict: str) -> None:
    order = order_for(life, town.alice, procapita)
    life.answer(order, town.bob, verdict, reason="Behövs inte.")
    assert beside(order) is None


def test_time_tells_the_manager_after_eight_days_and_ends_the_order_after_thirty(
    life: Life, town: Town, procapita: AccessLevel
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        order = order_for(life, town.alice, procapita)
        life.answer(order, town.bob, "approve")
        task = beside(order)
        assert task is not None
        assert str(task.due_on) == "2026-03-16"
    with time_machine.travel(datetime(2026, 3, 12, 8, 0, tzinfo=UTC), tick=False):
        periodic.run_clocks()
        assert list(mails("prerequisite")) == ["Alice", "Bob"]
        asked = beside(order)
        assert asked is not None
        assert {(a.person.given_name, a.role) for a in asked.addressees} == {
            ("Alice", "addressee"),
            ("Bob", "escalation"),
        }
    with time_machine.travel(datetime(2026, 4, 16, 8, 0, tzinfo=UTC), tick=False):
        periodic.run_clocks()
    assert state(order) == "lapsed"
    assert beside(order) is None


def test_manager_who_has_left_is_not_told_but_the_next_who_is_at_work(
    life: Life, town: Town, procapita: AccessLevel
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        order = order_for(life, town.alice, procapita)
    with transaction():
        town.bob.employment_status = "ended"
    with time_machine.travel(MONDAY + timedelta(days=10), tick=False):
        periodic.run_clocks()
    task = beside(order)
    assert task is not None
    assert {a.person.given_name for a in task.addressees} == {"Alice", "Eva"}
