"""Whatever a browser sends, nothing breaks and little is held: seeded damage to real recordings.

One case alone: `FUZZ_SEED=1234 .venv/bin/pytest tests/broadcast/browser/test_fuzz.py`.
"""

import os
import random
import secrets
from collections import Counter, deque
from pathlib import Path

import pytest

from storecast.broadcast.browser.ebml import LARGEST
from storecast.broadcast.browser.recording import Recording
from storecast.broadcast.health import Health
from storecast.broadcast.packaging import tracks
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Window
from storecast.broadcast.tags import Unacceptable
from tests.broadcast.browser import recordings as made
from tests.broadcast.rtmp.test_fuzz import Converter, is_whole

CASES = 150
SOAK_CASES = 20_000
SOURCES = (made.H264, made.VP9, made.AV1)
MARKS = (
    b"\x1a\x45\xdf\xa3",
    b"\x18\x53\x80\x67",
    b"\x1f\x43\xb6\x75",
    b"\x16\x54\xae\x6b",
    b"\xa3",
    b"\xe7",
    b"\xff" * 8,
)


def damaged(chance: random.Random) -> bytes:
    """A recording with bytes changed, cut out, put in, and parts told twice or in another order."""
    data = bytearray(made.H264.read_bytes() if chance.random() < 0.6 else chance.choice(SOURCES).read_bytes())
    del data[chance.randrange(2000, len(data)) :]
    for _ in range(chance.choice((0, 1, 1, 3, 20))):
        early = chance.random() < 0.5
        at = chance.randrange(min(600, len(data)) if early else len(data))
        match chance.randrange(6):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(1, 50)]
            case 2:
                data[at:at] = chance.randbytes(chance.randrange(1, 50))
            case 3:
                data[at:at] = chance.choice(MARKS) + chance.choice(
                    (b"", b"\x01" + b"\xff" * 7, b"\x80", b"\x08\xff\xff")
                )
            case 4:
                data[at:at] = data[: chance.randrange(300)]
            case _:
                data[at : at + 8] = (chance.randrange(1 << 56) | 1 << 56).to_bytes(8)
    return bytes(data)


def play(seed: int, folder: Path) -> str:
    """How the case of `seed` ended."""
    chance = random.Random(seed)
    data, recording, now, takes = damaged(chance), Recording(), 1_750_000_000.0, 0

    def next_take() -> tuple[int, Path]:
        nonlocal takes
        takes += 1
        return takes, folder / f"{seed}-{takes}.mp4"

    packager = Packager(Window(), next_take, lambda *_: None, Health(now), clock=lambda: now)
    size, ended = chance.choice((1, 100, 4000, 1 << 20)), "whole"
    try:
        for piece in made.pieces(data, size):
            for tag in recording.feed(piece):
                packager.put(tag)
            while Converter.waiting:
                Converter.waiting.popleft()()
            now += len(piece) / 20_000
            assert recording.pending <= LARGEST + len(data)
    except Unacceptable as error:
        ended = str(error).partition(":")[2].partition(" of ")[0]
    packager.finish()
    for take in folder.iterdir():
        assert is_whole(take.read_bytes())
        take.unlink()
    return ended


@pytest.mark.parametrize(
    "cases", [CASES, pytest.param(SOAK_CASES, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
async def test_damage_ends_a_recording_in_words_or_not_at_all(
    cases: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tracks, "Converter", Converter)
    monkeypatch.setattr(Converter, "waiting", deque())
    only = os.environ.get("FUZZ_SEED")
    first = int(only) if only else secrets.randbelow(1 << 31)
    ends = Counter[str]()
    for seed in range(first, first + (1 if only else cases)):
        try:
            ends[play(seed, tmp_path)] += 1
        except Exception as error:
            raise AssertionError(f"FUZZ_SEED={seed} .venv/bin/pytest {__file__}") from error
    assert only or (ends["whole"] > cases / 10 and len(ends) > 3), ends
