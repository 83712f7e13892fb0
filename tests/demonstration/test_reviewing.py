"""The review that the demonstration begins with."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask

from app.demonstration import reviewing
from app.reactions import TABLE
from app.reviews import queries
from tests.demonstration.test_loading import NOW, furnished

__all__ = ["furnished"]


def test_a_review_is_open_and_somebody_has_begun(
    furnished: list[Any], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "reactions", TABLE)
    with time_machine.travel(NOW, tick=False):
        reviewing.load(NOW)
        reviewing.load(NOW)
    (campaign_id,) = queries.in_states("open")
    progress = queries.progress(campaign_id)
    assert progress.answered == reviewing.BEGUN and progress.waiting > 3
