"""A right that is a group: in when granted, out when it ends, and neither before the directory has confirmed it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import ldap3
import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.directory.ldap_gateway import Gateway
from app.fulfilment import tasks, writing
from app.fulfilment.models import DirectoryWrite
from app.grants import provisioning
from app.grants import services as grants
from app.grants.models import Grant
from app.tasks.models import Task
from tests.fulfilment.conftest import Desk
from tests.people import level
from workflows.directory_writing import LEASE, MOST_TRIES
from workflows.events import Actor

CAROL = "system_manager"


def logged() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)))


def open_tasks(kind: str) -> list[Task]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Task).where(Task.kind == kind, Task.status == "open")))


def test_right_is_active_when_the_directory_has_confirmed_it_and_gone_likewise(desk: Desk) -> None:
    right = desk.granted()
    assert (right.status, desk.members) == ("pending_activation", [])
    assert desk.run() == ["done"]
    assert desk.right().status == "active" and desk.members == [desk.accounts[desk.town.alice.login]]
    assert {"grant.write_queued", "grant.write_confirmed", "grant.provisioned"} <= set(logged())
    assert open_tasks("revoke") == []
    desk.end(right)
    assert desk.right().status == "revocation_pending" and open_tasks("revoke") == []
    assert desk.run() == ["done"]
    gone = desk.right()
    assert (gone.status, gone.revoked_at, desk.members) == ("revoked", clock.now(), [])
    assert logged().count("grant.revoked") == 1 and desk.run() == []


def test_who_is_in_already_is_confirmed_and_who_is_out_already_is_gone(desk: Desk) -> None:
    alice = desk.accounts[desk.town.alice.login]
    desk.admin.connection.modify(desk.dn, {"member": [(ldap3.MODIFY_ADD, [alice])]})
    right = desk.granted()
    assert desk.run() == ["done"] and desk.right().status == "active"
    desk.admin.connection.modify(desk.dn, {"member": [(ldap3.MODIFY_DELETE, [alice])]})
    desk.end(right)
    assert desk.run() == ["done"] and desk.right().status == "revoked"


def test_right_that_ends_before_it_was_written_is_never_written(desk: Desk) -> None:
    desk.end(desk.granted())
    assert desk.run() == ["done"]
    assert desk.right().status == "revoked"
    assert [(w.act, w.status, w.reason) for w in desk.writes()] == [
        ("add", "dropped", "not_needed"),
        ("remove", "done", ""),
    ]
    assert desk.members == []


def test_right_whose_last_day_has_passed_is_not_put_in_and_not_put_in_again(desk: Desk) -> None:
    desk.granted(valid_to=clock.today() + timedelta(days=20))
    desk.run()
    desk.time.shift(timedelta(days=22))
    with transaction():
        assert grants.expire_due(clock.now()) == 1
    assert desk.right().status == "expired"
    assert desk.run() == ["done"] and desk.right().status == "revoked"
    desk.run()
    assert desk.members == []


def test_first_day_is_waited_for(desk: Desk) -> None:
    desk.granted(valid_from=clock.today() + timedelta(days=3))
    assert desk.run() == [] and desk.members == []
    desk.time.shift(timedelta(days=3))
    assert desk.run() == ["done"] and desk.right().status == "active"


def test_who_has_another_right_to_the_group_stays_in_it(desk: Desk) -> None:
    right = desk.granted()
    desk.run()
    with transaction() as session:
        again = level(
            session, desk.town.mic, "DISK2", "Lånedisk 2", directory_group=desk.group, provisioning="directory_group"
        )
        day = clock.today()
        about = {"subject_id": desk.town.alice.id, "level_id": again.id, "valid_from": day, "granted_at": clock.now()}
        session.add(Grant(**about))
    desk.end(right)
    assert desk.run() == ["still_needed"]
    assert desk.right().status == "revoked" and len(desk.members) == 1


def test_nobody_is_put_in_whose_employment_is_not_known_or_over(desk: Desk, app: Flask) -> None:
    desk.granted()
    desk.admin.disable(desk.accounts[desk.town.alice.login])
    for _ in range(MOST_TRIES + 1):
        desk.time.shift(timedelta(hours=2))
        assert desk.run() == ["not_employed"]
    (write,) = desk.writes()
    assert (write.status, write.refusals, desk.members) == ("waiting", 0, [])
    assert open_tasks(provisioning.BY_HAND) == []


def test_directory_that_is_down_is_waited_for_and_nothing_is_lost(
    desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = desk.granted()
    desk.run()
    desk.end(right)
    away = app.extensions["settings"].model_copy(update={"ldap_servers": ("ldaps://127.0.0.1:1",)})
    with monkeypatch.context() as down:
        down.setitem(app.extensions, "directory", Gateway(away))
        for _ in range(MOST_TRIES + 3):
            desk.time.shift(timedelta(hours=2))
            assert tasks.write_waiting() == 0
        (_add, write) = desk.writes()
        assert (write.status, write.reason) == ("waiting", "directory_unavailable")
        assert desk.right().status == "revocation_pending"
    desk.time.shift(timedelta(hours=2))
    assert tasks.write_waiting() == 1
    assert desk.right().status == "revoked" and desk.members == []


def test_group_that_is_gone_becomes_the_system_managers_task_and_by_hand_is_done(desk: Desk) -> None:
    desk.granted()
    desk.admin.delete(desk.dn)
    for _ in range(MOST_TRIES):
        desk.time.shift(timedelta(hours=2))
        assert desk.run() == ["group_missing"]
    (task,) = open_tasks(provisioning.BY_HAND)
    assert {a.person_id for a in task.addressees} == {desk.town.carol.id, desk.town.sam.id}
    assert desk.right().status == "pending_activation" and desk.run() == []
    with transaction():
        provisioning.confirm_by_hand(task, actor=Actor(desk.town.carol.id, CAROL), note="", now=clock.now())
    assert desk.right().status == "active"
    assert [(w.status, w.reason) for w in desk.writes()] == [("dropped", "by_hand")]


def test_removal_that_fails_becomes_an_ordinary_task(desk: Desk) -> None:
    right = desk.granted()
    desk.run()
    desk.admin.delete(desk.dn)
    desk.end(right)
    for _ in range(MOST_TRIES):
        desk.time.shift(timedelta(hours=2))
        desk.run()
    (task,) = open_tasks("revoke")
    with transaction():
        grants.confirm_removed(task, actor=Actor(desk.town.carol.id, CAROL), now=clock.now(), receipt={})
    assert desk.right().status == "revoked"
    assert [w.status for w in desk.writes()] == ["done", "dropped"]


def test_tried_again_by_an_administrator_it_closes_the_task(desk: Desk) -> None:
    desk.granted()
    outside = desk.admin.move(desk.dn, "Utom räckhåll")
    for _ in range(MOST_TRIES):
        desk.time.shift(timedelta(hours=2))
        assert desk.run() == ["no_right"]
    assert len(open_tasks(provisioning.BY_HAND)) == 1
    desk.dn = desk.admin.move(outside, "Grupper")
    (given_up,) = desk.writes()
    shown = desk.command("writes", "--dry-run")
    assert f"Kontot får inte ändra gruppen. ({given_up.id})" in shown
    assert "Bekräftade ändringar: 1." in desk.command("writes", "--retry", str(given_up.id))
    assert desk.right().status == "active" and open_tasks(provisioning.BY_HAND) == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"group_name": "Domain Admins"}, "not_in_catalogue"),
        ({"group_name": "SYS-*"}, "not_in_catalogue"),
        ({"group_name": "{group})(cn=*"}, "not_in_catalogue"),
        ({"person_id": "dan"}, "changed_row"),
        ({"level_id": "base"}, "changed_row"),
    ],
)
def test_changed_row_moves_nobody(desk: Desk, changed: dict[str, str], reason: str) -> None:
    desk.granted()
    desk.writes()
    known = {"dan": desk.town.dan.id, "base": desk.town.base.id}
    with transaction() as session:
        session.execute(
            update(DirectoryWrite).values(
                {name: known.get(value, value.replace("{group}", desk.group)) for name, value in changed.items()}
            )
        )
    assert desk.run() == [reason]
    assert desk.members == [] and desk.writes()[0].status == "handed_over"


@pytest.mark.parametrize("guarded", ["Domain Admins", "Administrators"])
def test_not_even_the_catalogue_leads_to_domain_admins(desk: Desk, guarded: str) -> None:
    with transaction() as session:
        session.add(desk.town.disk)
        desk.town.disk.directory_group = guarded
    desk.granted()
    assert desk.run() == ["protected_group"]
    assert len(open_tasks(provisioning.BY_HAND)) == 1


def test_level_that_left_the_catalogue_is_not_written(desk: Desk) -> None:
    right = desk.granted()
    desk.run()
    desk.end(right)
    with transaction() as session:
        session.add(desk.town.disk)
        desk.town.disk.active = False
    assert desk.run() == ["not_in_catalogue"]
    assert len(desk.members) == 1 and len(open_tasks("revoke")) == 1


def test_rate_holds_for_all_workers_together(desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = app.extensions["settings"].model_copy(update={"ldap_write_per_minute": 1})
    monkeypatch.setitem(app.extensions, "settings", slow)
    desk.end(desk.granted())
    with transaction() as session:
        session.execute(update(DirectoryWrite).values(tried_at=clock.now()))
    assert desk.run() == []
    desk.time.shift(timedelta(seconds=61))
    assert desk.run() == ["done"]


def test_turned_off_what_waits_becomes_tasks(desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.granted()
    off = app.extensions["settings"].model_copy(update={"ldap_write": False})
    monkeypatch.setitem(app.extensions, "settings", off)
    assert tasks.write_waiting() == 0
    assert len(open_tasks(provisioning.BY_HAND)) == 1
    assert [(w.status, w.reason) for w in desk.writes()] == [("handed_over", "turned_off")]


def test_of_one_person_and_group_one_act_is_under_way_at_a_time(desk: Desk) -> None:
    right = desk.granted()
    with transaction():
        assert writing._claim(clock.now()) is not None  # a worker that is slow
    desk.end(right)
    assert desk.run() == []  # not before the lease is over: the slow one may still put her in
    desk.time.shift(LEASE + timedelta(seconds=1))
    assert desk.run() == ["done"] and desk.right().status == "revoked"


KILLED = """
import os, signal, sys
from app import clock, create_app
from app.directory import group_writing
from app.fulfilment import writing
name = sys.argv[1]
def die(*given, **named):
    if name == "after":
        whole(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
whole = group_writing._change
group_writing._change = die
with create_app().app_context():
    writing.write_next(clock.now())
"""


@pytest.mark.parametrize("moment", ["after"])  # "before" too, by hand: each starts a process
def test_worker_killed_in_the_middle_leaves_what_the_next_run_ends(desk: Desk, app: Flask, moment: str) -> None:
    """SIGKILL just before the directory is told, or just after and before it is read back: a real process."""
    desk.granted()
    with transaction() as session:  # the process below lives today
        session.execute(update(DirectoryWrite).values(next_attempt_at=clock.now()))
    settings = app.extensions["settings"]
    environment = os.environ | {
        f"BEHORIG_{name.upper()}": str(value) if not isinstance(value, tuple) else ",".join(value)
        for name, value in settings.model_dump(exclude_defaults=True).items()
    }
    done = subprocess.run([sys.executable, "-c", KILLED, moment], env=environment, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(desk.members) == (1 if moment == "after" else 0)
    (write,) = desk.writes()
    assert write.status == "waiting" and write.leased_until and desk.right().status == "pending_activation"
    desk.time.move_to(write.leased_until + timedelta(minutes=1))
    assert desk.run() == ["done"]
    assert (desk.right().status, len(desk.members), len(desk.writes())) == ("active", 1, 1)


def test_dry_run_tells_and_changes_nothing_and_check_tells_of_the_account(
    desk: Desk, app: Flask, writer: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import checks
    from app.cli import behorig

    desk.granted()
    told = app.test_cli_runner().invoke(behorig, ["directory", "writes", "--dry-run"]).output
    assert f"lägg in aliceakesson i {desk.group}: skulle ändras" in told and "1 väntar. Inget ändrades." in told
    assert desk.members == [] and [w.attempts for w in desk.writes()] == [0]
    assert checks._writing().note == "medlemmar i 1 grupper, inget annat"
    outside = desk.admin.move(desk.dn, "Utom räckhåll")
    assert f"får inte ändra medlemmar i {desk.group}" in checks._writing().fault
    desk.dn = desk.admin.move(outside, "Grupper")
    wrong = app.extensions["settings"].model_copy(update={"ldap_write_bind_password": "fel"})
    monkeypatch.setitem(app.extensions, "directory", Gateway(wrong))
    assert "service account refused" in checks._writing().fault
