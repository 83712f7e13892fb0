"""Letters: what is stored in the outbox, and under which key."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from app.notifications import letters
from app.notifications.letter import About, Asked, Letter, To, Waiting

ORDER = About(
    thing="request:12:1",
    case_number="BEH-2026-000123",
    system="MicroMarc",
    level="Lånedisk",
    url_path="/requests/BEH-2026-000123",
    subject_name="Alice Ångström",
    orderer_name="Bob Öberg",
)
ASKED = Asked(task_id=7, kind="manager_approval", due_on=date(2026, 11, 27), person_id=2, request_version=3)
NAMED = replace(
    ASKED,
    on_behalf_of_name="Bob Öberg",
    waited_for_name="Bob Öberg",
    decider_name="Bob Öberg",
    question="Vad ska Alice med det till?",
)


def test_letter_goes_to_one_person_or_one_mailbox() -> None:
    with pytest.raises(ValueError, match="one person or"):
        Letter(key="k", template="task_grant")
    with pytest.raises(ValueError, match="one person or"):
        Letter(key="k", template="task_grant", recipient_id=1, mailbox="a@b.se")


def test_approval_to_a_person_carries_the_terms_of_a_link() -> None:
    assert letters.task_asked(ASKED, ORDER).data["link"] == {"round": 1, "request_version": 3}


@pytest.mark.parametrize("kind", ["grant", "revoke", "complete_request"])
def test_no_other_task_is_decided_from_a_mail(kind: str) -> None:
    assert "link" not in letters.task_asked(replace(ASKED, kind=kind), ORDER).data


def test_functional_mailbox_gets_no_link() -> None:
    letter = letters.task_asked(replace(ASKED, person_id=None, mailbox="bibliotek@exempel.se"), ORDER)
    assert letter.mailbox == "bibliotek@exempel.se" and "link" not in letter.data


@pytest.mark.parametrize(
    ("role", "template"),
    [("addressee", "task_manager_approval"), ("deputy", "task_deputy"), ("escalation", "task_escalated")],
)
def test_role_chooses_the_mail(role: str, template: str) -> None:
    assert letters.task_asked(replace(ASKED, role=role), ORDER).template == template


@pytest.mark.parametrize("about", [replace(ORDER, sensitive=True), replace(ORDER, protected=True)])
def test_names_and_free_text_of_a_discreet_order_are_not_even_stored(about: About) -> None:
    to = To(person_id=1, role="subject")
    written = [
        letters.task_asked(NAMED, about),
        letters.order_rejected(to, about, decider_name="Bob Öberg", reason="Alice har slutat."),
        letters.order_withdrawn(to, about, by_name="Alice Ångström"),
        letters.order_delayed(to, about, task_id=7, waited_for_name="Bob Öberg", lapses_on=None),
        letters.grant_revocation_ordered(to, about, reason="Alice byter enhet."),
    ]
    for letter in written:
        assert not any(name in json.dumps(letter.data, ensure_ascii=False) for name in ("Alice", "Bob", "Öberg"))


def test_names_of_an_ordinary_order_are_stored() -> None:
    assert letters.task_asked(NAMED, ORDER).data["waited_for_name"] == "Bob Öberg"


def test_same_asking_has_the_same_key_and_another_person_another() -> None:
    key = letters.task_asked(ASKED, ORDER).key
    assert letters.task_asked(ASKED, ORDER).key == key
    others = [
        replace(ASKED, person_id=3),
        replace(ASKED, role="deputy"),
        replace(ASKED, task_id=8),
        replace(ASKED, occasion="2026-11-25T10:00"),
    ]
    assert len({key} | {letters.task_asked(other, ORDER).key for other in others}) == 5


def test_one_digest_a_person_and_day() -> None:
    first = letters.digest(2, date(2026, 11, 26), [])
    assert letters.digest(2, date(2026, 11, 26), []).key == first.key
    assert letters.digest(2, date(2026, 11, 27), []).key != first.key
    assert letters.digest(3, date(2026, 11, 26), []).key != first.key


def test_digest_puts_the_most_urgent_first() -> None:
    waiting = [
        Waiting(task_id=n, case_number=f"BEH-2026-{n:06}", kind="grant", due_on=date(2026, 11, day))
        for n, day in ((1, 27), (2, 24), (3, 26))
    ]
    assert [task["task_id"] for task in letters.digest(2, date(2026, 11, 26), waiting).data["tasks"]] == [2, 3, 1]


def test_second_notice_of_an_end_is_another_mail_than_the_first() -> None:
    to = To(person_id=1, role="orderer")
    keys = {letters.grant_ending(to, ORDER, valid_to=date(2026, 12, 18), working_days=days).key for days in (20, 5)}
    assert len(keys) == 2


def test_data_is_plain_json() -> None:
    letter = letters.task_asked(replace(ASKED, lapses_on=date(2026, 12, 22)), ORDER)
    assert json.loads(json.dumps(letter.data)) == letter.data
