"""Connections that are kept, and servers that are asked last."""

from __future__ import annotations

import os

import pytest

from app.directory import kept_connections
from app.directory.kept_connections import KeptConnections, ServerOrder


@pytest.fixture
def clock(monkeypatch):
    """Moves the monotonic clock."""
    now = [1000.0]
    monkeypatch.setattr(kept_connections.time, "monotonic", lambda: now[0])
    return now


def test_kept_connection_is_given_once_and_to_its_server(clock):
    kept = KeptConnections[str](lambda connection: None)
    kept.keep("a", "one")
    assert kept.take("b") is None
    assert [kept.take("a"), kept.take("a")] == ["one", None]


def test_old_connection_is_closed_and_not_given(clock):
    closed: list[str] = []
    kept = KeptConnections[str](closed.append)
    kept.keep("a", "one")
    clock[0] += kept_connections.IDLE_SECONDS + 1
    assert kept.take("a") is None
    assert closed == ["one"]


def test_child_process_leaves_the_connections_of_its_parent_alone(clock, monkeypatch):
    closed: list[str] = []
    kept = KeptConnections[str](closed.append)
    kept.keep("a", "one")
    child = os.getpid() + 1
    monkeypatch.setattr(kept_connections.os, "getpid", lambda: child)
    assert kept.take("a") is None
    assert closed == []


def test_failed_server_comes_last_for_a_while(clock):
    order = ServerOrder(["a", "b"])
    order.failed("a")
    assert order() == ["b", "a"]
    clock[0] += kept_connections.BAD_SECONDS + 1
    assert order() == ["a", "b"]


def test_server_that_answers_is_well_again(clock):
    order = ServerOrder(["a", "b"])
    order.failed("a")
    order.answered("a")
    assert order() == ["a", "b"]
