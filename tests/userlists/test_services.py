"""From a list to states and findings: once for each person, whoever hands it in, and however often."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.grants.models import Grant
from app.reconciliation import settling
from app.reconciliation.models import Finding
from app.reconciliation.settling import Act
from app.tasks.models import Task
from app.userlists import queries, service_accounts, services, tasks
from app.userlists.models import ListAccount, ServiceAccount, UserList
from app.userlists.service_accounts import Terms
from tests import people
from tests.requests.conftest import Life
from tests.userlists.conftest import HEAD, NOON, Desk
from workflows.events import Actor

WHY = "Kontot används av utlåningsautomaten i entrén."


def of(who, role="Lånedisk", status="aktiv"):
    """A row of somebody."""
    return f"{who.employee_number};{who.login};{role};{status}"


class TestMatching:
    def whose(self, desk: Desk, row: str, head: str = "Anställningsnummer;Användarnamn;E-post"):
        draft = desk.upload(f"{head}\n{row}\n")
        with transaction():
            (one,) = services.preview(draft, NOON.date()).listed
        return one.person_id, one.who, one.matched_by

    def test_by_number_then_login_then_mail(self, desk: Desk):
        alice, dan = desk.town.alice, desk.town.dan
        assert self.whose(desk, f"{alice.employee_number};{dan.login};") == (alice.id, "known", "number")
        assert self.whose(desk, f";{alice.login.upper()};") == (alice.id, "known", "login")
        assert self.whose(desk, f"okänt;KOMMUN\\{alice.login};") == (alice.id, "known", "login")
        assert self.whose(desk, f";;{alice.mail.upper()}") == (alice.id, "known", "mail")
        assert self.whose(desk, f";{alice.mail};") == (alice.id, "known", "mail")
        assert self.whose(desk, "9;okänd;okand@exempel.se") == (None, "nobody", "")

    def test_zeros_that_a_spreadsheet_took_away(self, desk: Desk):
        with transaction() as session:
            who = people.person(session, "Åsa Noll", desk.town.library, employee_number="00471")
        assert self.whose(desk, "471;;") == (who.id, "known", "number")

    def test_of_two_the_one_who_works_here_else_nobody(self, desk: Desk):
        with transaction() as session:
            session.add(desk.town.vera)
            desk.town.vera.mail = desk.town.alice.mail
        assert self.whose(desk, f";;{desk.town.alice.mail}")[0] == desk.town.alice.id
        with transaction() as session:
            session.add(desk.town.dan)
            desk.town.dan.mail = desk.town.alice.mail
        assert self.whose(desk, f";;{desk.town.alice.mail}") == (None, "several", "")


class TestStates:
    def test_six_states_and_what_is_missing(self, desk: Desk):
        town = desk.town
        desk.grant(town.alice)
        desk.grant(town.bob, source="legacy")
        desk.grant(town.sam, desk.admin)
        desk.grant(town.carol)
        desk.grant(town.dan, status="revoked", revoked_at=NOON - timedelta(days=20))
        desk.grant(town.eva, status="revocation_pending", revoke_ordered_at=NOON)
        desk.list(
            *(of(who) for who in (town.alice, town.bob, town.sam, town.dan, town.eva, town.vera, town.coordinator)),
            "99999;automat;Lånedisk;aktiv", "99998;gammal;Lånedisk;spärrad",
        )  # fmt: skip
        states = desk.states()
        assert {name: states[getattr(town, name).login] for name in ("alice", "bob", "sam", "dan", "eva", "vera")} == {
            "alice": "approved", "bob": "implied", "sam": "implied", "dan": "in_violation", "eva": "pending_removal",
            "vera": "in_violation",
        }  # fmt: skip
        assert states[town.coordinator.login] == "not_approved"
        assert (states["automat"], states["gammal"], states["Carol Dahl"]) == ("orphan", "closed", "missing")

    def test_what_happened_after_the_list_is_not_held_against_anybody(self, desk: Desk):
        town = desk.town
        desk.grant(town.carol, granted_at=NOON)
        desk.grant(town.dan, status="revoked", revoked_at=NOON)
        desk.list(of(town.dan), taken_on=date(2026, 3, 4))
        assert desk.states() == {town.dan.login: "pending_removal"}


class TestFindings:
    def test_one_for_each_person_never_one_for_each_list(self, desk: Desk, found):
        town = desk.town
        rows = of(town.alice), of(town.alice, "Administratör"), "99999;automat;Lånedisk;aktiv"
        desk.list(*rows)
        assert {(f.person_id, f.thing, f.severity, f.state) for f in found()} == {
            (None, "automat", "medium", "open"), (town.alice.id, "", "high", "open"),
        }  # fmt: skip
        desk.list(*rows, of(town.dan))
        assert len(found()) == 3
        assert tasks.follow() == 1
        assert len(found()) == 3

    def test_gone_from_the_list_is_settled_and_back_again_is_reopened(self, desk: Desk, found):
        desk.grant(desk.town.carol)
        desk.list(of(desk.town.carol), of(desk.town.alice))
        desk.list(of(desk.town.carol), f"{of(desk.town.alice)[:-5]}spärrad")
        assert [f.state for f in found()] == ["resolved_removed"]
        desk.list(of(desk.town.carol), of(desk.town.alice))
        assert [f.state for f in found()] == ["reopened"]

    def test_a_right_without_an_account_is_medium(self, desk: Desk, found):
        desk.grant(desk.town.carol)
        desk.list(of(desk.town.alice))
        (one,) = [f for f in found() if f.person_id == desk.town.carol.id]
        assert one.severity == "medium" and "missing" in next(iter(one.evidence))

    def test_what_nobody_has_used_for_long_is_low_and_may_be_removed(self, desk: Desk, found):
        """F6; of a list that does not tell, nothing is concluded."""
        town = desk.town
        for who in (town.alice, town.dan, town.sam):
            desk.grant(who)
        used = ((town.alice, "2025-12-04"), (town.dan, "2025-12-05"), (town.sam, ""))
        rows = "\n".join(f"{who.login};Lånedisk;{day}" for who, day in used)
        desk.apply(desk.upload(f"Användarnamn;Roll;Senast inloggad\n{rows}\n"))
        (one,) = db.session.scalars(select(Finding).where(Finding.type == "dormant")).all()
        assert (one.person_id, one.severity, found()) == (town.alice.id, "low", [])
        db.session.rollback()
        with transaction():
            chosen = db.session.scalars(select(Finding)).all()
            settling.settle(chosen, Act("remove"), desk.actor(), clock.now())
        assert desk.states()[town.alice.login] == "pending_removal"

    def test_an_old_list_concludes_nothing(self, desk: Desk, found):
        desk.list(of(desk.town.alice), taken_on=date(2026, 2, 25))
        assert found() == [] and tasks.follow() == 0
        assert desk.states() == {desk.town.alice.login: "not_approved"}

    def test_of_whom_the_directory_cannot_tell_nothing_is_concluded(self, desk: Desk, found):
        with transaction() as session:
            session.add(desk.town.alice)
            desk.town.alice.employment_status = "unknown"
        desk.list(of(desk.town.alice))
        assert found() == []

    def test_lists_of_other_systems_are_left_alone(self, desk: Desk, found):
        desk.list(of(desk.town.alice))
        with transaction() as session:
            people.level(session, desk.town.ad, "EXT", "Extern")
            other = services.upload(
                desk.town.ad, "ad.csv", f"{HEAD}\n{of(desk.town.dan, 'Extern')}".encode(), taken_on=NOON.date(),
                actor=desk.actor(), now=clock.now(),
            )  # fmt: skip
            services.map_columns(other, {"login": "Användarnamn"}, {}, actor=desk.actor(), now=clock.now())
        desk.apply(other)
        assert {(f.system_id, f.state) for f in found()} == {(desk.town.mic.id, "open"), (desk.town.ad.id, "open")}

    def test_removal_and_order_afterwards(self, desk: Desk, found):
        town = desk.town
        desk.list(of(town.alice), of(town.dan))
        by_person = {f.person_id: f.id for f in found()}
        with transaction():
            chosen = [f for f in found() if f.person_id == town.dan.id]
            settling.settle(chosen, Act("remove"), desk.actor(), clock.now())
        assert desk.states()[town.dan.login] == "pending_removal"
        assert db.session.query(Task).filter_by(kind="revoke", status="open").count() == 1
        life = Life(town)
        db.session.rollback()
        order = life.order(town.alice, by=town.bob, finding_id=by_person[town.alice.id])
        life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": "2026-03-05"})
        settled = {f.person_id: (f.state, f.request_id) for f in found()}
        assert settled[town.alice.id] == ("resolved_regularised", order.id)
        assert desk.states()[town.alice.login] == "approved"
        assert db.session.query(Grant).filter_by(source="found").count() == 1


class TestUsingAList:
    def test_one_faulty_row_and_nothing_is_used(self, desk: Desk, found):
        draft = desk.upload(f"{HEAD}\n{of(desk.town.alice)}\n;;Lånedisk;aktiv\n{of(desk.town.dan, 'Chef')}\n")
        with pytest.raises(NotAllowed, match="list_faulty"):
            desk.apply(draft)
        assert queries.current(desk.town.mic.id) is None and found() == []
        seen = services.preview(draft, NOON.date())
        assert [(f.line, f.reason) for f in seen.faults] == [(3, "no_key"), (4, "unknown_level")]

    def test_the_choice_of_columns_is_kept_to_the_next_list(self, desk: Desk):
        text = f"Kolumn A;Kolumn B\n{desk.town.alice.login};Bibblan\n"
        draft = desk.upload(text)
        with pytest.raises(NotAllowed, match="no_key_column"):
            desk.apply(draft)
        db.session.rollback()
        with transaction():
            chosen = {"login": "Kolumn A", "level": "Kolumn B", "name": ""}
            meant = {"Bibblan": desk.town.disk.id}
            services.map_columns(draft, chosen, meant, actor=desk.actor(), now=clock.now())
        desk.apply(draft)
        desk.apply(desk.upload(text.replace("Bibblan", "BIBBLAN")))
        assert desk.states() == {desk.town.alice.login: "not_approved"}

    @pytest.mark.parametrize(
        ("chosen", "levels", "reason"),
        [
            ({"login": "Användarnamn", "name": "Användarnamn"}, {}, "column_twice"),
            ({"login": "Borta"}, {}, "column_unknown"),
            ({"hemligt": "Roll"}, {}, "column_unknown"),
            ({"login": "Användarnamn"}, {"Lånedisk": 99_999}, "level_unknown"),
        ],
    )
    def test_odd_choices(self, desk: Desk, chosen, levels, reason):
        draft = desk.upload(f"{HEAD}\n{of(desk.town.alice)}\n")
        with pytest.raises(NotAllowed, match=reason), transaction():
            services.map_columns(draft, chosen, levels, actor=desk.actor(), now=clock.now())

    def test_what_is_kept_and_what_is_not(self, desk: Desk):
        text = f"{HEAD};Namn;Personnummer\n{of(desk.town.alice)};Alice;191212121212\n9;okänd;Lånedisk;aktiv;Olle;\n"
        draft = desk.upload(text, name="C:\\Användare\\carol\\konton 2026.csv")
        assert draft.file_name == "konton 2026.csv" and draft.hidden == ["Personnummer"]
        desk.apply(draft)
        kept = queries.current(desk.town.mic.id)
        assert kept is not None and kept.cells is None and len(kept.digest) == 64
        assert db.session.scalars(select(ListAccount.name).order_by(ListAccount.id)).all() == ["", "Olle"]
        about_lists = select(AuditEvent).where(AuditEvent.object_type == "user_list").order_by(AuditEvent.id)
        logged = db.session.scalars(about_lists).all()
        assert [event.event for event in logged] == ["user_list.uploaded", "user_list.applied"]
        assert "Olle" not in str([event.data for event in logged]) and "1212" not in str([e.data for e in logged])
        db.session.rollback()
        desk.list(of(desk.town.dan))
        assert db.session.query(ListAccount).count() == 1
        assert db.session.scalars(select(UserList.state).order_by(UserList.id)).all() == ["replaced", "current"]

    def test_the_same_file_again_is_recognised_and_a_later_day_is_news(self, desk: Desk):
        desk.list(of(desk.town.alice), taken_on=date(2026, 3, 4))
        with pytest.raises(NotAllowed, match="same_file"):
            desk.list(of(desk.town.alice), taken_on=date(2026, 3, 4))
        desk.list(of(desk.town.alice), taken_on=date(2026, 3, 5))
        assert queries.age(desk.town.mic.id, date(2026, 3, 9)) == 4

    @pytest.mark.parametrize(
        ("day", "reason"), [(date(2026, 3, 6), "future"), (date(2026, 3, 3), "older_than_current")]
    )
    def test_days(self, desk: Desk, day, reason):
        desk.list(of(desk.town.alice), taken_on=date(2026, 3, 4))
        with pytest.raises(NotAllowed, match=reason):
            desk.upload(f"{HEAD}\n{of(desk.town.dan)}\n", day)

    def test_of_two_at_once_the_slower_looks_again(self, desk: Desk):
        drafts = [desk.upload(f"{HEAD}\n{of(who)}\n") for who in (desk.town.alice, desk.town.dan)]
        desk.apply(drafts[0])
        with pytest.raises(Conflict, match="list_overtaken"):
            desk.apply(drafts[1])
        db.session.rollback()
        with pytest.raises(Conflict, match="list_settled"):
            desk.apply(drafts[0])
        assert set(desk.states()) == {desk.town.alice.login}

    def test_a_system_of_groups_needs_none(self, desk: Desk):
        with transaction() as session:
            for level in (desk.town.disk, desk.admin):
                session.add(level)
                level.directory_group = f"SYS-{level.code}"
        with pytest.raises(NotAllowed, match="no_levels"):
            desk.upload(f"{HEAD}\n{of(desk.town.alice)}\n")

    def test_a_draft_is_forgotten_after_a_day(self, desk: Desk, time_machine_at):
        draft = desk.upload(f"{HEAD}\n{of(desk.town.alice)}\n")
        tasks.follow()
        assert db.session.get_one(UserList, draft.id).state == "draft"
        db.session.rollback()
        time_machine_at(NOON + timedelta(days=1, minutes=1))
        tasks.follow()
        db.session.expire_all()
        gone = db.session.get_one(UserList, draft.id)
        assert (gone.state, gone.cells) == ("dropped", None)


class TestServiceAccounts:
    row = "99999;automat;Lånedisk;aktiv"

    def accept(self, found, terms, who):
        with transaction():
            service_accounts.accept(found(), terms, Actor(who.id, "system_manager"), clock.now())

    def test_somebody_answers_for_it_to_a_day_and_then_it_is_back(self, desk: Desk, found, time_machine_at):
        town, until = desk.town, date(2026, 6, 1)
        desk.list(self.row)
        self.accept(found, Terms(town.sam.login, until, WHY), town.carol)
        assert [f.state for f in found()] == ["false_positive"]
        assert desk.states() == {"automat": "implied"}
        tasks.follow()
        assert [f.state for f in found()] == ["false_positive"]
        time_machine_at(NOON.replace(month=6, day=3))
        desk.list(self.row, taken_on=date(2026, 6, 2))
        assert desk.states() == {"automat": "orphan"}
        assert [f.state for f in found()] == ["reopened"]
        assert db.session.query(AuditEvent).filter_by(event="service_account.accepted").count() == 1

    def test_whoever_answers_has_left(self, desk: Desk, found):
        desk.list(self.row)
        self.accept(found, Terms(desk.town.sam.employee_number, date(2026, 6, 1), WHY), desk.town.carol)
        with transaction() as session:
            session.add(desk.town.sam)
            desk.town.sam.employment_status = "ended"
        assert desk.states() == {"automat": "orphan"}
        tasks.follow()
        assert [f.state for f in found()] == ["reopened"]

    @pytest.mark.parametrize(
        ("responsible", "until", "why", "reason"),
        [
            ("", date(2026, 6, 1), WHY, "responsible_unknown"),
            ("veraslut", date(2026, 6, 1), WHY, "responsible_unknown"),
            ("caroldahl", date(2026, 6, 1), WHY, "responsible_is_you"),
            ("samost", None, WHY, "until_needed"),
            ("samost", date(2026, 3, 4), WHY, "back_dated"),
            ("samost", date(2027, 3, 8), WHY, "service_too_long"),
            ("samost", date(2026, 6, 1), "kort", "reason_too_short"),
        ],
    )
    def test_refused(self, desk: Desk, found, responsible, until, why, reason):
        desk.list(self.row)
        with pytest.raises(NotAllowed, match=reason):
            self.accept(found, Terms(responsible, until, why), desk.town.carol)
        assert db.session.query(ServiceAccount).count() == 0

    def test_only_of_an_account_without_a_person(self, desk: Desk, found):
        desk.list(self.row, of(desk.town.alice))
        with pytest.raises(NotAllowed, match="not_an_account"):
            self.accept(found, Terms(desk.town.sam.login, date(2026, 6, 1), WHY), desk.town.carol)
        assert {f.state for f in found()} == {"open"}
