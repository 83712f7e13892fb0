"""The picture of a process."""

from __future__ import annotations

from pathlib import Path

import pytest

import workflows
from app.processes.drawing import pictures
from workflows import loader

SHIPPED = sorted((Path(workflows.__path__[0]) / "catalog").glob("*.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.stem)
def test_no_state_is_drawn_twice(file: Path, app: object) -> None:
    found = pictures(loader.load(file))
    assert found
    for picture in found:
        names = [row.name for row in (*picture.main, *picture.beside)]
        assert len(names) == len(set(names))


def test_way_across_boards_is_told_from_the_other(app: object) -> None:
    within, across = pictures(loader.load(loader.CATALOG / "sensitive_system.yaml"))
    assert "other_board_requested" not in [row.name for row in within.main]
    assert "other_board_requested" in [row.name for row in across.main]
    assert within.for_whom != across.for_whom and "över en nämndgräns" in across.for_whom
