"""The highest number each was told, of as many as there is room for."""

import pytest

from storecast.kit.shared import marks, table
from storecast.kit.shared.marks import BYTES, Marks
from storecast.kit.shared.memory import SharedMemory


def test_only_the_longest_away_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "SLOTS", table.WAYS)
    memory = SharedMemory([BYTES])
    kept = Marks(memory, memory.starts[0])
    for number in range(1, table.WAYS + 1):
        kept.raise_to(number, str(number))
    kept.raise_to(40, "1")
    kept.raise_to(7, "one more")
    assert [kept.at(name) for name in ("1", "2", "3", "one more", "nobody")] == [40, 0, 3, 7, 0]
    kept.raise_to(5, "1")
    assert kept.at("1") == 40
