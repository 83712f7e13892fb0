"""W14: a system from a proposal to production, and what may wait (rules.md C14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.audit import queries as log
from app.catalogue import onboarding
from app.catalogue import queries as catalogue
from app.catalogue import services as files
from app.catalogue.definition import SystemDefinition
from app.catalogue.models import System
from app.catalogue.upserts import write_systems
from app.db import db, transaction
from app.directory.models import Person
from app.errors import NotAllowed
from app.matters import answering, conditions, definitions, opening, queries, services, tasks
from app.matters.models import Matter
from app.notifications.models import OutboxMail
from tests.matters.conftest import Council, all_asked, asked, task_of, tasks_of
from tests.people import Town, appoint, person
from tests.requests.conftest import Life
from workflows.events import Actor

__all__ = ["files"]
pytestmark = pytest.mark.usefixtures("frozen_time")
ANSWERS: dict[str, Any] = {
    "name": "Medborgarportalen",
    "code": "MED",
    "description": "Ansökningar från medborgare.",
    "board": "KTN",
    "confidentiality": "2",
    "integrity": "2",
    "availability": "2",
    "personal_data": "none",
}
PERSONAL = {"personal_data": "ordinary", "processing_entry": "DSF 31"}
LEVELS = [
    {"code": "LAS", "label": "Läsa", "profile": "standard", "access": "read", "directory_group": "SYS-MED-LAS"},
    {"code": "ADM", "label": "Administrera", "profile": "privileged", "access": "admin", "directory_group": ""},
]
Open = Callable[..., Matter]
PROCESS = "system_onboarding"


@pytest.fixture
def karin(town: Town, council: Council) -> Person:
    """Heads the library's nämnd."""
    with transaction() as session:
        found = person(session, "Karin Nämnd", town.school, title="Förvaltningschef")
        appoint(session, "board_manager", found, board="KTN")
    return found


@pytest.fixture
def proposed(town: Town, karin: Person) -> Open:
    """The IT architect proposes a system, with these answers instead of the usual ones."""

    def make(*, by: Person | None = None, send: bool = True, **changes: Any) -> Matter:
        actor, now = Actor((by or town.sam).id, "orderer"), clock.now()
        with transaction():
            matter = opening.draft(definitions.started_with(PROCESS), ANSWERS | changes, actor=actor, now=now)
            if send:
                services.submit(matter, services.Push(actor, now))
            number = matter.case_number
        return queries.by_case_number(number)

    return make


def say(matter: Matter, who: Person, step: str, verdict: str = "", reason: str = "", **answers: Any) -> None:
    """Answer one step; by default what leads on."""
    task = next(t for t in tasks_of(matter) if t.step == step)
    verdict = verdict or answering.verdicts(matter, task)[0]
    mine = next((a for a in task.addressees if a.person_id == who.id), None)
    actor = Actor(who.id, mine.why if mine else "nobody")
    answering.answer(task, answering.Answer(verdict, reason, answers), actor, now=clock.now())
    db.session.expire_all()


def to_preparing(matter: Matter, town: Town, council: Council, karin: Person) -> None:
    say(matter, karin, "name_owner", owner=town.olga.id)
    if matter.personal_data:
        say(matter, council.disa, "dpo_statement", dpo_opinion="supports", dpo_reasons="Få uppgifter.")
    managers = {"manager_1": town.carol.id, "manager_2": council.ivar.id}
    say(matter, town.olga, "classify", classification_agreed="yes", **managers)


def to_ready(matter: Matter, town: Town, **lacking: Any) -> None:
    set_up = {"access_levels": LEVELS, "executor": "Systemförvaltarna", "continuity_plan": "KS 2026/40"}
    say(matter, town.coordinator, "risk", **{"risks": RISKS, "risk_note": "Små risker."} | lacking)
    guideline = {"guideline_version": "1", "guideline_reference": "https://intranat.test/med"}
    say(matter, town.olga, "guideline", **guideline | lacking)
    say(matter, town.carol, "set_up", **set_up | lacking)


RISKS = [{"event": "Driftstopp", "likelihood": 2, "consequence": 2, "measure": ""}]


def mails(template: str) -> list[OutboxMail]:
    return list(db.session.scalars(select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id)))


