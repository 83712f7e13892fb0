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
