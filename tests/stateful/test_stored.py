"""Each rule of ``stored`` finds what breaks it: rows are forged behind the product's back, and the rule must tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.scenarios.conftest import Scene
from tests.stateful.stored import RULES
from tests.stateful.world import World

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CASE = "BEH-2026-000001"
OF_CASE = f"(SELECT id FROM access_request WHERE case_number = '{CASE}')"
RIGHT = f"(SELECT id FROM access_grant WHERE request_id = {OF_CASE})"
OPEN = "(SELECT max(id) FROM task WHERE status = 'open')"
GRANTING = f"request_id = {OF_CASE} AND event = 'request.grant'"


def who(name: str) -> str:
    """The id of somebody, in SQL."""
    return f"(SELECT id FROM person WHERE given_name = '{name}')"


def asks(name: str, *, role: str = "addressee", why: str = "line_manager", behalf: str = "NULL") -> str:
    """Somebody is asked about the newest open task."""
    columns = "task_id, person_id, role, why, on_behalf_of_id, added_at"
    return f"INSERT INTO task_addressee ({columns}) VALUES ({OPEN}, {who(name)}, '{role}', '{why}', {behalf}, now())"


# What the town has done when the row is forged: an order that is granted, one that is sensitive, one under way.
GRANTED, SENSITIVE, ASKED, REMOVING = "granted", "sensitive", "asked", "removing"
# Rule, what has happened, and the forgery. One line for each thing that the rule looks at.
FORGERIES = (
    ("employment_and_base", GRANTED, f"UPDATE audit_event SET evidence = '{{}}' WHERE {GRANTING}"),
    (
        "employment_and_base",
        GRANTED,
        f"UPDATE audit_event SET evidence = jsonb_set(evidence, '{{status}}', '\"unknown\"') WHERE {GRANTING}",
    ),
    (
        "employment_and_base",
        GRANTED,
        (
            "UPDATE access_grant SET granted_at = granted_at + interval '1 day' WHERE subject_id = "
            f"{who('Anna')} AND source = 'legacy'"
        ),
    ),
    (
        "employment_and_base",
        GRANTED,
        (
            f"UPDATE access_grant SET revoke_ordered_at = granted_at WHERE subject_id = {who('Anna')} AND "
            "source = 'legacy'"
        ),
    ),
    ("granted_by_a_move", GRANTED, f"DELETE FROM audit_event WHERE {GRANTING}"),
    (
        "granted_by_a_move",
        ASKED,
        (
            "INSERT INTO access_grant SELECT (g).* FROM (SELECT jsonb_populate_record(g, "
            "jsonb_build_object('id', 999, 'source', 'request', 'level_id', 2)) AS g FROM access_grant g "
            f"WHERE subject_id = {who('Anna')} LIMIT 1) AS made"
        ),
    ),
    ("nobody_about_themselves", GRANTED, f"UPDATE task SET decided_by_id = {who('Anna')} WHERE kind = 'grant'"),
    (
        "nobody_about_themselves",
        GRANTED,
        f"UPDATE task SET on_behalf_of_id = {who('Anna')} WHERE kind = 'manager_approval'",
    ),
    ("somebody_else_decided", GRANTED, f"UPDATE task SET decided_by_id = {who('Anna')} WHERE status = 'done'"),
    ("somebody_else_decided", GRANTED, "UPDATE task SET reason = 'implicit' WHERE status = 'done'"),
    ("three_people", SENSITIVE, f"UPDATE task SET decided_by_id = {who('Bo')} WHERE kind = 'grant'"),
    ("three_people", SENSITIVE, f"UPDATE task SET on_behalf_of_id = {who('Bo')} WHERE kind = 'owner_approval'"),
    ("three_people", SENSITIVE, "UPDATE task SET status = 'closed' WHERE kind = 'owner_approval'"),
    ("every_step_answered", GRANTED, "UPDATE task SET status = 'closed' WHERE kind = 'manager_approval'"),
    ("no_timer_decides", GRANTED, f"UPDATE audit_event SET actor_id = NULL WHERE {GRANTING}"),
    ("no_timer_decides", GRANTED, "UPDATE task SET decided_by_id = NULL WHERE kind = 'grant'"),
    ("removal_goes_on", REMOVING, "UPDATE task SET lapses_on = '2026-05-01' WHERE kind = 'revoke'"),
    ("removal_goes_on", REMOVING, "UPDATE task SET status = 'lapsed' WHERE kind = 'revoke'"),
    (
        "removal_goes_on",
        REMOVING,
        f"UPDATE access_grant SET status = 'revoked', revoked_by_id = {who('Siv')} WHERE id = {RIGHT}",
    ),
    ("leavers_hold_nothing", GRANTED, "UPDATE person SET employment_status = 'ended' WHERE given_name = 'Anna'"),
    ("asked_are_at_work", ASKED, "UPDATE person SET employment_status = 'ended' WHERE given_name = 'Bo'"),
    ("asked_are_at_work", ASKED, "UPDATE person SET employment_status = 'on_leave' WHERE given_name = 'Bo'"),
    (
        "asked_are_at_work",
        ASKED,
        f"UPDATE person SET employment_status = 'not_found' WHERE given_name = 'Greta'; {asks('Greta')}",
    ),
    ("somebody_can_answer", ASKED, "UPDATE task SET status = 'closed' WHERE kind = 'manager_approval'"),
    ("somebody_can_answer", ASKED, "UPDATE task_addressee SET removed_at = now()"),
    ("somebody_can_answer", ASKED, f"UPDATE access_request SET state = 'waiting_prerequisites' WHERE id = {OF_CASE}"),
    ("somebody_can_answer", REMOVING, "UPDATE appointment SET valid_to = '2026-03-01' WHERE role = 'system_manager'"),
    ("within_authority", ASKED, asks("Tor")),
    ("within_authority", ASKED, asks("Anna")),
    ("within_authority", ASKED, asks("Tor", role="deputy", why="deputy", behalf=who("Bo"))),
    ("within_authority", ASKED, asks("Tor", role="reassigned", why="deputy", behalf=who("Karin"))),
    ("within_authority", REMOVING, asks("Anna", why="system_manager")),
    (
        "only_the_asked_answer",
        GRANTED,
        f"UPDATE task SET decided_by_id = {who('Tor')} WHERE kind = 'manager_approval'",
    ),
    (
        "only_the_asked_answer",
        GRANTED,
        f"UPDATE task SET on_behalf_of_id = {who('Greta')} WHERE kind = 'manager_approval'",
    ),
    ("only_the_asked_answer", GRANTED, "UPDATE task_addressee SET removed_at = now()"),
    (
        "one_digest_a_day",
        ASKED,
        (
            "INSERT INTO outbox_mail (key, template, recipient_id, mailbox, data, status, attempts, "
            "queued_at, next_attempt_at, sent_to, subject, error) SELECT n::text, 'digest', 1, '', '{}', "
            "'queued', 0, now(), now(), '', '', '' FROM generate_series(1, 2) n"
        ),
    ),
    (
        "asked_by_one_mail",
        ASKED,
        (
            "INSERT INTO outbox_mail SELECT (m).* FROM (SELECT jsonb_populate_record(m, "
            '\'{"id": 999, "key": "again"}\') '
            "AS m FROM outbox_mail m WHERE task_id IS NOT NULL LIMIT 1) AS made"
        ),
    ),
    (
        "asked_by_one_mail",
        ASKED,
        (
            "UPDATE outbox_mail SET sent_at = now() + interval '1 hour'; UPDATE person SET "
            "employment_status = 'ended' WHERE given_name = 'Bo'"
        ),
    ),
    ("ended_is_quiet", ASKED, f"UPDATE access_request SET ended_at = now() WHERE id = {OF_CASE}"),
    ("order_in_the_log", ASKED, f"UPDATE access_request SET state = 'manager_approved' WHERE id = {OF_CASE}"),
    (
        "order_in_the_log",
        GRANTED,
        f"DELETE FROM audit_event WHERE request_id = {OF_CASE} AND event = 'request.approve'",
    ),
    ("right_in_the_log", GRANTED, "DELETE FROM audit_event WHERE event = 'grant.issued'"),
    ("right_in_the_log", REMOVING, "DELETE FROM audit_event WHERE event = 'grant.revocation_ordered'"),
    ("right_in_the_log", SENSITIVE, f"UPDATE access_grant SET status = 'active' WHERE id = {RIGHT}"),
    ("answer_in_the_log", GRANTED, f"DELETE FROM audit_event WHERE {GRANTING}"),
    ("answer_in_the_log", GRANTED, f"UPDATE task SET on_behalf_of_id = {who('Karin')} WHERE kind = 'grant'"),
    (
        "roles_in_the_log",
        ASKED,
        (
            f"INSERT INTO deputyship (person_id, deputy_id, valid_from, valid_to) VALUES ({who('Bo')}, "
            f"{who('Tor')}, '2026-01-01', '2026-12-31')"
        ),
    ),
    ("roles_in_the_log", ASKED, "UPDATE person SET employment_status = 'on_leave' WHERE given_name = 'Tor'"),
    ("roles_in_the_log", ASKED, asks("Greta", role="reassigned")),
    ("link_spent_once", ASKED, "UPDATE decision_link SET used_at = now()"),
    ("link_spent_once", ASKED, "UPDATE person SET employment_status = 'ended' WHERE given_name = 'Bo'"),
    ("link_spent_once", GRANTED, "UPDATE audit_event SET channel = 'mail-link' WHERE event = 'request.approve'"),
    (
        "no_toxic_pair",
        GRANTED,
        (
            "UPDATE access_grant SET level_id = (SELECT id FROM access_level WHERE code = 'UTBET') WHERE "
            f"subject_id = {who('Anna')} AND source = 'legacy'; UPDATE access_grant SET level_id = (SELECT "
            f"id FROM access_level WHERE code = 'LEVREG') WHERE id = {RIGHT}"
        ),
    ),
    ("its_own_version", ASKED, f"UPDATE access_request SET definition_version = 99 WHERE id = {OF_CASE}"),
)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stands until a story moves it."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def happened(scene: Scene, story: str) -> None:
    """What the forger finds."""
    if story == SENSITIVE:
        scene.acts.prepare("Anna")
        case = scene.order("Anna", "Anna", ("PRO", "UTF"))
        scene.approved("Bo", "Olle", "Siv", case=case)
        return
    case = scene.order("Anna", "Anna", ("MIC", "DISK"))
    if story in (GRANTED, REMOVING):
        scene.approved("Bo", "Siv", case=case)
    if story == REMOVING:
        right = scene.right(case)
        assert right is not None
        scene.acts.end("Anna", right[0])


@pytest.mark.parametrize("story", [GRANTED, SENSITIVE, ASKED, REMOVING])
def test_every_forgery_is_found(world: World, clock: time_machine.Traveller, story: str) -> None:
    """Each is undone before the next one."""
    world.begin(MONDAY, clock)
    happened(Scene(world), story)
    assert world.ledger.broken(MONDAY, world.today) == []
    for rule, when, forgery in FORGERIES:
        if when == story:
            with world.ledger.supposing(forgery):
                found = world.ledger.broken(MONDAY, world.today)
            assert rule in {text.partition(" ")[0] for text in found}, (rule, forgery, found)
    assert world.ledger.broken(MONDAY, world.today) == []


def test_every_rule_is_forged_at_least_once() -> None:
    assert {rule for rule, _, _ in FORGERIES} == {rule.name for rule in RULES}


def test_changed_row_of_the_log_is_found(world: World, clock: time_machine.Traveller) -> None:
    world.begin(MONDAY, clock)
    happened(Scene(world), ASKED)
    with world.ledger.supposing("UPDATE audit_event SET actor_role = 'other' WHERE event = 'request.submit'"):
        found = world.ledger.broken(MONDAY, world.today)
    assert [text.partition(":")[0] for text in found] == ["log_is_append_only"]