class TestTheWay:
    def test_each_step_asks_whoever_the_step_before_has_named(
        self, town: Town, council: Council, karin: Person, proposed: Open
    ) -> None:
        matter = proposed(**PERSONAL)
        assert matter.case_number == "SYS-2026-0001"
        assert asked(matter) == ("name_owner", [karin.id])
        say(matter, karin, "name_owner", owner=town.olga.id)
        assert all_asked(matter) == {"classify": [town.olga.id], "dpo_statement": [council.disa.id]}
        say(matter, town.olga, "classify", classification_agreed="yes", manager_1=town.carol.id)
        say(matter, council.disa, "dpo_statement", dpo_opinion="supports", dpo_reasons="Få uppgifter.")
        assert all_asked(matter) == {
            "set_up": [town.carol.id],
            "guideline": [town.olga.id],
            "risk": [town.coordinator.id],
        }

    def test_it_is_in_the_catalogue_as_planned_and_in_production_in_the_end(
        self, town: Town, council: Council, karin: Person, proposed: Open, life: Life
    ) -> None:
        matter = proposed()
        system = catalogue.system("MED")
        assert (system.lifecycle, system.name, system.board, system.confidentiality) == (
            "planned",
            "Medborgarportalen",
            "KTN",
            2,
        )
        to_preparing(matter, town, council, karin)
        to_ready(matter, town)
        level = catalogue.level_by_code("MED", "LAS")
        with pytest.raises(NotAllowed, match="system_not_open"):
            life.order(town.alice, level=level)
        say(matter, town.olga, "take_into_use")
        assert (matter.state, catalogue.system("MED").lifecycle) == ("production", "production")
        assert (level.profile, level.directory_group, level.review_months) == ("standard", "SYS-MED-LAS", 12)
        assert life.order(town.alice, level=level).state == "requested"
        holders = catalogue.role_holders(matter.system_id or 0, clock.today())
        assert [p.id for p in holders["system_owner"]] == [town.olga.id]
        assert {p.id for p in holders["system_manager"]} == {town.carol.id, council.ivar.id}

    def test_the_checklist_is_kept_with_the_decision(
        self, town: Town, council: Council, karin: Person, proposed: Open
    ) -> None:
        matter = proposed()
        to_preparing(matter, town, council, karin)
        to_ready(matter, town)
        say(matter, town.olga, "take_into_use")
        kept = log.of_matter(matter.id)[-1].data["readiness"]
        assert set(kept) == set(definitions.terms_of(matter).needs) and set(kept.values()) == {"there"}

    def test_who_opened_it_decides_nothing(self, town: Town, council: Council, karin: Person, proposed: Open) -> None:
        matter = proposed(by=town.olga)
        say(matter, karin, "name_owner", owner=town.olga.id)
        assert asked(matter) == ("classify", [karin.id])


class TestPeople:
    def test_nobody_names_themselves(self, karin: Person, proposed: Open) -> None:
        matter = proposed()
        with pytest.raises(NotAllowed) as refusal:
            say(matter, karin, "name_owner", owner=karin.id)
        assert refusal.value.details["faults"] == {"owner": "not_self"}
        assert matter.state == "proposed"

    def test_who_has_left_is_not_named(self, town: Town, karin: Person, proposed: Open) -> None:
        matter = proposed()
        with transaction():
            town.dan.employment_status = "ended"
        with pytest.raises(NotAllowed) as refusal:
            say(matter, karin, "name_owner", owner=town.dan.id)
        assert refusal.value.details["faults"] == {"owner": "not_employed"}

    def test_the_same_manager_twice_is_one(self, town: Town, karin: Person, proposed: Open) -> None:
        matter = proposed()
        say(matter, karin, "name_owner", owner=town.olga.id)
        twice = {"manager_1": town.carol.id, "manager_2": town.carol.id}
        with pytest.raises(NotAllowed) as refusal:
            say(matter, town.olga, "classify", classification_agreed="yes", **twice)
        assert refusal.value.details["faults"] == {"manager_2": "named_twice"}

    def test_another_owner_in_a_new_round_takes_the_place_of_the_first(
        self, town: Town, council: Council, karin: Person, proposed: Open
    ) -> None:
        matter = proposed()
        say(matter, karin, "name_owner", owner=town.olga.id)
        say(matter, town.olga, "classify", "return", "K är högre.")
        with transaction():
            held = queries.hold(matter.id)
            opening.amend(
                held, ANSWERS | {"confidentiality": "3"}, actor=Actor(town.sam.id, "orderer"), now=clock.now()
            )
            services.submit(held, services.Push(Actor(town.sam.id, "orderer"), clock.now()))
        assert catalogue.system("MED").confidentiality == 3
        say(matter, karin, "name_owner", owner=council.lena.id)
        assert asked(matter) == ("classify", [council.lena.id])
        holders = catalogue.role_holders(matter.system_id or 0, clock.today())
        assert [p.id for p in holders["system_owner"]] == [council.lena.id]


