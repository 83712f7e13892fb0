"""When moves are a reorganisation: by share and by number, and never in a small municipality's ordinary week."""

from __future__ import annotations

import pytest

from workflows.waves import Limits, is_wave

LIMITS = Limits(share=0.05, most=100, floor=20)


@pytest.mark.parametrize(
    ("moving", "employed", "wave"),
    [
        (20, 30, False),  # the floor: most of a tiny municipality may move
        (21, 30, True),
        (50, 1000, False),  # the share
        (51, 1000, True),
        (100, 50_000, False),  # the number, whatever the share says
        (101, 50_000, True),
        (0, 0, False),
        (21, 0, True),
    ],
)
def test_more_than_share_or_number(moving: int, employed: int, wave: bool) -> None:
    assert is_wave(moving, employed, LIMITS) is wave


def test_floor_above_the_number_holds() -> None:
    assert not is_wave(30, 50_000, Limits(share=0.05, most=10, floor=30))
