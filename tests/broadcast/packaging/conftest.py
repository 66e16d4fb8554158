from pathlib import Path

import pytest

from tests.broadcast.packaging.shows import GROUP, Packaged
from tests.broadcast.packaging.streams import H264, HEVC, PICTURE, Stream, encoded, sine

AAC = ("-c:a", "aac")


@pytest.fixture(scope="session")
def h264() -> Stream:
    return encoded(*PICTURE, *sine(2, "stereo", 48_000), *H264, "-g", str(GROUP), *AAC)


@pytest.fixture(scope="session")
def other() -> Stream:
    """Of another size, with other sound."""
    picture = ("-f", "lavfi", "-i", "testsrc=size=480x270:rate=30")
    return encoded(*picture, *sine(1, "mono", 44_100), *H264, "-g", str(GROUP), *AAC)


@pytest.fixture(scope="session")
def hevc() -> Stream:
    return encoded(*PICTURE, *HEVC, "-g", str(GROUP))


@pytest.fixture
def packaged(tmp_path: Path) -> Packaged:
    return Packaged(tmp_path)
