import contextlib
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from storecast.broadcast.recording.take_file import TakeFile
from storecast.broadcast.recording.take_reader import TakeReader
from tests.broadcast.recording.takes import fragments_of, init_of, take


@contextlib.contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow past `size` bytes: a write is cut short there, and the next one fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session" / "take-001.mp4"


def test_each_fragment_is_in_the_file_at_once(path: Path) -> None:
    data = take()
    file = TakeFile(path, init_of(data))
    assert not path.exists()  # a take without a fragment would be none
    whole = init_of(data)
    for fragment in fragments_of(data):
        assert file.append(fragment)
        whole += fragment
        assert path.read_bytes() == whole
    file.close()
    file.close()
    assert path.read_bytes() == whole


@pytest.mark.parametrize("fits", [0, 1, 20, 300])
def test_a_fragment_the_disk_has_no_room_for_is_a_hole_and_nothing_more(path: Path, fits: int) -> None:
    init, fragments = init_of(take()), fragments_of(take())
    file = TakeFile(path, init)
    assert file.append(fragments[0])
    kept = init + fragments[0]
    with room_for(len(kept) + fits):
        assert not file.append(fragments[1])
        assert path.read_bytes() == kept
        assert not file.append(fragments[2])
        assert path.read_bytes() == kept
    assert file.append(fragments[3])
    assert file.append(fragments[4])
    file.close()
    assert path.read_bytes() == kept + fragments[3] + fragments[4]


@pytest.mark.parametrize("fits", [0, 100])
def test_a_take_that_begins_on_a_full_disk_is_recorded_from_when_there_is_room(path: Path, fits: int) -> None:
    init, fragments = init_of(take()), fragments_of(take())
    file = TakeFile(path, init)
    with room_for(fits):
        assert not file.append(fragments[0])
    assert file.append(fragments[1])
    file.close()
    assert path.read_bytes() == init + fragments[1]


def test_a_folder_that_cannot_be_made_stops_no_show(path: Path) -> None:
    path.parent.touch()
    file = TakeFile(path, init_of(take()))
    assert not file.append(fragments_of(take())[0])
    path.parent.unlink()
    assert file.append(fragments_of(take())[1])
    file.close()


def test_what_is_there_already_is_not_written_over(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"another take")
    assert not TakeFile(path, init_of(take())).append(fragments_of(take())[0])
    assert path.read_bytes() == b"another take"


def test_a_full_disk_is_told_once_and_its_end_too(path: Path) -> None:
    fragments = fragments_of(take())
    file = TakeFile(path, init_of(take()))
    with capture_logs() as lines:
        with room_for(0):
            for fragment in fragments[:3]:
                file.append(fragment)
        file.append(fragments[3])
        file.append(fragments[4])
    file.close()
    assert [line["log_level"] for line in lines] == ["error", "warning"]
    assert lines[1]["parts_missing"] == 3


WRITE = """
import sys
from pathlib import Path
from storecast.broadcast.recording.take_file import TakeFile
from tests.broadcast.recording.takes import fragments_of, init_of
data = sys.stdin.buffer.read()
file = TakeFile(Path(sys.argv[1]), init_of(data))
while True:
    for fragment in fragments_of(data):
        file.append(fragment)
        print(flush=True)
"""


def test_whatever_kills_the_process_costs_no_fragment_that_was_written(path: Path) -> None:
    command = [sys.executable, "-c", WRITE, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write(take())
        writer.stdin.close()
        for _ in range(100):
            assert writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        written = 100 + writer.stdout.read().count(b"\n")
    assert sum(1 for _ in TakeReader(path).fragments()) >= written
