"""The pages of checks: the task, the list, one check, and the files (rules.md C3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.db import db, transaction
from app.log_checks import queries, services
from app.log_checks.models import LogCheck
from app.tasks.models import TaskAddressee
from tests import people
from tests.auth.conftest import LogIn, token
from tests.log_checks.conftest import ACTION, Register
from workflows.log_check import DEVIATION, FINE


@pytest.fixture
def check(register: Register) -> LogCheck:
    """October's check."""
    return register.drawn()


def fields(check: LogCheck, result: str = FINE, **more: Any) -> dict[str, Any]:
    """The form with the same answer about everybody."""
    answers = {f"result_{item.id}": result for item in check.items}
    return {**answers, "colleague_cases": "2", "protected_cases": "0", "action": "", "version": "1", **more}


def send(browser: FlaskClient, path: str, **data: Any) -> Any:
    return browser.post(path, data={**data, "csrf_token": token(browser.get(path).text)})


def test_from_the_inbox_to_the_signature(register: Register, check: LogCheck, as_person: LogIn) -> None:
    olga, task_id = as_person(register.town.olga), register.task(check).id
    inbox = olga.get("/tasks/").text
    assert "Loggar att kontrollera" in inbox and "Oktober 2026" in inbox and "LOGG-PRO-SOC-2026-10" in inbox
    path = olga.get(f"/tasks/{task_id}").headers["Location"]
    page = olga.get(path).text
    assert all(item.person.display_name in page for item in check.items)
    outside = {user.display_name for user in register.users} - {item.person.display_name for item in check.items}
    assert not any(name in page for name in outside)
    answer = send(olga, path, **fields(check), sign="1")
    assert answer.headers["Location"] == f"/log-checks/{check.id}", answer.text
    done = olga.get(f"/log-checks/{check.id}").text
    assert "Kontrollen är klar" in done and "Olga Åberg" in done and "Inget att anmärka" in done
    assert olga.get(path).headers["Location"] == f"/log-checks/{check.id}"
    assert "Loggar att kontrollera" not in olga.get("/tasks/").text


def test_what_is_missing_is_said_and_what_was_written_stays(
    register: Register, check: LogCheck, as_person: LogIn
) -> None:
    olga, path = as_person(register.town.olga), f"/log-checks/tasks/{register.task(check).id}"
    given = fields(check) | {
        f"result_{check.items[0].id}": DEVIATION,
        f"note_{check.items[0].id}": "Sökte på en granne",
    }
    given.pop(f"result_{check.items[1].id}")
    answer = send(olga, path, **given | {"colleague_cases": "många"}, sign="1")
    assert answer.status_code == 422
    assert "Sökte på en granne" in answer.text and "många" in answer.text
    answer = send(olga, path, **given, sign="1")
    assert answer.status_code == 422
    assert "Välj ett svar." in answer.text and "Skriv vad som är gjort åt avvikelsen" in answer.text
    db.session.expire_all()
    assert queries.check(check.id).version == 1


def test_half_of_it_is_saved(register: Register, check: LogCheck, as_person: LogIn) -> None:
    olga, path = as_person(register.town.olga), f"/log-checks/tasks/{register.task(check).id}"
    given = {f"result_{check.items[0].id}": FINE, "version": "1"}
    answer = send(olga, path, **given, save="1")
    assert answer.headers["Location"] == path, answer.text
    assert "Påbörjad" in olga.get("/log-checks/").text
    assert 'value="fine" checked' in olga.get(path).text


def test_two_at_once_see_each_others_answers(register: Register, check: LogCheck, as_person: LogIn) -> None:
    olga, path = as_person(register.town.olga), f"/log-checks/tasks/{register.task(check).id}"
    register.act(services.save, check, register.town.olga, register.said(check, DEVIATION))
    answer = send(olga, path, **fields(check), sign="1")
    assert answer.status_code == 409
    assert "Någon annan har sparat medan du skrev" in answer.text and "Sökte på en granne." in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert send(olga, path, **fields(check, version="2"), sign="1").status_code == 302


def test_who_was_drawn_is_told_that_somebody_else_must(register: Register, check: LogCheck, as_person: LogIn) -> None:
    task, drawn = register.task(check), check.items[0].person
    with transaction() as session:
        session.add(TaskAddressee(task_id=task.id, person_id=drawn.id, why="system_owner", added_at=clock.now()))
    browser, path = as_person(drawn), f"/log-checks/tasks/{task.id}"
    answer = send(browser, path, **fields(check), sign="1")
    assert answer.status_code == 422
    assert "Du är själv dragen" in answer.text


