import subprocess
from pathlib import Path

import pytest

from storecast.kit.settings import Settings


@pytest.fixture(scope="session")
def fragmented(clip: Path) -> bytes:
    """The clip as the packager has it written: fragments of a part's length."""
    return subprocess.run(
        [
            *(Settings().ffmpeg, "-v", "error", "-i", str(clip), "-c", "copy", "-f", "mp4", "-movflags"),
            *("+frag_keyframe+empty_moov+default_base_moof+skip_trailer", "-frag_duration", "220000", "pipe:1"),
        ],
        check=True,
        capture_output=True,
    ).stdout