class TestTheForm:
    @pytest.mark.parametrize(("code", "fault"), [("MIC", "code_taken"), ("å 1", "not_a_code"), ("mic", "code_taken")])
    def test_the_code_is_free(self, proposed: Open, code: str, fault: str) -> None:
        with pytest.raises(NotAllowed) as refusal:
            proposed(code=code)
        assert refusal.value.details["faults"] == {"code": fault}

    def test_two_cannot_have_the_same_code_at_once(self, proposed: Open) -> None:
        proposed()
        with pytest.raises(NotAllowed) as refusal:
            proposed()
        assert refusal.value.details["faults"] == {"code": "code_taken"}

    def test_the_code_of_what_came_to_nothing_is_free(self, town: Town, karin: Person, proposed: Open) -> None:
        first = proposed()
        say(first, karin, "name_owner", "reject", "Vi har redan ett.")
        assert catalogue.system("MED").lifecycle == "retired"
        second = proposed()
        assert (catalogue.system("MED").lifecycle, second.system_id) == ("planned", first.system_id)

    @pytest.mark.parametrize(
        ("changed", "fault"),
        [
            ({"profile": "basic"}, "profile_too_weak"),
            ({"code": ""}, "level_incomplete"),
            ({"code": "ADM"}, "level_twice"),
            ({"access": "admin"}, "admin_not_privileged"),
        ],
    )
    def test_levels_are_as_they_must_be(
        self, town: Town, council: Council, karin: Person, proposed: Open, changed: dict[str, str], fault: str
    ) -> None:
        matter = proposed()
        to_preparing(matter, town, council, karin)
        with pytest.raises(NotAllowed) as refusal:
            say(matter, town.carol, "set_up", access_levels=[LEVELS[0] | changed, LEVELS[1]])
        assert refusal.value.details["faults"] == {"access_levels": fault}

    def test_a_level_has_the_courses_of_all_others_with_its_profile(
        self, town: Town, council: Council, karin: Person, proposed: Open
    ) -> None:
        with transaction():
            for level in (town.disk, *(x for x in town.mic.levels if x.profile == "standard")):
                level.courses = ["INFOSEC-BAS", "GDPR-BAS"]
        matter = proposed()
        to_preparing(matter, town, council, karin)
        to_ready(matter, town)
        assert set(catalogue.level_by_code("MED", "LAS").courses) <= {"INFOSEC-BAS", "GDPR-BAS"}


