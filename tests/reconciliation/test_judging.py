"""Each rule of C13 on a small municipality: what is a finding, what is none, and what becomes of it night by night."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from app.db import db, transaction
from app.directory.damping_models import EndedSighting
from app.directory.models import DirectoryGroup
from app.directory.run_models import DirectoryRun
from app.grants import services as grants
from app.reconciliation import judging, services
from app.reconciliation.models import MembershipReading
from tests import people
from tests.reconciliation.conftest import NIGHT, logged
from workflows import findings as rules
from workflows.calendar import WorkingCalendar
from workflows.events import Actor

DISK, JOUR = "SYS-MIC-DISK", "SYS-MIC-JOUR"


def types(found):
    return [(f.type, f.person_id, f.state) for f in found]


class TestUnapproved:
    def test_one_for_person_and_system_however_many_nights_and_levels(self, directory, findings):
        town = directory.town
        directory.join(town.alice, DISK)
        directory.join(town.alice, JOUR)
        assert directory.read() == {"seen": 0, "reopened": 0, "opened": 1, "settled": 0}
        directory.read()
        (found,) = findings()
        assert (found.type, found.person_id, found.system_id) == ("unapproved_membership", town.alice.id, town.mic.id)
        assert found.severity == "high"  # the gravest of the levels
        assert set(found.evidence) == {f"level:{town.disk.id}", f"level:{directory.journal.id}"}
        detail = found.evidence[f"level:{town.disk.id}"]
        assert detail["group"] == DISK and detail["snapshot"] and detail["reading"]
        assert found.last_reading_id > found.first_reading_id
        assert logged(found.id) == [("", "open")]

    def test_due_as_grave_as_the_level(self, directory, findings):
        directory.join(directory.town.alice, DISK)
        directory.read()
        (found,) = findings()
        assert (found.severity, found.due_on) == ("medium", date(2026, 3, 12))  # 5 working days after Thursday

    def test_whoever_has_a_right_is_none(self, directory, findings):
        with transaction() as session:
            people.grant(session, directory.town.alice, directory.town.disk)
        directory.join(directory.town.alice, DISK)
        directory.read()
        assert findings() == []

    def test_gone_is_removed_and_back_is_reopened_with_a_new_day(self, directory, findings):
        alice = directory.town.alice
        directory.join(alice, DISK)
        directory.read()
        first_due = findings()[0].due_on
        db.session.rollback()
        directory.leave(alice, DISK)
        directory.read()
        assert [f.state for f in findings()] == ["resolved_removed"]
        db.session.rollback()
        directory.join(alice, DISK)
        directory.read()
        (found,) = findings()
        assert found.state == "reopened" and found.due_on > first_due and found.resolved_at is None
        assert logged(found.id) == [("", "open"), ("open", "resolved_removed"), ("resolved_removed", "reopened")]

    def test_another_level_joins_the_open_finding(self, directory, findings):
        directory.join(directory.town.alice, DISK)
        directory.read()
        directory.join(directory.town.alice, JOUR)
        directory.read()
        (found,) = findings()
        assert len(found.evidence) == 2 and logged(found.id) == [("", "open"), ("open", "open")]

    def test_graver_level_that_joins_makes_it_as_grave_and_is_told_anew(self, directory, findings):
        directory.join(directory.town.alice, DISK)
        directory.read()
        with transaction():
            (found,) = findings()
            assert found.severity == "medium"
            before, found.rung = found.due_on, 1
        directory.join(directory.town.alice, JOUR)
        directory.read()
        (found,) = findings()
        assert (found.severity, found.rung) == ("high", 0)
        assert found.due_on < before
        db.session.rollback()
        directory.leave(directory.town.alice, JOUR)
        directory.read()
        assert [f.severity for f in findings()] == ["high"]  # nobody makes it less grave by half a removal

    def test_risk_is_accepted_as_it_was_and_what_is_new_opens_it(self, directory, findings):
        town = directory.town
        directory.join(town.alice, DISK)
        directory.read()
        until = directory.now.date() + timedelta(days=60)
        with transaction():
            (found,) = findings()
            services.accept(
                found.id, "Behövs tills gruppen är delad i två.", until, Actor(town.olga.id, "o"), directory.now
            )
        directory.read()
        assert [(f.state, f.accepted_until) for f in findings()] == [("accepted_risk", until)]
        db.session.rollback()
        directory.join(town.alice, JOUR)
        directory.read()
        (found,) = findings()
        assert (found.state, found.severity, found.accepted_until, found.resolved_at) == (
            "reopened",
            "high",
            None,
            None,
        )
        assert logged(found.id)[-1] == ("accepted_risk", "reopened")

    def test_explained_stays_explained_until_something_new_is_found(self, directory, findings):
        town = directory.town
        directory.join(town.alice, DISK)
        directory.read()
        with transaction():
            (found,) = findings()
            who = Actor(town.carol.id, "system_manager", "web")
            services.explain(found.id, "Gruppen används också för skrivaren.", who, directory.now)
        directory.read()
        assert [f.state for f in findings()] == ["false_positive"]
        db.session.rollback()
        directory.join(town.alice, JOUR)
        directory.read()
        assert [f.state for f in findings()] == ["reopened"]


class TestNested:
    def test_path_through_a_group_outside_the_catalogue(self, directory, findings):
        directory.join(directory.town.alice, "Alla-bibliotekarier")
        directory.join("group-Alla-bibliotekarier", DISK)
        directory.join("group-SYS-MIC-DISK", "Alla-bibliotekarier")  # a ring
        directory.read()
        unapproved, nested = sorted(findings(), key=lambda f: f.type, reverse=True)
        assert (unapproved.type, nested.type) == ("unapproved_membership", "nested_path")
        level = f"level:{directory.town.disk.id}"
        assert unapproved.evidence[level]["path"] == [DISK, "Alla-bibliotekarier"]
        assert (nested.thing, nested.severity, nested.evidence[level]["members"]) == (
            "Alla-bibliotekarier",
            "medium",
            2,
        )

    def test_group_of_the_pattern_that_no_level_names(self, directory, findings):
        with transaction():
            directory.group("SYS-ÅTERSTÅR")
            directory.group("Skrivare")
        directory.read()
        (found,) = findings()
        assert (found.type, found.thing, found.severity, found.system_id) == (
            "uncatalogued_group",
            "SYS-ÅTERSTÅR",
            "low",
            None,
        )


class TestGrants:
    @pytest.fixture
    def right(self, directory):
        with transaction() as session:
            return people.grant(session, directory.town.alice, directory.town.disk, granted_at=directory.now)

    def test_right_without_membership_after_two_readings(self, directory, findings, right):
        directory.read()
        assert findings() == []
        db.session.rollback()
        directory.read()
        (found,) = findings()
        assert (found.type, found.severity) == ("grant_without_membership", "medium")
        db.session.rollback()
        directory.join(directory.town.alice, DISK)
        directory.read()
        assert [f.state for f in findings()] == ["resolved_removed"]

    def test_group_that_is_gone_from_the_directory_says_nothing(self, directory, findings, right):
        directory.join(directory.town.carol, DISK)
        directory.read()
        directory.read()
        assert {f.type for f in findings()} == {"grant_without_membership", "unapproved_membership"}
        with transaction() as session:
            session.scalars(select(DirectoryGroup).where(DirectoryGroup.name == DISK)).one().missing_since = NIGHT
        assert directory.read()["settled"] == 0
        assert {f.state for f in findings()} == {"open"}

    def test_removal_confirmed_and_still_a_member(self, directory, findings, right):
        town = directory.town
        directory.join(town.alice, DISK)
        directory.read()
        with transaction() as session:
            who = Actor(town.carol.id, "system_manager", "web")
            held = session.merge(right)
            grants.order_revocation(held, reason="not_needed", actor=who, now=directory.now)
            held.status, held.revoked_at = "revoked", directory.now
        directory.read()
        (found,) = findings()
        assert (found.type, found.severity) == ("expired_still_member", "high")

    def test_removal_that_is_not_late_is_none_and_late_is_one(self, directory, findings, right):
        town = directory.town
        directory.join(town.alice, DISK)
        with transaction() as session:
            who = Actor(town.carol.id, "system_manager", "web")
            grants.order_revocation(session.merge(right), reason="not_needed", actor=who, now=directory.now)
        directory.read()  # K2: one working day
        assert findings() == []
        db.session.rollback()
        directory.read()
        directory.read()
        assert [f.type for f in findings()] == ["expired_still_member"]


class TestLeavers:
    def test_member_without_a_removal_in_time(self, directory, findings):
        directory.join(directory.town.vera, DISK)
        directory.read()
        (found,) = findings("leaver_has_access")
        assert (found.type, found.person_id, found.severity) == ("leaver_has_access", directory.town.vera.id, "high")

    def test_who_was_seen_to_have_left_once_is_not_known_to_have_left(self, directory, findings):
        directory.join(directory.town.vera, DISK)
        with transaction() as session:
            seen = EndedSighting(person_id=directory.town.vera.id, seen_at=directory.now, state="open", why="")
            session.add(seen)
        directory.read()
        assert findings() == []
        with transaction() as session:
            held = session.scalars(select(EndedSighting)).one()
            held.state, held.settled_at, held.why = "certain", directory.now, "seen_again"
        directory.read()
        assert {f.type for f in findings()} == {"leaver_has_access", "orphan_account"}

    def test_right_whose_removal_is_late_also_where_no_group_is(self, directory, findings):
        with transaction() as session:
            remote = people.level(session, directory.town.ad, "VPN", "Fjärråtkomst")
            right = people.grant(session, directory.town.vera, remote)
            grants.order_revocation(
                right, reason="employment_ended", actor=Actor(None, "system", "system"), now=directory.now
            )
        directory.read()
        assert findings() == []
        db.session.rollback()
        for _ in range(4):
            directory.read()
        assert [(f.type, f.system_id) for f in findings()] == [("leaver_has_access", directory.town.ad.id)]

    def test_account_of_staff_that_nobody_is_employed_behind(self, directory, findings):
        directory.account(directory.town.vera)
        directory.account(None, guid="nobody", employee_type="anställd")
        directory.account(None, guid="service", employee_type="tjänstekonto")
        directory.account(None, guid="shut", enabled=False)
        directory.read()
        assert {(f.type, f.thing) for f in findings()} == {
            ("orphan_account", f"guid-{directory.town.vera.employee_number}"),
            ("orphan_account", "nobody"),
        }


class TestOthers:
    def test_scenario_32_manager_missing_gone_or_oneself(self, directory, findings):
        town = directory.town
        with transaction() as session:
            session.get(people.Person, town.dan.id).manager_id = None
            session.get(people.Person, town.alice.id).manager_id = town.alice.id
            session.get(people.Person, town.carol.id).manager_id = town.vera.id
        directory.read()
        found = {f.person_id: f.evidence["manager"]["why"] for f in findings("manager_missing")}
        assert found == {town.dan.id: "vacant", town.alice.id: "oneself", town.carol.id: "gone"}
        assert {f.type for f in findings()} == {"manager_missing"}

    def test_toxic_combination_without_an_exemption(self, directory, findings):
        town = directory.town
        with transaction() as session:
            other = people.level(session, town.mic, "ADM", "Administratör")
            people.toxic(session, session.merge(town.disk), other)
            for level in (town.disk, other):
                people.grant(session, town.dan, level, granted_at=directory.now + timedelta(days=9))
        directory.read()
        assert [(f.type, f.person_id, f.severity) for f in findings()] == [("toxic_combination", town.dan.id, "high")]

    def test_system_without_owner_managers_or_a_valid_guideline(self, directory, findings):
        with transaction() as session:
            lone = people.system(session, "ENS", "Ensamt", guideline_valid_to=date(2026, 1, 1))
            people.system(session, "PLA", "Planerat", lifecycle="planned")
        directory.read()
        (found,) = findings()
        assert (found.type, found.system_id) == ("role_gap", lone.id)
        assert set(found.evidence) == {"no_owner", "few_managers", "guideline_expired"}

    def test_nobodys_account_in_a_sensitive_level(self, directory, findings):
        directory.join("svc-scanner", JOUR)
        directory.join("svc-scanner", DISK)
        directory.read()
        (found,) = findings()
        assert (found.type, found.thing, found.severity) == ("shared_or_generic", "svc-scanner", "high")


class TestUnknown:
    def test_nothing_before_the_baseline(self, unbased, findings):
        directory = unbased
        directory.join(directory.town.alice, DISK)
        assert directory.read() is None and findings() == []

    def test_nothing_while_the_directory_is_held_or_old(self, directory, findings):
        directory.join(directory.town.alice, DISK)
        directory.now += timedelta(days=3)
        assert directory.read(whole=False) is None
        with transaction() as session:
            now = directory.now
            session.add(DirectoryRun(kind="full", state="held", server="dc1", read_at=now, today=now.date(), gone=[]))
        assert directory.read() is None and findings() == []

    def test_half_of_all_members_gone_at_once_is_held_and_the_same_again_is_believed(self, directory, findings):
        for number in range(25):
            directory.join(f"svc-{number}", JOUR)
        directory.read()
        with transaction() as session:
            session.execute(text("UPDATE directory_membership SET gone_at = :now"), {"now": directory.now})
        assert directory.read() is None
        assert judging.hindrance(judging.latest()) == "reading_short"
        assert {f.state for f in findings()} == {"open"}
        db.session.rollback()
        assert directory.read()["settled"] == 25

    def test_twice_is_once_and_killed_in_the_middle_is_nothing(self, directory, findings, monkeypatch):
        directory.join(directory.town.alice, DISK)
        directory.read(judge=False)
        with pytest.raises(KeyboardInterrupt), transaction():
            judging.judge_latest(directory.now)
            raise KeyboardInterrupt
        assert findings() == []
        db.session.rollback()
        assert directory.judge()["opened"] == 1
        assert directory.judge() is None
        assert len(findings()) == 1 and db.session.query(MembershipReading).count() == 2


class TestRules:
    def test_clock_of_each_gravity(self):
        calendar, found = WorkingCalendar(), date(2026, 3, 2)
        for grave, days in (("high", 2), ("medium", 5), ("low", 15)):
            due = rules.due_on(grave, found, calendar)
            assert due == calendar.add(found, days)
            acts = [f.act for f in rules.firings(grave, due, 0, date(2027, 1, 1), calendar)]
            assert acts == ["ask", "remind_1", "remind_2", "escalate_1", "escalate_2"]
        assert [f.act for f in rules.firings("high", date(2026, 3, 4), 1, date(2026, 3, 3), calendar)] == ["remind_1"]
