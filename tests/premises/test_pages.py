"""The pages about tags: who sees them, what they do, and what they never tell (rules.md C4, C0.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import db, transaction
from app.directory.models import Person
from app.grants import services as grants
from app.premises.models import Credential
from app.tasks import queries as tasks
from tests.auth.conftest import token
from tests.people import Town
from tests.premises.conftest import Desk, Doors, anew, asked
from tests.premises.test_life import status

pytestmark = pytest.mark.usefixtures("frozen_time")
Browser = Callable[[Person], FlaskClient]
NIGHT = datetime.fromisoformat("2026-03-07T22:30:00+00:00")
HANDED = {"serial": "A-1", "id_method": "passport", "receipt": "screen"}
SIGNED = {"received": "y", "takes_care": "y"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """There is a jour."""
    return settings.model_copy(update={"on_call_phone": "060-16 31 00"})


def post(browser: FlaskClient, address: str, **data: Any) -> Any:
    """Post a form with its token."""
    return browser.post(address, data={"csrf_token": token(browser.get("/").text), **data})


def onward(browser: FlaskClient, answer: Any) -> Any:
    """The page that the answer leads to."""
    assert answer.status_code == 302, answer.text
    return browser.get(answer.location)


def zone_reads() -> list[AuditEvent]:
    """Who has opened a list of zones."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.event == "zone.list_read")))


class TestTheLife:
    def test_from_the_task_to_the_receipt_on_screen(
        self, as_person: Browser, desk: Desk, town: Town, doors: Doors
    ) -> None:
        right = desk.right(town.alice)
        tag, hugo = desk.programmed(town.alice, right=right), as_person(doors.hugo)
        task = asked(tag)
        assert task is not None
        inbox = hugo.get("/tasks/").text
        assert f'href="/tasks/{task.id}"' in inbox and "Vanderbilt" in inbox
        form = onward(hugo, onward(hugo, hugo.get(f"/tasks/{task.id}")))
        assert (form.status_code, form.request.path) == (200, f"/premises/{tag.id}/hand-over")
        assert post(hugo, f"/premises/{tag.id}/hand-over", **HANDED).status_code == 302
        alice = as_person(town.alice)
        sign = asked(tag)
        assert sign is not None and sign.kind == "receipt"
        assert onward(alice, alice.get(f"/tasks/{sign.id}")).location == f"/premises/{tag.id}/sign"
        missing = post(alice, f"/premises/{tag.id}/sign", received="y")
        assert missing.status_code == 200 and "Kryssa i att du vet vad som gäller." in missing.text
        post(alice, f"/premises/{tag.id}/sign", **SIGNED)
        assert status(right) == "active"
        assert "Utlämnad" in alice.get("/premises/").text
        assert onward(alice, alice.get(f"/tasks/{sign.id}")).location == f"/premises/{tag.id}"

    def test_faults_are_beside_their_fields_and_what_was_written_stays(
        self, as_person: Browser, desk: Desk, town: Town
    ) -> None:
        tag, carol = desk.programmed(town.alice), as_person(town.carol)
        wrong = post(carol, f"/premises/{tag.id}/hand-over", **{**HANDED, "serial": "A-9", "receipt": "paper"})
        assert "Det är ett annat nummer" in wrong.text and 'value="A-9"' in wrong.text
        lacking = post(carol, f"/premises/{tag.id}/hand-over", **{**HANDED, "receipt": "paper"})
        assert "Skriv var den underskrivna kvittensen finns." in lacking.text
        assert anew(tag).status == "programmed"

    def test_manager_sees_that_the_receipt_is_missing_and_cannot_give_it(
        self, as_person: Browser, desk: Desk, town: Town
    ) -> None:
        tag = desk.programmed(town.alice)
        desk.hand_over(tag)
        bob = as_person(town.bob)
        page = bob.get(f"/premises/{tag.id}/sign").text
        assert "Alice Åkesson har inte kvitterat" in page and 'name="received"' not in page
        assert post(bob, f"/premises/{tag.id}/sign", **SIGNED).status_code == 403
        assert anew(tag).received_at is None

    def test_lost_blocked_replaced_and_handed_back(self, as_person: Browser, desk: Desk, town: Town) -> None:
        tag, carol = desk.out(town.alice), as_person(town.carol)
        post(as_person(town.alice), "/premises/lost", which=str(tag.id), note="Bussen.")
        page = carol.get(f"/premises/{tag.id}").text
        assert "Bekräfta att den är spärrad" in page and "Bussen." in page
        post(carol, f"/premises/{tag.id}/blocked")
        assert anew(tag).blocked_at is not None
        again = post(carol, f"/premises/{tag.id}/blocked")
        assert again.status_code == 302 and "Någon annan hann före" in carol.get(f"/premises/{tag.id}").text
        taken = post(carol, f"/premises/{tag.id}/replace", kind="tag", serial="A-1")
        assert "Det numret har någon annan." in taken.text
        post(carol, f"/premises/{tag.id}/replace", kind="card", serial="K-7")
        new = db.session.scalars(select(Credential).where(Credential.serial == "K-7")).one()
        assert new.status == "programmed"
        assert "Ersatt av" in carol.get(f"/premises/{tag.id}").text
        post(carol, f"/premises/{tag.id}/hand-back")
        assert anew(tag).status == "handed_back"

    def test_end_is_confirmed_when_the_tag_is_back(self, as_person: Browser, desk: Desk, town: Town) -> None:
        right = desk.right(town.alice)
        tag, carol = desk.out(town.alice, right=right), as_person(town.carol)
        with transaction():
            grants.order_revocation(right, reason="expired", actor=desk.actor(town.bob), now=clock.now())
        task = tasks.open_about(grant_id=right.id)
        assert task is not None
        page = carol.get(f"/tasks/{task.id}").text
        assert "Spärra och ta tillbaka" in page and "A-1" in page
        early = post(carol, f"/tasks/{task.id}", done_on="2026-03-02")
        assert early.status_code == 422 and "Ta emot eller spärra A-1 först." in early.text
        post(carol, f"/premises/{tag.id}/hand-back")
        assert post(carol, f"/tasks/{task.id}", done_on="2026-03-02").status_code == 302
        assert status(right) == "revoked"


