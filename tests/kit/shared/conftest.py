from collections.abc import Iterator

import pytest

from storecast.kit.shared import counts, crowds


class Clock:
    """Seconds, as a test has them go on."""

    def __init__(self) -> None:
        self.now = 1_000_000.25

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(counts, "clock", clock)
    monkeypatch.setattr(crowds, "clock", clock)
    return clock
