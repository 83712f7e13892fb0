"""A move that HR's file shows, whatever the directory says of unit and title (rules.md C5: snapshot or HR)."""

from __future__ import annotations

from datetime import timedelta

from app.db import transaction
from app.hr_feed import services
from tests.hr_feed.conftest import SUNDAY, row
from tests.hr_feed.test_services import MONDAY, account, sync
from workflows.directory_events import PersonMoved

NIGHT, MORNING = SUNDAY + timedelta(hours=1), SUNDAY + timedelta(hours=4)
TO_THE_KITCHEN = {"title": "Kock", "orgId": "KOK", "orgName": "Köket"}


def test_move_that_only_hr_tells_of_is_seen_again_by_the_directorys_reading(town):
    town.directory.accounts = [account("1", unit_code="TRA", unit_name="Trafik")]
    town.load(row("1"))
    sync(NIGHT)
    assert town.told(PersonMoved) == [], "what HR said from the beginning is no move"
    town.load(row("1", **TO_THE_KITCHEN), at=SUNDAY + timedelta(hours=2))
    assert town.told(PersonMoved) == [], "seen once is not believed"
    sync(MORNING)
    (moved,) = town.told(PersonMoved)
    assert (moved.what, moved.before.title, moved.after.title) == (("unit", "title"), "Inspektör", "Kock")
    assert (moved.after.unit_id, moved.why) == (town.person("1").unit_id, "seen_again")


def test_manager_of_hr_is_a_move_and_the_directorys_is_none(town):
    town.directory.accounts = [account("1", manager_dn="CN=3,DC=x"), account("2"), account("3")]
    sync()
    town.load(row("1", manager="3"), row("2"), row("3"), at=NIGHT)
    town.directory.accounts = [account("1", manager_dn="CN=2,DC=x"), account("2"), account("3")]
    sync(MORNING)
    sync(MORNING + timedelta(hours=1))
    assert town.told(PersonMoved) == []
    town.load(row("1", manager="2"), row("2"), row("3"), at=MORNING + timedelta(hours=2))
    sync(MORNING + timedelta(hours=3))
    (moved,) = town.told(PersonMoved)
    assert (moved.what, moved.after.manager_id) == (("manager",), town.person("2").id)


def test_unit_that_hr_does_not_change_is_no_move_whatever_the_directory_says(town):
    town.directory.accounts = [account("1", unit_code="TRA", unit_name="Trafik")]
    town.load(row("1"))
    sync(NIGHT)
    town.directory.accounts = [account("1", unit_code="PARK", unit_name="Parken")]
    sync(MORNING)
    sync(MONDAY)
    assert town.told(PersonMoved) == []


def test_main_employment_that_becomes_another_by_the_day_is_seen(town):
    second = row("1", employmentId="E-9", isMainEmployment="", startDate="2026-11-30", **TO_THE_KITCHEN)
    town.load(row("1", endDate="2026-11-29"), second)
    with transaction():
        assert services.judge_again(MONDAY) == 1
    town.load(second, at=MONDAY + timedelta(hours=24))
    (moved,) = town.told(PersonMoved)
    assert (moved.before.title, moved.after.title, moved.why) == ("Inspektör", "Kock", "a_day_later")
