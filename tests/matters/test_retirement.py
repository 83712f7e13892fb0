"""W17: a system is phased out, its people move to the successor, and every right in it ends (rules.md C14, C16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel, Deputyship, System
from app.db import db, transaction
from app.directory.models import Person
from app.errors import AlreadyDecided, NotAllowed
from app.grants import services as grant_services
from app.grants.models import Grant
from app.matters import definitions, leaving, opening, queries, services, succession, tasks
from app.matters.models import Matter
from app.notifications.models import OutboxMail
from app.requests.models import AccessRequest
from app.tasks import queries as task_queries
from app.tasks.models import Task
from tests.auth.conftest import LogIn, token
from tests.matters.conftest import Council, asked_by, tasks_of
from tests.matters.test_integration import leave
from tests.matters.test_onboarding import say
from tests.matters.test_pages import post
from tests.people import Town, appoint, grant, level, system
from tests.requests.conftest import Life
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
LAST_DAY = date(2026, 5, 29)
ARCHIVED = {"archived_where": "e-arkiv 2026/5", "archived_on": "2026-06-03", "archived_by": "Arkivarien"}
Open = Callable[..., Matter]


@pytest.fixture
def koha(town: Town) -> System:
    """What replaces the library's system; it has the same levels."""
    with transaction() as session:
        made = system(session, "KOHA", "Koha", board="KTN")
        level(session, made, "DISK", "Lånedisk")
        appoint(session, "system_owner", town.olga, made)
        appoint(session, "system_manager", town.sam, made)
    return made


@pytest.fixture
def held(town: Town) -> list[Grant]:
    """Alice and Bob work at the desk: Bob leads Alice, Eva leads Bob."""
    with transaction() as session:
        return [grant(session, town.alice, town.disk), grant(session, town.bob, town.disk)]


@pytest.fixture
def retiring(town: Town, council: Council, koha: System, held: list[Grant]) -> Open:
    """Carol proposes that MicroMarc is retired; with ``decide`` Olga has decided it."""

    def make(*, decide: bool = True, **changes: Any) -> Matter:
        answers = {
            "system": "MIC", "successor": "KOHA", "ends_on": LAST_DAY.isoformat(), "reason": "Avtalet går ut.",
            "archive_plan": "Lånehistoriken som CSV.",
        }  # fmt: skip
        actor, now = Actor(town.carol.id, "orderer"), clock.now()
        with transaction():
            workflow = definitions.started_with("system_retirement")
            matter = opening.draft(workflow, answers | changes, actor=actor, now=now)
            services.submit(matter, services.Push(actor, now))
            number = matter.case_number
        found = queries.by_case_number(number)
        if decide:
            say(found, town.olga, "decide")
        return found

    return make


def campaign(matter: Matter) -> dict[tuple[int, ...], Task]:
    """The managers' tasks by whom they ask."""
    return {tuple(asked_by(t)): t for t in tasks_of(matter) if t.step == succession.STEP}


def reply(task: Task, who: Person, **answers: str) -> int:
    """Answer for people, by their ids as text."""
    with transaction():
        given = {int(person): word for person, word in answers.items()}
        left = succession.answer(task, given, Actor(who.id, "line_manager"), clock.now())
    db.session.expire_all()
    return left


def statuses(held: list[Grant]) -> list[str]:
    db.session.expire_all()
    return [g.status for g in held]