class TestLost:
    def test_my_only_tag_is_chosen_and_one_button_is_enough(self, as_person: Browser, desk: Desk, town: Town) -> None:
        tag, alice = desk.out(town.alice), as_person(town.alice)
        page = alice.get("/premises/lost").text
        assert f'value="{tag.id}" checked' in page
        sent = alice.post("/premises/lost", data={"csrf_token": token(page), "which": str(tag.id)})
        told = onward(alice, sent)
        assert "Tack, den är anmäld" in told.text and anew(tag).status == "lost"

    def test_jour_is_told_outside_office_hours_only(
        self, as_person: Browser, desk: Desk, town: Town, frozen_time: Any
    ) -> None:
        desk.out(town.alice)
        assert "060-16 31 00" not in as_person(town.alice).get("/premises/lost").text
        frozen_time.move_to(NIGHT)
        assert 'href="tel:060-163100"' in as_person(town.alice).get("/premises/lost").text

    def test_manager_reports_for_staff_and_anybody_by_the_number(
        self, as_person: Browser, desk: Desk, town: Town
    ) -> None:
        first, second = desk.out(town.alice), desk.out(town.newcomer, "N-1")
        bob, dan = as_person(town.bob), as_person(town.dan)
        assert "Alice Åkesson: Tagg A-1" in bob.get("/premises/lost").text
        post(bob, "/premises/lost", which=str(first.id))
        assert anew(first).status == "lost"
        assert "Alice" not in dan.get("/premises/lost").text
        found = onward(dan, post(dan, "/premises/lost", which="0", serial="n-1"))
        assert anew(second).lost_by_id == town.dan.id
        assert "Nina" not in found.text and f"/premises/{second.id}" not in found.text.replace("/premises/lost", "")

    def test_number_that_nobody_has_is_said_and_nothing_is_lost(
        self, as_person: Browser, desk: Desk, town: Town
    ) -> None:
        page = post(as_person(town.dan), "/premises/lost", which="0", serial="X-9", note="I parken")
        assert "Ingen utlämnad tagg har det numret." in page.text and "I parken" in page.text

    def test_second_report_hears_that_it_is_done(self, as_person: Browser, desk: Desk, town: Town) -> None:
        tag, dan = desk.out(town.alice), as_person(town.dan)
        post(dan, "/premises/lost", which="0", serial="A-1")
        again = onward(dan, post(dan, "/premises/lost", which="0", serial="A-1"))
        assert "Den är redan anmäld" in again.text and anew(tag).status == "lost"

    def test_somebody_elses_tag_cannot_be_chosen_by_its_row(self, as_person: Browser, desk: Desk, town: Town) -> None:
        tag = desk.out(town.alice)
        assert post(as_person(town.dan), "/premises/lost", which=str(tag.id)).status_code == 200
        assert anew(tag).status == "handed_out"


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("who", "sees", "hands_out", "runs"),
        [
            ("alice", 200, 404, 404), ("bob", 200, 403, 403), ("carol", 200, 302, 200), ("olga", 200, 302, 200),
            ("hugo", 200, 302, 403), ("coordinator", 200, 403, 403), ("dan", 404, 404, 404), ("sean", 404, 404, 404),
        ],
    )  # fmt: skip
    def test_a_tag(
        self, as_person: Browser, desk: Desk, town: Town, doors: Doors, who: str, sees: int, hands_out: int, runs: int
    ) -> None:
        tag = desk.out(town.alice)
        person = {"hugo": doors.hugo, "sean": doors.lena}.get(who) or getattr(town, who)
        browser = as_person(person)
        if who == "alice":
            hands_out = runs = 403
        assert browser.get(f"/premises/{tag.id}").status_code == sees
        assert browser.get(f"/premises/{tag.id}/hand-over").status_code == hands_out
        assert browser.get(f"/premises/{tag.id}/replace").status_code == runs
        assert post(browser, f"/premises/{tag.id}/unblock").status_code == (302 if runs == 200 else runs)

    def test_list_of_a_system(self, as_person: Browser, desk: Desk, town: Town, doors: Doors) -> None:
        desk.out(town.alice)
        desk.programmed(town.newcomer, "N-1")
        address = f"/premises/systems/{doors.system.id}"
        for who in (town.carol, doors.hugo, town.coordinator):
            page = as_person(who).get(address)
            assert page.status_code == 200 and "Väntar på utlämning eller kvittens" in page.text
        assert as_person(town.dan).get(address).status_code == 403
        assert as_person(doors.hugo).get(f"/premises/systems/{town.mic.id}").status_code == 404

    def test_zones_are_opened_by_an_act_that_is_on_record(
        self, as_person: Browser, town: Town, doors: Doors, db_session: Any
    ) -> None:
        address, carol = f"/premises/systems/{doors.system.id}/zones", as_person(town.carol)
        gate = carol.get(address)
        assert "Sekretessmarkerad" in gate.text and "Serverrummet" not in gate.text and zone_reads() == []
        opened = post(carol, address)
        assert "Serverrummet" in opened.text and "Lena Lokal" in opened.text
        (read,) = zone_reads()
        assert (read.actor_id, read.object_id, read.data["zones"]) == (town.carol.id, doors.system.id, 4)
        for other in (doors.hugo, town.alice, town.bob):
            assert as_person(other).get(address).status_code == 403
            assert post(as_person(other), address).status_code == 403
        assert len(zone_reads()) == 1

    def test_nobody_acts_for_themselves(self, as_person: Browser, desk: Desk, town: Town) -> None:
        tag, carol = desk.programmed(town.carol, "C-1"), as_person(town.carol)
        post(carol, f"/premises/{tag.id}/hand-over", **{**HANDED, "serial": "C-1"})
        assert anew(tag).status == "programmed"
        assert "Det gäller dig själv" in carol.get(f"/premises/{tag.id}").text
        assert "Lämna ut" not in carol.get(f"/premises/{tag.id}").text

    def test_what_is_not_there_and_wrong_methods(self, as_person: Browser, desk: Desk, town: Town) -> None:
        tag, carol = desk.out(town.alice), as_person(town.carol)
        assert carol.get("/premises/999").status_code == 404
        assert carol.get("/premises/tasks/999").status_code == 404
        assert carol.get(f"/premises/{tag.id}/blocked").status_code == 405
        assert carol.post("/premises/", data={"csrf_token": token(carol.get("/").text)}).status_code == 405

    def test_stranger_comes_back_to_the_form_after_login(self, client: FlaskClient, app: Flask) -> None:
        sent = client.get("/premises/lost")
        assert sent.status_code == 302 and "next=/premises/lost" in sent.location
