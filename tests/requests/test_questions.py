"""What a definition's own form asks: answered, kept, shown to whoever decides, and demanded wherever one orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.errors import NotAllowed
from app.grants import queries as grants
from app.requests.models import AccessRequest
from app.tasks.models import Task
from tests.holdings.test_changing import browser_of
from tests.people import Town, level
from tests.processes.conftest import PROCESS, Activate, activate, ada, propose
from tests.requests.conftest import Life
from tests.requests.test_placing import post

__all__ = ["activate", "ada", "propose"]

FORM = """form:
  - name: part
    type: choice
    label: {sv: Vilken del?, en: Which part?}
    choices: {loans: {sv: Utlåning, en: Loans}, stock: {sv: Magasin, en: Stock}}
    required: true
    only_profiles: [standard]
  - name: shelf
    type: text
    label: {sv: Vilken hylla?, en: Which shelf?}
    required_when: {part: [stock]}
    only_profiles: [standard]
  - name: guide
    type: person
    label: {sv: Vem lär upp?, en: Who teaches?}
    only_kinds: [new]
  - name: ever
    type: date
    label: {sv: Till när?, en: Until when?}
    only_kinds: [extend]
"""
ASKS = ("form:\n", FORM)
GUIDE = """
steps:
  - name: guidance
    state: guided
    task: opinion
    ask: "field:guide"
    otherwise: [coordinator, it_manager]
    only_kinds: [new, change, extend]
    only_profiles: [basic, standard]                 # else one person might decide two offices, says the proof
    clock: {due: 3, lapse: 20}
"""
MOVE = "{trigger: approve, from: requested, to: manager_approved, by: manager_approval, "
MOVES = """
transitions:
  - {trigger: approve, from: requested, to: guided, by: manager_approval, guards: [G6, G13, G3, G1, G2],
     only_kinds: [new, change, extend], only_profiles: [basic, standard]}
  - {trigger: approve, from: guided, to: manager_approved, by: guidance, guards: [G6, G3, G1, G2, G8, G9],
     only_profiles: [basic, standard]}
  - {trigger: reject, from: guided, to: rejected, by: step, guards: [G6]}
  - {trigger: return, from: guided, to: returned, by: step, guards: [G6]}
  - {trigger: withdraw, from: guided, to: withdrawn, by: parties}
  - {trigger: lapse, from: guided, to: lapsed, by: time}
  - {trigger: cancel, from: guided, to: cancelled, by: system}
"""
GUIDED = (
    ASKS,
    ("states:\n", "states:\n  guided: {kind: open}\n"),
    ("\nsteps:\n", GUIDE),
    (MOVE, f"{MOVE}only_profiles: [privileged], "),
    ("\ntransitions:\n", MOVES),
)
ANSWERED = {"answer_part": "stock", "answer_shelf": "Hylla <7>", "answer_guide": "Dan Öberg"}


def order_fields(town: Town, **changes: Any) -> dict[str, Any]:
    """The form of Alice's order of the lending desk."""
    fields = {
        "subject": town.alice.id,
        "valid_from": "2026-03-02",
        "valid_to": "",
        "justification": "Behövs för arbetet i lånedisken.",
    }
    return {**fields, **changes}


def kept(town: Town) -> dict[str, Any]:
    """The answers as they are stored."""
    return {"part": "stock", "shelf": "Hylla <7>", "guide": town.dan.id}


@pytest.fixture
def path(town: Town, activate: Activate) -> str:
    """Where the order is sent, when the process asks."""
    activate(ASKS)
    return f"/requests/send/{town.disk.id}"


@pytest.mark.usefixtures("frozen_time")
def test_answers_are_kept_and_shown_to_all_who_read_the_order(app: Flask, town: Town, path: str) -> None:
    browser = browser_of(app, town.alice)
    form = browser.get(f"/requests/new/{town.disk.id}").text
    assert "Vilken del?" in form
    assert "Till när?" not in form
    assert 'for="answer_guide">Vem lär upp? <span class="optional">frivilligt</span>' in form
    assert 'for="answer_shelf">Vilken hylla?</label>' in form  # it depends
    preview = post(browser, path.replace("send", "preview"), **order_fields(town, **ANSWERED)).text
    assert "Hylla &lt;7&gt;" in preview
    sent = post(browser, path, **order_fields(town, **ANSWERED))
    order = db.session.scalars(select(AccessRequest)).one()
    assert sent.location == f"/requests/{order.case_number}"
    assert order.answers == kept(town)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.request_id == order.id)).all()
    assert [e.data["answers"] for e in events if "answers" in (e.data or {})] == [order.answers]


@pytest.mark.usefixtures("frozen_time", "path")
def test_who_decides_and_who_grants_read_the_answers(app: Flask, life: Life, town: Town) -> None:
    order = life.order(town.alice, answers=kept(town))
    for reader, verdict in ((town.bob, "approve"), (town.carol, "")):
        where = f"/tasks/{_task(order).id}"
        page = browser_of(app, reader).get(where, follow_redirects=True).text
        assert [word for word in ("Magasin", "Hylla &lt;7&gt;", "Dan Öberg") if word not in page] == []
        if verdict:
            life.answer(order, reader, verdict)