class TestExceptions:
    @pytest.fixture
    def ready(self, town: Town, council: Council, karin: Person, proposed: Open) -> Matter:
        """Without a continuity plan."""
        matter = proposed()
        to_preparing(matter, town, council, karin)
        to_ready(matter, town, continuity_plan="")
        return matter

    def excepted(self, until: date, item: str = "continuity_plan") -> list[dict[str, str]]:
        return [{"item": item, "text": "Skrivs i vår.", "due": until.isoformat()}]

    def test_what_is_missing_stops_it(self, town: Town, ready: Matter) -> None:
        with pytest.raises(NotAllowed, match="not_ready"):
            say(ready, town.olga, "take_into_use")
        assert catalogue.system("MED").lifecycle == "planned"

    def test_the_owner_may_let_it_wait_for_six_months_and_no_longer(self, town: Town, ready: Matter) -> None:
        with pytest.raises(NotAllowed) as refusal:
            say(ready, town.olga, "take_into_use", exceptions=self.excepted(date(2026, 9, 3)))
        assert refusal.value.details["faults"] == {"exceptions": "exception_too_long"}
        say(ready, town.olga, "take_into_use", exceptions=self.excepted(date(2026, 9, 2)))
        assert ready.state == "production"

    def test_of_k3_owner_and_guideline_are_never_excepted(
        self, town: Town, council: Council, karin: Person, proposed: Open
    ) -> None:
        matter = proposed(confidentiality="3", **PERSONAL)
        to_preparing(matter, town, council, karin)
        levels = [LEVELS[0] | {"profile": "sensitive"}]
        to_ready(matter, town, access_levels=levels, guideline_version="")
        with pytest.raises(NotAllowed) as refusal:
            say(matter, town.olga, "take_into_use", exceptions=self.excepted(date(2026, 6, 1), "guideline"))
        assert refusal.value.details["faults"] == {"exceptions": "never_excepted"}

    def test_owner_and_coordinator_are_reminded_before_and_after(
        self, town: Town, ready: Matter, frozen_time: Any
    ) -> None:
        say(ready, town.olga, "take_into_use", exceptions=self.excepted(date(2026, 4, 1)))
        for _ in range(35):
            frozen_time.shift(timedelta(days=1))
            tasks.follow()
        told = [(mail.data["days"] > 0, mail.recipient_id) for mail in mails("matter_condition")]
        both = sorted([town.olga.id, town.coordinator.id])
        assert told == [(True, who) for who in both] + [(False, who) for who in both]
        assert [c.due_on for c in queries.exceptions_left(ready.system_id or 0)] == [date(2026, 4, 1)]

    def test_ends_with_a_word_of_what_is_there_now(self, town: Town, ready: Matter) -> None:
        say(ready, town.olga, "take_into_use", exceptions=self.excepted(date(2026, 4, 1)))
        (exception,) = queries.conditions(ready.id)
        actor = Actor(town.carol.id, "system_manager")
        with pytest.raises(NotAllowed, match="note_needed"), transaction():
            conditions.meet(exception, " ", actor, clock.now())
        with transaction():
            conditions.meet(exception, "KS 2026/77", actor, clock.now())
        assert not queries.exceptions_left(ready.system_id or 0)

    def test_what_the_catalogue_still_lacks_is_not_met(
        self, town: Town, council: Council, karin: Person, proposed: Open
    ) -> None:
        matter = proposed()
        to_preparing(matter, town, council, karin)
        to_ready(matter, town, guideline_version="")
        say(matter, town.olga, "take_into_use", exceptions=self.excepted(date(2026, 6, 1), "guideline"))
        (exception,) = queries.conditions(matter.id)
        with pytest.raises(NotAllowed, match="still_lacking"), transaction():
            conditions.meet(exception, "Klar.", Actor(town.carol.id, "system_manager"), clock.now())


def test_a_file_that_is_loaded_afterwards_does_not_open_the_system(proposed: Open) -> None:
    proposed()
    said = SystemDefinition(
        code="MED", name="Medborgarportalen", description="", board="KTN", lifecycle="production", confidentiality=2,
        integrity=2, availability=2, personal_data="none", owner_role="", min_managers=2, max_outage_wd=None,
        orderer_required=False, guideline_required=True, guideline_version="2", guideline_url="",
        guideline_valid_to=None, functional_mailbox="", replaced_by="", details={}, levels=(),
    )  # fmt: skip
    with transaction():
        write_systems([said])
    db.session.expire_all()
    system: System | None = onboarding.by_code("MED")
    assert system is not None
    assert (system.lifecycle, system.guideline_version) == ("planned", "2")


def test_what_lapses_leaves_no_system_behind(proposed: Open, frozen_time: Any) -> None:
    from app.requests.tasks import run_clocks

    matter = proposed()
    assert task_of(matter).lapses_on is not None
    frozen_time.shift(timedelta(days=70))
    run_clocks()
    db.session.expire_all()
    assert (matter.state, catalogue.system("MED").lifecycle) == ("lapsed", "retired")
    assert not catalogue.search("Medborgarportalen")