@pytest.mark.parametrize("path", ["/log-checks/{check}", "/log-checks/{check}/lots.csv"])
def test_the_names_are_for_few(register: Register, check: LogCheck, as_person: LogIn, path: str) -> None:
    path, town = path.format(check=check.id), register.town
    with transaction() as session:
        auditor = people.person(session, "Rut Revisor", town.school)
        people.appoint(session, "auditor", auditor)
        people.appoint(session, "system_manager", town.sam, register.system)
    for who, status in ((town.olga, 200), (town.coordinator, 200), (auditor, 200), (town.sam, 404), (town.dan, 404)):
        assert as_person(who).get(path).status_code == status, who.display_name
    assert as_person(town.olga).post(path).status_code == 405
    assert as_person(town.olga).get(path.replace(str(check.id), "999999")).status_code == 404


def test_the_task_is_for_who_is_asked(register: Register, check: LogCheck, as_person: LogIn) -> None:
    path = f"/log-checks/tasks/{register.task(check).id}"
    for who in (register.town.coordinator, register.town.dan):
        assert as_person(who).get(path).status_code == 403
        assert as_person(who).post(path).status_code in (400, 403)
    assert as_person(register.town.olga).get("/log-checks/tasks/999999").status_code == 404
    assert as_person(register.town.olga).post(f"/tasks/{register.task(check).id}").status_code in (400, 404)


def test_the_list_is_the_owners_own_and_all_for_the_coordinator(
    register: Register, check: LogCheck, as_person: LogIn
) -> None:
    town = register.town
    with transaction() as session:
        other = people.system(session, "KIR", "Kommuninvånarregistret", confidentiality=3)
        people.appoint(session, "system_owner", town.carol, other)
        people.grant(session, town.alice, people.level(session, other, "SOK", "Sök"))
    register.draw()
    assert "KIR" not in as_person(town.olga).get("/log-checks/").text
    page = as_person(town.coordinator).get("/log-checks/").text
    assert "LOGG-KIR-2026-10" in page and "LOGG-PRO-SOC-2026-10" in page and "0 av 0" in page
    assert "0 av 0" not in as_person(town.olga).get("/log-checks/").text
    assert "LOGG" not in as_person(town.coordinator).get("/log-checks/?year=2025").text
    assert as_person(town.dan).get("/log-checks/").status_code == 403


def test_the_year_as_a_file(register: Register, check: LogCheck, as_person: LogIn) -> None:
    register.sign(check, said=register.said(check, DEVIATION, *(FINE,) * 4))
    answer = as_person(register.town.coordinator).get("/log-checks/list.csv?year=2026")
    row = answer.text.splitlines()[1].split(";")
    assert row == ["LOGG-PRO-SOC-2026-10", "Procapita", "2026-10", "8", "5", "1", "0", "0", "1", "2026-11-17",
                   "2026-11-03 09:00", "Olga Åberg"]  # fmt: skip
    assert ACTION not in answer.text


def test_anybody_draws_the_same_from_the_file(register: Register, check: LogCheck, as_person: LogIn) -> None:
    lines = as_person(register.town.olga).get(f"/log-checks/{check.id}/lots.csv").text.splitlines()
    assert check.seed in lines[0]
    rows = [line.split(";") for line in lines[1:]]
    assert len(rows) == 8 and [row[2] for row in rows] == sorted(row[2] for row in rows)
    drawn = {int(row[1]) for row in rows if row[3] == "ja"}
    assert drawn == {item.person_id for item in check.items}
    assert [row[3] for row in rows] == ["ja"] * 5 + [""] * 3


def test_the_pages_take_few_statements(
    register: Register, check: LogCheck, as_person: LogIn, statements: Callable[[], int]
) -> None:
    olga = as_person(register.town.olga)
    olga.get("/log-checks/")
    for path, most in (("/log-checks/", 8), (f"/log-checks/{check.id}", 13)):
        before = statements()
        assert olga.get(path).status_code == 200
        assert statements() - before <= most, path


def test_it_is_passed_on_by_page(register: Register, check: LogCheck, as_person: LogIn) -> None:
    olga, path = as_person(register.town.olga), f"/tasks/{register.task(check).id}/pass-on"
    page = olga.get(path).text
    assert "Eva Lind" in page and "LOGG-PRO-SOC-2026-10" in page
    answer = send(olga, path, to=str(register.town.eva.id), reason="Jag är borta i november.")
    assert answer.status_code == 302, answer.text
    assert register.asked(check) == {"Eva"}
    assert as_person(register.town.eva).get(f"/log-checks/{check.id}").status_code == 200
