"""F2: accounts that look copied are found with their source; role packages, twins and ordinary newcomers are not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import transaction
from app.reconciliation import finding_words
from benchmarks.findings import generator
from benchmarks.findings.scoring import score
from tests import people

GROUPS = ("SYS-MIC-DISK", "SYS-MIC-JOUR", "SYS-PRO-LAS", "SYS-PRO-SKRIV")


@pytest.fixture
def nurse(directory):
    """Carol has had four groups for years, all granted."""
    town = directory.town
    with transaction() as session:
        care = people.system(session, "PRO", "Procapita", confidentiality=3)
        people.appoint(session, "system_owner", town.olga, care)
        for who in (town.carol, town.sam):
            people.appoint(session, "system_manager", who, care)
        levels = [
            people.level(session, care, name, name, directory_group=f"SYS-PRO-{name}") for name in ("LAS", "SKRIV")
        ]
        for level in (town.disk, directory.journal, *levels):
            people.grant(session, town.carol, level)
        for name in GROUPS:
            directory.group(name)
    directory.account(town.carol, created_at=directory.now - timedelta(days=900), login="carol")
    for name in GROUPS:
        directory.join(town.carol, name)
    directory.read()
    return directory


def test_scenario_13_account_made_by_copying_a_nurse_has_her_as_its_source(nurse, findings):
    town = nurse.town
    nurse.account(town.newcomer, created_at=nurse.now, login="nina")
    for name in GROUPS:
        nurse.join(town.newcomer, name)
    nurse.read()
    (found,) = findings("copied_account")
    assert (found.person_id, found.severity, found.system_id) == (town.newcomer.id, "high", None)
    (said,) = found.evidence.values()
    (source,) = said["look_alikes"]
    assert (source["login"], source["person"], source["score"]) == ("carol", town.carol.id, 1.0)
    assert source["common"] == sorted(GROUPS) and source["same_unit"] and source["same_manager"]
    assert said["unapproved"] == 4 and said["snapshot"]
    assert "likt carol: 1 av 1, 4 gemensamma grupper" in finding_words.what(found, {})[0]


def test_groups_that_came_at_once_on_an_old_account_match_an_older_ones_set(nurse, findings):
    town = nurse.town
    nurse.account(town.dan, created_at=nurse.now - timedelta(days=500), login="dan")
    with transaction() as session:
        people.grant(session, town.dan, town.disk)
    nurse.join(town.dan, GROUPS[0])
    nurse.read()
    assert findings("copied_account") == []
    for name in GROUPS[1:]:
        nurse.join(town.dan, name)
    nurse.read()
    (found,) = findings("copied_account")
    (said,) = found.evidence.values()
    assert (found.person_id, said["at_once"], said["look_alikes"][0]["login"]) == (town.dan.id, 3, "carol")


def test_younger_account_is_no_source(nurse, findings):
    town = nurse.town
    nurse.account(town.dan, created_at=nurse.now - timedelta(days=2000))
    for name in GROUPS:
        nurse.join(town.dan, name)
    nurse.read()
    assert findings("copied_account") == [] and findings("unapproved_membership")


def test_same_set_by_orders_is_a_twin_and_no_copy(nurse, findings):
    town = nurse.town
    nurse.account(town.newcomer, created_at=nurse.now)
    with transaction() as session:
        for level in session.query(people.AccessLevel).filter(people.AccessLevel.directory_group.in_(GROUPS)):
            people.grant(session, town.newcomer, level)
    for name in GROUPS:
        nurse.join(town.newcomer, name)
    nurse.read()
    assert findings() == []


def test_precision_and_recall_on_a_generated_municipality(directory, findings):
    planted = generator.plant(directory.now, seed=7)
    directory.read()
    found = score(planted, {f.person_id: f.evidence for f in findings("copied_account")})
    assert len(planted.copies) == generator.COPIES
    assert found.recall >= 0.95 and found.precision >= 0.9 and found.source >= 0.9, found