class TestPhasingOut:
    def test_nothing_new_is_ordered_and_the_successor_is_named(self, town: Town, retiring: Open, life: Life) -> None:
        retiring()
        mic = catalogue.system("MIC")
        assert (mic.lifecycle, mic.replaced_by) == ("phasing_out", "KOHA")
        with pytest.raises(NotAllowed, match="system_not_open") as refused:
            life.order(town.dan)
        guard = next(g for g in refused.value.guards if g.guard == "G3")
        assert guard.inputs["replaced_by"] == "Koha"

    def test_the_page_says_what_to_order_instead(self, as_person: LogIn, town: Town, retiring: Open) -> None:
        retiring()
        shown = as_person(town.dan).get("/catalogue/MIC").text
        assert "Beställ i stället i Koha." in shown and "/catalogue/KOHA" in shown

    def test_before_the_decision_all_goes_on(self, town: Town, retiring: Open, life: Life) -> None:
        matter = retiring(decide=False)
        assert life.order(town.dan).state == "requested"
        say(matter, town.olga, "decide", "reject", "Inte i år.")
        assert catalogue.system("MIC").lifecycle == "production"

    def test_its_owner_may_keep_it_after_all(self, as_person: LogIn, town: Town, retiring: Open, life: Life) -> None:
        matter = retiring()
        page = f"/matters/{matter.case_number}/act/keep"
        assert as_person(town.sam).get(page).status_code == 403
        assert post(as_person(town.olga), page, reason="Det nya blev inte klart.").status_code == 302
        db.session.expire_all()
        assert (matter.state, catalogue.system("MIC").lifecycle) == ("kept", "production")
        assert catalogue.system("MIC").replaced_by == ""
        assert not tasks_of(matter)
        assert life.order(town.dan).state == "requested"

    @pytest.mark.parametrize(
        ("changes", "faults"),
        [
            ({"successor": "MIC"}, {"successor": "same_system"}),
            ({"ends_on": "2026-03-01"}, {"ends_on": "back_dated"}),
            ({"archive_plan": ""}, {"archive_plan": "needed"}),
        ],
    )
    def test_what_is_wrong_is_said(self, retiring: Open, changes: dict[str, str], faults: dict[str, str]) -> None:
        with pytest.raises(NotAllowed) as refusal:
            retiring(**changes)
        assert refusal.value.details["faults"] == faults

    def test_a_system_is_retired_once(self, retiring: Open) -> None:
        retiring()
        with pytest.raises(NotAllowed) as refusal:
            retiring(decide=False)
        assert refusal.value.details["faults"] == {"system": "under_way"}


class TestTheCampaign:
    def test_each_manager_gets_one_task_with_a_question_for_each_person(self, town: Town, retiring: Open) -> None:
        found = campaign(retiring())
        assert set(found) == {(town.bob.id,), (town.eva.id,)}
        assert [q.subject_id for q in leaving.questions(found[town.bob.id,].id)] == [town.alice.id]
        assert [q.subject_id for q in leaving.questions(found[town.eva.id,].id)] == [town.bob.id]
        mails = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "matter_asked")).all()
        assert {town.bob.id, town.eva.id} <= {m.recipient_id for m in mails}

    def test_a_deputy_is_asked_too(self, town: Town, retiring: Open) -> None:
        with transaction() as session:
            day = clock.today()
            away = Deputyship(person_id=town.bob.id, deputy_id=town.dan.id, valid_from=day, valid_to=day, absence=True)
            session.add(away)
        assert tuple(sorted((town.bob.id, town.dan.id))) in campaign(retiring())

    def test_without_a_successor_nobody_is_asked(self, retiring: Open) -> None:
        assert not campaign(retiring(successor=""))

    def test_the_last_answer_closes_the_task_and_orders_nothing(self, town: Town, retiring: Open) -> None:
        matter = retiring()
        task = campaign(matter)[town.bob.id,]
        assert reply(task, town.bob, **{str(town.alice.id): "needs"}) == 0
        assert (town.bob.id,) not in campaign(matter)
        assert not db.session.scalars(select(AccessRequest)).all()
        assert matter.state == "phasing_out"
        with pytest.raises(AlreadyDecided):
            reply(task, town.bob, **{str(town.alice.id): "needs_not"})

    def test_nobody_answers_for_themselves(self, town: Town, retiring: Open) -> None:
        task = campaign(retiring())[town.eva.id,]
        with pytest.raises(NotAllowed, match="not_self"):
            reply(task, town.bob, **{str(town.bob.id): "needs"})

    def test_somebody_else_is_asked_when_the_manager_has_left(self, town: Town, retiring: Open) -> None:
        matter = retiring()
        leave(town.bob)
        assert all(town.bob.id not in people for people in campaign(matter))
        assert any(town.sam.id in people for people in campaign(matter))  # who runs the system, but for the opener


