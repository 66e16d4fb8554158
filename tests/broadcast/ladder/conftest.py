import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storecast.broadcast.ladder import ladder, scaler
from tests.broadcast.ladder.shows import FLASHES
from tests.broadcast.node import Node, running_node
from tests.broadcast.recording.takes import FFMPEG


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines that test have no time for what gives way to everything else."""
    monkeypatch.setattr(scaler, "LIMITS", None)
    monkeypatch.setattr(ladder, "BEHIND_SECONDS", 20.0)


@pytest.fixture(scope="session")
def flashes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """720p with a flash and a beep in the middle of each second, B-frames, a keyframe each second."""
    path = tmp_path_factory.mktemp("ladder") / "flashes.flv"
    command = [FFMPEG, "-v", "error", "-f", "lavfi", "-i", FLASHES, "-f", "lavfi", "-i"]
    command += ["aevalsrc='if(lt(mod(t+0.5,1),0.1),sin(2*PI*1000*t),0)':s=48000", "-t", "30"]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-bf", "2", "-pix_fmt", "yuv420p"]
    subprocess.run([*command, "-c:a", "aac", "-f", "flv", str(path)], check=True)
    return path


@pytest.fixture
async def node(tmp_path: Path, flashes: Path) -> AsyncIterator[Node]:
    async with running_node(tmp_path, flashes, ladder="480p,audio", ladder_at_once="1") as node:
        yield node
