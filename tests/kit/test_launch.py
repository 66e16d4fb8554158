import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storecast.kit.launch import NICENESS, Limits, command

LIMITS = Limits(memory=512 * 1024**2, processor=5, file=1000)


def _run(program: str, limits: Limits = LIMITS) -> subprocess.CompletedProcess[str]:
    started = command([sys.executable, "-c", program], ends_by=signal.SIGKILL, limits=limits)
    return subprocess.run(started, capture_output=True, text=True, check=False)


def test_what_is_confined_gives_way_to_others() -> None:
    ours = os.nice(0)
    assert int(_run("import os; print(os.nice(0))").stdout) == min(ours + NICENESS, 19)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("bytearray(1024 ** 3)", "MemoryError"),
        ("import os; [os.open('/dev/null', 0) for _ in range(100)]", "Too many open files"),
    ],
)
def test_what_is_confined_has_no_more_than_its_limits(program: str, words: str) -> None:
    done = _run(program)
    assert done.returncode != 0
    assert words in done.stderr


def test_a_file_past_its_limit_is_not_written(tmp_path: Path) -> None:
    done = _run(f"file = open({str(tmp_path / 'file')!r}, 'wb', 0); file.write(bytes(2000)); file.write(b'x')")
    assert "File too large" in done.stderr
    assert (tmp_path / "file").stat().st_size == 1000


def test_what_computes_for_too_long_is_ended() -> None:
    done = _run("while True: pass", Limits(LIMITS.memory, processor=1, file=1000))
    assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
