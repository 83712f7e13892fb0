"""Decision links: one person, one task, one round, one version, once."""

from __future__ import annotations

import base64
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import transaction
from app.links import services as links
from app.links.services import LinkState
from tests.links.conftest import LATER, NOW, Desk


def state(desk: Desk, token: str, now: datetime = LATER, **change: Any) -> LinkState:
    """The link's state when its task and order stand as they did, or as ``change`` says."""
    standing: dict[str, Any] = {"task_status": "open", "request_version": 2, "round": 1} | change
    return links.state(desk.link(token), now=now, **standing)


@pytest.fixture
def token(desk: Desk) -> str:
    return desk.make(desk.task(), desk.person())


def use(desk: Desk, token: str, now: datetime = LATER) -> bool:
    link_id = desk.link(token).id
    with transaction():
        return links.use(link_id, now=now)


def test_fresh_link_is_usable(desk: Desk, token: str) -> None:
    assert state(desk, token) is LinkState.USABLE


def test_token_has_more_than_128_bits_and_is_stored_nowhere(desk: Desk, token: str) -> None:
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    (row,) = desk.stored()
    assert token not in str(vars(row))
    assert token.encode() not in row.token_hash and len(row.token_hash) == 32


def test_no_two_tokens_are_alike(desk: Desk) -> None:
    task, person = desk.task(), desk.person()
    assert len({desk.make(task, person) for _ in range(20)}) == 20


@pytest.mark.parametrize("wrong", ["", "x", "å" * 43, "A" * 43, "A" * 10_000, "' OR 1=1 --", "\x00"])
def test_wrong_token_is_no_link(desk: Desk, token: str, wrong: str) -> None:
    assert links.find(wrong) is None


def test_almost_right_token_is_no_link(desk: Desk, token: str) -> None:
    assert links.find(token[:-1]) is links.find(token.swapcase()) is links.find(f"{token} ") is None


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(guess=st.text(max_size=60))
def test_no_guess_finds_a_link_or_an_error(desk: Desk, token: str, guess: str) -> None:
    assert guess == token or links.find(guess) is None


def test_spent_link_is_used_and_cannot_be_spent_again(desk: Desk, token: str) -> None:
    assert use(desk, token)
    assert not use(desk, token)
    assert desk.link(token).used_at == LATER
    assert state(desk, token, task_status="done") is LinkState.USED


def test_expired_link_cannot_be_spent(desk: Desk, token: str) -> None:
    end = NOW + timedelta(days=20)
    assert state(desk, token, end) is LinkState.EXPIRED
    assert not use(desk, token, end)
    assert use(desk, token, end - timedelta(seconds=1))


def test_link_dies_with_its_task(desk: Desk, token: str) -> None:
    with transaction():
        assert links.revoke_for_task(desk.tasks[0], now=NOW) == 1
    assert state(desk, token) is LinkState.REVOKED
    assert not use(desk, token)


@pytest.mark.parametrize(
    "change", [{"round": 2}, {"request_version": 3}, {"task_status": "done"}, {"task_status": "lapsed"}]
)
def test_link_of_another_round_version_or_a_closed_task_is_superseded(
    desk: Desk, token: str, change: dict[str, Any]
) -> None:
    assert state(desk, token, **change) is LinkState.SUPERSEDED


def test_passing_a_task_on_kills_the_link_of_who_passed_it_only(desk: Desk) -> None:
    task, bob, dan = desk.task(), desk.person(), desk.person()
    bobs, dans = desk.make(task, bob), desk.make(task, dan)
    with transaction():
        assert links.revoke_for_task(task, now=NOW, person_id=bob) == 1
    assert not use(desk, bobs)
    assert use(desk, dans)


def test_links_of_who_has_left_die_everywhere_and_of_nobody_else(desk: Desk) -> None:
    bob, dan = desk.person(), desk.person()
    bobs = [desk.make(desk.task(), bob) for _ in range(2)]
    dans = desk.make(desk.tasks[0], dan)
    with transaction():
        assert links.revoke_for_person(bob, now=NOW) == 2
    assert not any(use(desk, token) for token in bobs)
    assert use(desk, dans)


def test_revoking_leaves_what_was_decided_as_it_was(desk: Desk, token: str) -> None:
    use(desk, token)
    with transaction():
        assert links.revoke_for_task(desk.tasks[0], now=LATER) == 0
    assert desk.link(token).revoked_at is None


def test_revoking_twice_changes_nothing(desk: Desk, token: str) -> None:
    for at, killed in ((NOW, 1), (LATER, 0)):
        with transaction():
            assert links.revoke_for_task(desk.tasks[0], now=at) == killed
    assert desk.link(token).revoked_at == NOW


def test_spending_that_is_undone_leaves_the_link_usable(desk: Desk, token: str) -> None:
    link_id = desk.link(token).id
    with pytest.raises(RuntimeError), transaction():
        assert links.use(link_id, now=LATER)
        raise RuntimeError("the decision was refused")
    assert use(desk, token)


def test_two_at_the_same_instant_one_wins(desk: Desk, token: str) -> None:
    link_id = desk.link(token).id
    together = threading.Barrier(4)
    won: list[bool] = []

    def click() -> None:
        with desk.app.app_context():
            together.wait(timeout=5)
            with transaction():
                won.append(links.use(link_id, now=LATER))

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(timeout=10)
    assert sorted(won) == [False, False, False, True]


def test_finding_and_judging_write_nothing(desk: Desk, token: str) -> None:
    before = {name: getattr(desk.link(token), name) for name in ("used_at", "revoked_at", "expires_at")}
    for _ in range(100):
        state(desk, token)
    after = desk.link(token)
    assert {name: getattr(after, name) for name in before} == before
