import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storecast.kit.settings import Settings
from tests.broadcast.hls_rules.streams import Encoder
from tests.broadcast.node import Node, running_node


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of H.264 (30 pictures a second, a keyframe a second) and AAC."""
    path = tmp_path_factory.mktemp("media") / "clip.flv"
    subprocess.run(
        [
            *(Settings().ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=30"),
            *("-f", "lavfi", "-i", "sine", "-t", "12", "-c:v", "libx264", "-preset", "ultrafast"),
            *("-g", "30", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "flv", str(path)),
        ],
        check=True,
    )
    return path


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return Encoder(tmp_path_factory.mktemp("streams"))


@pytest.fixture
async def node(tmp_path: Path, clip: Path) -> AsyncIterator[Node]:
    async with running_node(tmp_path, clip) as node:
        yield node


@pytest.fixture(scope="module")
async def live(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> AsyncIterator[Node]:
    """A node on which a show runs by the key `right`, for tests that leave it as they found it."""
    async with running_node(tmp_path_factory.mktemp("live"), clip) as node:
        node.publishers.start("right")
        await node.viewer().playlist()
        yield node
