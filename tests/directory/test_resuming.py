"""A sync that dies in the middle: nobody is half applied, and the next run ends as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app import clock
from app.db import db, transaction
from app.directory import applying, synchronising, tasks
from app.directory.account import Account
from app.directory.answers import Source
from app.directory.models import DirectoryAccount, DirectorySnapshot, Person
from app.directory.run_models import DirectoryRun, Reading
from tests.directory.test_synchronising import Reading as Town
from tests.directory.test_synchronising import account

PEOPLE = 40


@pytest.fixture(autouse=True)
def small_stretches(monkeypatch):
    monkeypatch.setattr(applying, "PEOPLE_AT_A_TIME", 7)


def crowd(**facts) -> list[Account]:
    return [account(n, manager_dn=f"CN=P{(n + 31) % PEOPLE},DC=x", **facts) for n in range(PEOPLE)]


def end_state() -> list[tuple]:
    db.session.expire_all()
    rows = select(Person.employee_number, Person.title, Person.employment_status, Person.manager_id)
    return [tuple(row) for row in db.session.execute(rows.order_by(Person.employee_number))]


def read(app, accounts) -> int:
    app.extensions["directory"] = Town(*accounts)
    with transaction():
        return synchronising.begin(clock.now()).id


def test_people_are_applied_in_stretches_each_with_manager_and_account(app, town):
    app.extensions["directory"] = Town(*crowd(title="Kock"))
    tasks.nightly_sync()
    run = read(app, crowd(title="Kokerska"))
    for _ in range(3):  # who is new, and two stretches
        with transaction():
            assert synchronising.apply_next(run)
    titles = [title for _, title, _, _ in end_state()]
    assert titles == ["Kokerska"] * 14 + ["Kock"] * (PEOPLE - 14)
    assert db.session.get_one(DirectoryRun, run).applied_up_to == "R00013"


def test_next_run_takes_up_what_was_left_and_reads_nothing_anew(app, town):
    run = read(app, crowd())
    with transaction():
        synchronising.apply_next(run)
    app.extensions["directory"] = None  # must not be asked
    assert tasks.nightly_sync().run_id == run
    assert [manager is not None for *_, manager in end_state()] == [True] * PEOPLE
    assert db.session.scalar(select(func.count(DirectorySnapshot.id))) == 1


def test_old_reading_is_abandoned(app, town):
    run = read(app, crowd())
    with transaction():
        db.session.get_one(DirectoryRun, run).read_at -= synchronising.RESUMED_WITHIN + timedelta(minutes=1)
    assert tasks.nightly_sync().run_id != run
    assert db.session.get_one(DirectoryRun, run).state == "abandoned"


def test_reading_that_the_database_lost_is_made_anew_and_ends_nobody(app, town):
    app.extensions["directory"] = Town(*crowd())
    tasks.nightly_sync()
    run = read(app, crowd())
    with transaction():
        db.session.execute(text("TRUNCATE directory_reading"))
    tasks.nightly_sync()
    assert {status for _, _, status, _ in end_state()} == {"active"}
    assert db.session.get_one(DirectoryRun, run).state == "abandoned"


def test_server_that_fails_in_the_middle_leaves_nothing_of_its_half(app, town):
    class Failing(Town):
        def read(self, take) -> Source:
            with pytest.raises(OSError, match="cut"):
                take(self.half())
            take([crowd()])
            return Source("ldaps://second")

        def half(self):
            yield [account(n) for n in range(90, 99)]
            raise OSError("cut")

    app.extensions["directory"] = Failing()
    report = tasks.nightly_sync()
    assert (report.accounts, report.people, report.server) == (PEOPLE, PEOPLE, "ldaps://second")


def test_entry_that_comes_twice_is_taken_as_it_came_last(app, town):
    class Moving(Town):
        def read(self, take) -> Source:
            take([[account(1, title="Före"), account(2)], [account(1, title="Efter")]])
            return Source("ldaps://moving")

    app.extensions["directory"] = Moving()
    assert tasks.nightly_sync().accounts == 2
    assert town.person("R00001").title == "Efter"
    assert db.session.scalar(select(func.count(DirectoryAccount.id))) == 2
    assert db.session.scalar(select(func.count(Reading.id))) == 2


KILLED = """
import os, signal, sys
from app import create_app
from app.directory import applying, staging, tasks
applying.PEOPLE_AT_A_TIME = 7
whole, count = staging.merge, [0]
def merge(*given, **named):
    count[0] += 1
    whole(*given, **named)
    if count[0] == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
staging.merge = merge
with create_app().app_context():
    tasks.nightly_sync()
"""


@pytest.mark.parametrize("merges", [1, 3])
def test_killed_process_leaves_whole_people_and_the_next_run_ends_the_same(merges, app, town, hire, settings):
    """SIGKILL after the statements of a stretch and before its commit: a real process, the real directory."""
    managers = [hire(f"Chef {n}")[1] for n in range(3)]
    numbers = [hire(f"Åsa O'Brien {n}", title="Kock", manager=managers[n % 3])[0] for n in range(18)]
    environment = os.environ | {
        f"BEHORIG_{name.upper()}": str(value) if not isinstance(value, tuple) else ",".join(value)
        for name, value in settings.model_dump(exclude_defaults=True).items()
    }
    environment["BEHORIG_LDAP_BASE"] = town.gateway.base
    done = subprocess.run([sys.executable, "-c", KILLED, str(merges)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    half = {number: (title, manager) for number, title, _, manager in end_state()}
    assert all(title == "Kock" and manager for number, (title, manager) in half.items() if number in numbers)
    assert len(half) == (0 if merges == 1 else 21)
    tasks.nightly_sync()
    after = end_state()
    assert len(after) == 21
    assert [manager is not None for number, _, _, manager in after if number in numbers] == [True] * 18
    tasks.nightly_sync()
    assert end_state() == after