class TestTheEnd:
    def past(self, frozen_time: Any) -> None:
        frozen_time.move_to("2026-06-01 08:00:00+00:00")
        tasks.follow()
        tasks.follow()
        db.session.expire_all()

    def test_the_last_day_itself_changes_nothing(self, held: list[Grant], retiring: Open, frozen_time: Any) -> None:
        matter = retiring()
        frozen_time.move_to("2026-05-29 08:00:00+00:00")
        tasks.follow()
        assert (matter.state, statuses(held)) == ("phasing_out", ["active", "active"])

    def test_every_right_is_to_be_removed_and_the_answers_are_closed(
        self, town: Town, held: list[Grant], retiring: Open, frozen_time: Any
    ) -> None:
        matter = retiring()
        self.past(frozen_time)
        assert (matter.state, statuses(held)) == ("closing", ["revocation_pending"] * 2)
        removals = [task_queries.open_about(grant_id=g.id) for g in held]
        assert all(t is not None and t.lapses_on is None for t in removals)
        assert not campaign(matter)

    def test_an_order_under_way_is_cancelled(self, town: Town, retiring: Open, life: Life, frozen_time: Any) -> None:
        order = life.order(town.dan)
        retiring()
        self.past(frozen_time)
        assert order.state == "cancelled"

    def test_is_retired_when_the_export_is_archived_and_nobody_has_a_right_left(
        self, town: Town, council: Council, held: list[Grant], retiring: Open, frozen_time: Any
    ) -> None:
        matter = retiring()
        self.past(frozen_time)
        with pytest.raises(NotAllowed) as refusal:
            say(matter, town.sam, "archive", archived_where="")
        assert set(refusal.value.details["faults"]) == set(ARCHIVED)
        say(matter, town.sam, "archive", **ARCHIVED)
        with pytest.raises(NotAllowed, match="rights_left"):
            say(matter, town.olga, "confirm_retired", closed_down="yes")
        for right in held:
            task = task_queries.open_about(grant_id=right.id)
            assert task is not None
            with transaction():
                grant_services.confirm_removed(
                    task, actor=Actor(town.sam.id, "system_manager"), now=clock.now(), receipt={}
                )
        say(matter, town.olga, "confirm_retired", closed_down="yes")
        assert (matter.state, catalogue.system("MIC").lifecycle) == ("retired", "retired")
        assert not catalogue.search("MicroMarc")

    def test_nothing_goes_by_time_before_it_is_decided(self, retiring: Open, frozen_time: Any) -> None:
        matter = retiring(decide=False)
        self.past(frozen_time)
        assert matter.state in ("proposed", "lapsed")