@pytest.mark.usefixtures("frozen_time")
@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"answer_part": ""}, "answer_part", "Det här behöver fyllas i."),
        ({"answer_part": "attic"}, "answer_part", "Välj ett av alternativen."),
        ({"answer_shelf": ""}, "answer_shelf", "Det här behöver fyllas i."),
        ({"answer_shelf": "hos 640823-3234"}, "answer_shelf", "personnummer"),
        ({"answer_shelf": "å" * 201}, "answer_shelf", "Texten är för lång."),
        ({"answer_guide": "Ingen Alls"}, "answer_guide", "Ingen, eller mer än en, heter så."),
    ],
)
def test_what_is_wrong_stands_beside_the_question(
    app: Flask, town: Town, path: str, changes: dict[str, str], field: str, words: str
) -> None:
    page = post(browser_of(app, town.alice), path, **order_fields(town, **ANSWERED | changes)).text
    assert words in page
    assert f'id="{field}-error"' in page
    assert "Behövs för arbetet i lånedisken." in page  # nothing that was written is lost
    assert db.session.query(AccessRequest).count() == 0


@pytest.mark.parametrize(("guide", "asked"), [("dan", "Dan"), ("", "Inga"), ("alice", "Inga")])
def test_whom_a_question_names_is_asked_and_never_the_subject(
    life: Life, town: Town, activate: Activate, guide: str, asked: str
) -> None:
    """Who names nobody, or themselves, leaves it to those whom the definition names for then."""
    activate(*GUIDED)
    named = {"guide": getattr(town, guide).id} if guide else {}
    order = life.order(town.alice, answers={"part": "loans", **named})
    life.answer(order, town.bob, "approve")
    found = db.session.scalars(select(Task).where(Task.request_id == order.id, Task.step == "guidance")).one()
    assert [a.person.given_name for a in found.addressees] == [asked]


def _task(order: AccessRequest) -> Task:
    return db.session.scalars(select(Task).where(Task.request_id == order.id, Task.status == "open")).one()


@pytest.mark.usefixtures("frozen_time")
def test_an_order_that_comes_another_way_is_refused_and_told(life: Life, town: Town, path: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        life.order(town.alice)
    assert (refused.value.reason, [g.field for g in refused.value.guards if not g.passed]) == (
        "answer_missing",
        ["answer_part"],
    )


@pytest.mark.usefixtures("path")
def test_a_returned_order_shows_its_answers_to_be_changed(app: Flask, life: Life, town: Town) -> None:
    order = life.order(town.alice, answers=kept(town))
    life.answer(order, town.bob, "return", reason="Vilken hylla menar du?")
    again, browser = f"/requests/{order.case_number}/resubmit", browser_of(app, town.alice)
    form = browser.get(again).text
    assert [word for word in ("Hylla &lt;7&gt;", "Dan Öberg (") if word not in form] == []
    fields = order_fields(town, **ANSWERED | {"answer_shelf": "Hylla 8"}) | {"valid_from": clock.today().isoformat()}
    assert post(browser, again, **fields).status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(AccessRequest)).one().answers["shelf"] == "Hylla 8"


@pytest.mark.usefixtures("path")
def test_a_longer_time_and_another_level_are_asked_too(app: Flask, life: Life, town: Town) -> None:
    """With what was answered when the right was ordered; a question of extensions only there."""
    with transaction() as session:
        other_level = level(session, town.mic, "KAT", "Katalogisatör")
    last = clock.today() + timedelta(days=60)
    order = life.order(town.alice, answers=kept(town), valid_to=last)
    life.answer(order, town.bob, "approve")
    life.answer(order, town.carol, "grant", data={"target_user_id": "aliåke", "done_on": clock.today().isoformat()})
    grant, browser = grants.of_request(order.id), browser_of(app, town.alice)
    assert grant is not None
    longer, other = f"/grants/{grant.id}/extend", f"/grants/{grant.id}/change"
    form = browser.get(longer).text
    assert [word for word in ("Hylla &lt;7&gt;", "Till när?") if word not in form] == []
    assert "Vem lär upp?" not in form
    fields = {"valid_to": (last + timedelta(days=60)).isoformat(), "justification": "Behövs för arbetet i lånedisken."}
    assert "Det här behöver fyllas i." in post(browser, longer, **fields).text
    assert "Det här behöver fyllas i." in post(browser, other, **fields, level=other_level.id).text
    assert post(browser, longer, **fields, answer_part="loans", answer_ever="2027-01-01").status_code == 302
    extension = db.session.scalars(select(AccessRequest).where(AccessRequest.kind == "extend")).one()
    assert extension.answers == {"part": "loans", "ever": "2027-01-01"}


def test_the_process_page_shows_what_is_asked(app: Flask, town: Town, activate: Activate) -> None:
    activate(ASKS)
    page = browser_of(app, town.dan).get(f"/processes/{PROCESS}").text
    assert "Det här frågar formuläret" in page
    assert "Utlåning, Magasin" in page
    assert "måste besvaras efter Magasin på ”Vilken del?”" in page
