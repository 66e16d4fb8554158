"""Steps that never end by themselves, with programs that stand in for ffmpeg."""

import sys
from pathlib import Path

import pytest

from storecast.processing import child
from storecast.processing.facts import ProcessingFailed

COMPUTING = f"""#!{sys.executable}
import time
until = time.monotonic() + 2
while time.monotonic() < until:
    pass
"""
COMPUTED = """#!/bin/sh
n=0; while [ $n -lt 50000 ]; do n=$((n + 1)); done
exec sleep 600
"""


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "PATIENCE", 1.5)
    monkeypatch.setattr(child, "LEAST", 0.01)  # the least that is counted: a busy machine gives no more


def standing_in(folder: Path, script: str) -> str:
    path = folder / "ffmpeg"
    path.write_text(script)
    path.chmod(0o700)
    return str(path)


@pytest.mark.usefixtures("soon")
async def test_a_step_that_waits_and_computes_no_more_is_ended_to_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(ProcessingFailed):
        await child.run_ffmpeg(standing_in(tmp_path, COMPUTED), [], child.limits(1.0, 1))


@pytest.mark.usefixtures("soon")
async def test_a_step_that_computes_may_take_its_time(tmp_path: Path) -> None:
    assert await child.run_ffmpeg(standing_in(tmp_path, COMPUTING), [], child.limits(1.0, 1)) == ""