class TestPages:
    def test_one_page_for_a_manager_and_a_usual_order_for_who_needs_it(
        self, as_person: LogIn, town: Town, koha: System, retiring: Open
    ) -> None:
        matter = retiring()
        task = campaign(matter)[town.bob.id,]
        browser = as_person(town.bob)
        page = f"/matters/people/{task.id}"
        assert browser.get(f"/matters/tasks/{task.id}").headers["Location"] == page
        assert "Vilka behöver Koha?" in browser.get(page).text
        assert post(browser, page).status_code == 422
        assert post(browser, page, all="needs").status_code == 302
        shown = browser.get(page).text
        assert "Beställ Lånedisk för 1 person" in shown
        desk = db.session.scalars(select(AccessLevel).where(AccessLevel.system_id == koha.id)).one()
        said = {"numbers": town.alice.employee_number, "valid_from": "2026-03-02", "justification": "x" * 30}
        form = browser.post(f"/requests/batch/{desk.id}", data={"csrf_token": token(shown), **said})
        assert form.status_code == 200 and str(town.alice.employee_number) in form.text and "x" * 30 in form.text
        sent = browser.post(
            f"/requests/batch/{desk.id}/send", data={"csrf_token": token(form.text), "key": "k1", **said}
        )
        assert sent.status_code == 302
        ordered = db.session.scalars(select(AccessRequest)).one()
        assert (ordered.subject_id, ordered.level_id, ordered.orderer_id) == (town.alice.id, desk.id, town.bob.id)
        assert "har eller väntar på Koha" in browser.get(page).text
        assert "1 av 1 besvarade, 1 behöver det" in as_person(town.olga).get(f"/matters/{matter.case_number}").text

    def test_is_for_who_is_asked(self, as_person: LogIn, town: Town, retiring: Open) -> None:
        matter = retiring()
        page = f"/matters/people/{campaign(matter)[town.bob.id,].id}"
        assert as_person(town.dan).get(page).status_code == 403
        assert post(as_person(town.bob), page, page, all="needs").status_code == 302
        assert as_person(town.bob).put(page).status_code == 405
        assert as_person(town.bob).get("/matters/people/999999").status_code == 404

    def test_after_the_end_it_is_only_read(
        self, as_person: LogIn, town: Town, retiring: Open, frozen_time: Any
    ) -> None:
        matter = retiring()
        page = f"/matters/people/{campaign(matter)[town.bob.id,].id}"
        frozen_time.move_to("2026-06-01 08:00:00+00:00")
        tasks.follow()
        shown = as_person(town.bob).get(page)
        assert shown.status_code == 200 and "Spara svaren" not in shown.text

    def test_is_listed_among_systems_on_their_way_out(self, as_person: LogIn, town: Town, retiring: Open) -> None:
        retiring()
        shown = as_person(town.olga).get("/matters/systems").text
        assert "På väg att avvecklas" in shown and "MicroMarc → Koha" in shown

    def test_opened_from_its_form(self, as_person: LogIn, town: Town, koha: System) -> None:
        new = "/matters/new/system_retirement"
        said = {"system": "MIC", "successor": "KOHA", "reason": "Avtalet går ut.", "archive_plan": "CSV."}
        browser = as_person(town.carol)
        refused = post(browser, new, **said, ends_on="2026-03-01")
        assert refused.status_code == 422 and "Datumet har redan passerat." in refused.text
        assert post(browser, new, **said, ends_on="2026-05-29").status_code == 302
        assert "Olga Åberg" in browser.get("/matters/AVV-2026-0001/preview").text


def test_the_life_of_the_system_ends_with_it(town: Town, retiring: Open, frozen_time: Any) -> None:
    """What brought it into use ends too, so that nobody is reminded of its exceptions."""
    with transaction() as session:
        workflow = definitions.started_with("system_onboarding")
        born = Matter(
            case_number="SYS-2025-0001", process=workflow.process, definition_version=workflow.version,
            state="production", system_id=town.mic.id, opened_by_id=town.carol.id, created_at=clock.now(),
            submitted_at=clock.now(), state_since=clock.now() - timedelta(days=300),
        )  # fmt: skip
        session.add(born)
    matter = retiring()
    frozen_time.move_to("2026-06-01 08:00:00+00:00")
    tasks.follow()
    db.session.expire_all()
    say(matter, town.sam, "archive", **ARCHIVED)
    for right in db.session.scalars(select(Grant)).all():
        task = task_queries.open_about(grant_id=right.id)
        if task is not None:
            with transaction():
                actor = Actor(town.sam.id, "system_manager")
                grant_services.confirm_removed(task, actor=actor, now=clock.now(), receipt={})
    say(matter, town.olga, "confirm_retired", closed_down="yes")
    db.session.expire_all()
    assert born.state == "retired"
