"""The yearly report from the opened round to the closed report and its supplements (rules.md C11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.control import freezing, points
from app.control.report_models import ControlActivity, ControlReport, ControlRound
from app.db import db
from app.notifications.models import OutboxMail
from tests.auth.conftest import LogIn, token
from tests.control.conftest import DRAFTED, FROZEN, OPENED, WRITING, Follow, of
from tests.people import Town

JUDGEMENT = "Året har gått som det ska."


@pytest.fixture
def january() -> Iterator[None]:
    """A working day on which reports are written."""
    with time_machine.travel(WRITING, tick=False):
        yield


def send(browser: FlaskClient, path: str, **fields: str) -> Any:
    return browser.post(path, data={"csrf_token": token(browser.get("/").text), **fields})


def data(report: ControlReport) -> dict[str, Any]:
    """The frozen data, which is there."""
    assert report.data is not None
    return report.data


def mails(act: str) -> list[tuple[int | None, list[str]]]:
    """To whom, and about which reports, the letters of an act are."""
    found = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "control_report"))
    return sorted((m.recipient_id, sorted(m.data["reports"])) for m in found if m.data["stage"] == act)


def test_the_round_opens_in_december_freezes_at_new_year_and_is_drafted_on_the_seventh(follow: Follow) -> None:
    assert follow(datetime(2025, 11, 30, 8, tzinfo=UTC)) == 0
    assert follow(OPENED) == 1 and follow(OPENED) == 0
    reports = db.session.scalars(select(ControlReport)).all()
    assert {(r.board, r.system.code if r.system else "", r.state) for r in reports} == {
        ("KS", "AD", "expected"),
        ("KTN", "MIC", "expected"),
        ("KS", "", "expected"),
        ("KTN", "", "expected"),
    }
    assert follow(datetime(2025, 12, 31, 22, 50, tzinfo=UTC)) == 0 and of("MIC").data is None
    assert follow(FROZEN) == 1
    assert of("MIC").state == "expected" and data(of("MIC"))["as_of"] == "2025-12-31 23:59"
    assert follow(datetime(2026, 1, 5, 8, tzinfo=UTC)) == 0
    assert follow(DRAFTED) == 1 and follow(DRAFTED) == 0
    assert of("MIC").state == "drafted"


def test_a_worker_that_slept_over_new_year_makes_up_for_it(follow: Follow) -> None:
    follow(OPENED)
    assert follow(datetime(2026, 2, 16, 8, tzinfo=UTC)) == 3  # frozen, drafted, and reminded once for two days
    round_ = db.session.get_one(ControlRound, 2025)
    assert round_.rung == 2


def test_the_same_facts_give_the_same_bytes_and_nothing_later_changes_them(
    drafted: ControlReport, town: Town, as_person: LogIn, january: None
) -> None:
    assert drafted.data is not None and drafted.digest == freezing.digest(drafted.data)
    before = freezing.canonical(drafted.data)
    carol = as_person(town.carol)
    when = {"done_on": "2026-01-10", "due_on": "2027-01-01", "responsible": str(town.carol.id), "is_needed": "yes"}
    assert send(carol, "/control/systems/MIC/attest/power", **when).status_code == 302
    after = of("MIC")
    assert freezing.canonical(after.data) == before
    year = points.year_of(2025)
    again = freezing.of_systems(freezing.reporting(year), year)[town.mic.id]
    assert freezing.canonical(again) == before  # read again in January: what came after the year's end does not count


def test_scenario_26_a_manual_control_is_in_the_report_and_owner_is_not_author(
    follow: Follow, town: Town, as_person: LogIn
) -> None:
    follow(OPENED)
    control = {
        "kind": "fixed_data",
        "made_on": "2025-12-02",
        "what": "Ändrade avgifter",
        "sample": "40",
        "deviations": "2",
    }
    with time_machine.travel(datetime(2025, 12, 3, 9, tzinfo=UTC), tick=False):
        path = "/control/systems/MIC/activities"
        wrong = send(as_person(town.carol), path, **{**control, "deviations": "41"}, result="Två saknade beslut.")
        assert wrong.status_code == 422 and "kan inte vara fler" in wrong.text and "Ändrade avgifter" in wrong.text
        assert send(as_person(town.carol), path, **control, result="Två saknade beslut.").status_code == 302
        assert send(as_person(town.dan), path, **control, result="Två saknade beslut.").status_code == 403
    follow(FROZEN)
    follow(DRAFTED)
    report = of("MIC")
    point = next(row for row in data(report)["points"] if row["code"] == "IK-13")
    assert (point["sample"], point["deviations"], point["colour"]) == (40, 2, "green")
    assert [one["what"] for one in data(report)["activities"]] == ["Ändrade avgifter"]
    with time_machine.travel(WRITING, tick=False):
        olga = as_person(town.olga)
        page = f"/control/reports/{report.id}"
        # The owner writes in it herself: then she is an author, and somebody else stands for it.
        assert send(olga, f"{page}/points/IK-13", comment="Se underlaget.", version="1").status_code == 302
        assert send(as_person(town.carol), f"{page}/submit", judgement=JUDGEMENT, version="2").status_code == 302
        refused = send(olga, f"{page}/approve", rating="red", version="3")
        assert refused.status_code == 422 and "Någon annan som äger systemet" in refused.text
        assert of("MIC").state == "submitted"


def test_a_report_goes_from_manager_to_owner_to_coordinator(
    drafted: ControlReport, town: Town, head: Any, as_person: LogIn, january: None
) -> None:
    carol, olga, inga, page = (
        as_person(town.carol),
        as_person(town.olga),
        as_person(town.coordinator),
        f"/control/reports/{drafted.id}",
    )
    assert data(drafted)["rating"] == "amber"
    said = {"comment": "Vi har för få.", "measure": "Utse en till.", "responsible": "Ägaren", "version": "1"}
    assert send(carol, f"{page}/points/IK-09", **said).status_code == 422  # by when?
    assert send(carol, f"{page}/points/IK-09", **said, due_on="2026-04-01").status_code == 302
    assert send(carol, f"{page}/points/IK-09", **said, due_on="2026-05-01").status_code == 409
    assert send(carol, f"{page}/submit", judgement="", version="2").status_code == 422
    assert send(carol, f"{page}/approve", rating="green", version="2").status_code == 403
    assert send(carol, f"{page}/submit", judgement=JUDGEMENT, version="2").status_code == 302
    assert mails("submitted") == [(town.olga.id, ["MicroMarc"])]
    assert send(carol, f"{page}/points/IK-09", **{**said, "version": "3"}, due_on="2026-04-01").status_code == 422
    better = send(olga, f"{page}/approve", rating="green", version="3")
    assert better.status_code == 422 and "bättre än siffrorna visar" in better.text
    assert (
        send(
            olga, f"{page}/approve", rating="green", rating_reason="Planen är provad i januari.", version="3"
        ).status_code
        == 302
    )
    assert mails("approved") == [(town.coordinator.id, ["MicroMarc"])]
    assert send(inga, f"{page}/return", question="Vilket datum provades den?", version="4").status_code == 302
    assert of("MIC").answer_by == date(2026, 1, 27) and of("MIC").rating == ""
    assert (town.carol.id, ["MicroMarc"]) in mails("returned")
    assert send(carol, f"{page}/submit", judgement=JUDGEMENT, version="5").status_code == 302
    assert send(olga, f"{page}/approve", rating="red", version="6").status_code == 302  # lowered: no reason needed
    assert send(inga, f"{page}/receive", diary_number="KS 2026/44", version="7").status_code == 302
    assert send(inga, f"{page}/close", version="8").status_code == 302
    assert send(inga, f"{page}/close", version="9").status_code == 409
    assert send(inga, f"{page}/supplement", text="Provet gjordes den 8 januari.").status_code == 302
    shown = olga.get(page).text
    assert "KS 2026/44" in shown and "Provet gjordes den 8 januari." in shown and "Utse en till." in shown
    assert of("MIC").state == "closed"
    found = select(AuditEvent.event).where(AuditEvent.object_type == "control_report").order_by(AuditEvent.id)
    assert [name.removeprefix("control.report_") for name in db.session.scalars(found)] == [
        "written", "submitted", "approved", "returned", "submitted", "approved", "received", "closed", "supplemented",
    ]  # fmt: skip


def test_the_round_reminds_and_escalates_on_its_days(
    follow: Follow, drafted: ControlReport, town: Town, head: Any
) -> None:
    managers = [town.carol.id, town.sam.id]
    assert [one for one, _names in mails("drafted")] == sorted([*managers, town.coordinator.id])
    assert follow(datetime(2026, 1, 29, 8, tzinfo=UTC)) == 0
    assert follow(datetime(2026, 1, 30, 8, tzinfo=UTC)) == 1
    assert dict(mails("reminds_on"))[town.carol.id] == ["Grundbehörighet", "MicroMarc"]
    follow(datetime(2026, 2, 13, 8, tzinfo=UTC))
    assert town.olga.id in dict(mails("reminds_again_on"))
    follow(datetime(2026, 2, 20, 8, tzinfo=UTC))
    assert dict(mails("escalates_on"))[head.id] == ["KTN", "MicroMarc"]
    assert follow(datetime(2026, 2, 27, 8, tzinfo=UTC)) == 0
    assert follow(datetime(2026, 3, 2, 8, tzinfo=UTC)) == 1 and follow(datetime(2026, 3, 3, 8, tzinfo=UTC)) == 0
    assert head.id in dict(mails("overdue_on"))


def test_scenario_25_the_report_about_2025_is_due_on_27_february_and_overdue_on_2_march(
    drafted: ControlReport, town: Town, as_person: LogIn
) -> None:
    for at, is_late in ((datetime(2026, 3, 1, 12, tzinfo=UTC), False), (datetime(2026, 3, 2, 6, tzinfo=UTC), True)):
        with time_machine.travel(at, tick=False):
            page = as_person(town.coordinator).get("/control/reports/?year=2025").text
        assert "senast 27 februari 2026" in page
        assert ("Försenad" in page) == is_late


def test_last_years_measures_are_followed_up_before_the_next_report(
    drafted: ControlReport, follow: Follow, town: Town, as_person: LogIn
) -> None:
    with time_machine.travel(WRITING, tick=False):
        said = {"measure": "Öva i maj.", "responsible": "Förvaltaren", "due_on": "2026-05-31", "version": "1"}
        send(as_person(town.carol), f"/control/reports/{drafted.id}/points/IK-09", **said)
    for at in (datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2027, 1, 7, 8, tzinfo=UTC)):
        follow(at)
    wanted = select(ControlReport).where(ControlReport.year == 2026, ControlReport.system_id == town.mic.id)
    report_id = db.session.scalars(wanted).one().id
    page = f"/control/reports/{report_id}"
    with time_machine.travel(datetime(2027, 1, 20, 9, tzinfo=UTC), tick=False):
        carol = as_person(town.carol)
        assert "Förra året: Öva i maj." in carol.get(page).text
        refused = send(carol, f"{page}/submit", judgement=JUDGEMENT, version="1")
        assert refused.status_code == 422 and "inte följda upp" in refused.text
        assert send(carol, f"{page}/points/IK-09", followed_up="Övades den 12 maj.", version="1").status_code == 302
        assert send(carol, f"{page}/submit", judgement=JUDGEMENT, version="2").status_code == 302


def test_a_boards_report_names_nobody_and_its_head_approves(
    drafted: ControlReport, town: Town, head: Any, as_person: LogIn, january: None
) -> None:
    wanted = select(ControlReport).where(ControlReport.board == "KTN", ControlReport.system_id.is_(None))
    report = db.session.scalars(wanted).one()
    text = freezing.canonical(report.data).decode()
    assert not any(one.display_name in text for one in (town.carol, town.olga, town.sam, town.alice))
    trained = next(row for row in data(report)["points"] if row["code"] == "IK-06")
    assert trained["sample"] > 5
    page = f"/control/reports/{report.id}"
    assert as_person(town.carol).get(page).status_code == 403
    assert send(as_person(town.coordinator), f"{page}/submit", judgement=JUDGEMENT, version="1").status_code == 302
    assert send(as_person(town.coordinator), f"{page}/approve", rating="red", version="2").status_code == 403
    assert send(as_person(head), f"{page}/approve", rating="red", version="2").status_code == 302


def test_whose_reports_they_are(drafted: ControlReport, town: Town, as_person: LogIn, january: None) -> None:
    page = f"/control/reports/{drafted.id}"
    assert as_person(town.dan).get(page).status_code == 403
    assert as_person(town.dan).get("/control/reports/").status_code == 403
    assert as_person(town.olga).get(f"{page}/submit").status_code == 405
    assert as_person(town.olga).get("/control/reports/99999").status_code == 404
    assert as_person(town.olga).get(f"{page}/points/IK-99").status_code == 404
    assert send(as_person(town.coordinator), f"{page}/points/IK-09", comment="x", version="1").status_code == 403
    assert send(as_person(town.olga), f"{page}/receive", version="1").status_code == 403
    seen = as_person(town.carol).get("/control/reports/?year=2025").text
    assert "MicroMarc" in seen and "Nämndens rapport" not in seen


def test_the_file_of_a_control_is_kept_as_it_was_and_only_for_few(
    town: Town, head: Any, as_person: LogIn, january: None, follow: Follow
) -> None:
    from io import BytesIO

    carol, path = as_person(town.carol), "/control/systems/MIC/activities"
    control = {
        "kind": "other",
        "made_on": "2026-01-10",
        "what": "Utskick",
        "sample": "5",
        "deviations": "0",
        "result": "Inget fel.",
    }

    def upload(content: bytes, name: str) -> Any:
        said = {**control, "csrf_token": token(carol.get(path).text), "file": (BytesIO(content), name)}
        return carol.post(path, data=said, content_type="multipart/form-data")

    assert "PDF, JPEG eller PNG" in upload(b"MZ\x90\x00", "bild.png").text
    assert upload(b"%PDF-1.7 kontroll", "Underlag åäö.pdf").status_code == 302
    one = db.session.scalars(select(ControlActivity)).one()
    got = carol.get(f"/control/activities/{one.id}/file")
    assert got.data == b"%PDF-1.7 kontroll" and "attachment" in got.headers["Content-Disposition"]
    assert as_person(town.dan).get(f"/control/activities/{one.id}/file").status_code == 403
    assert as_person(head).get(f"/control/activities/{one.id}/file").status_code == 403
    assert as_person(town.coordinator).get(f"/control/activities/{one.id}/file").status_code == 200
