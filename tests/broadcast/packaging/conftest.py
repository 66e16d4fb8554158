import subprocess
from pathlib import Path

import pytest

from storecast.kit.settings import Settings


class Film(bytes):
    def __repr__(self) -> str:
        return f"{len(self)} bytes of film"


@pytest.fixture(scope="session")
def fragmented(clip: Path) -> bytes:
    """The clip as the packager has it written: fragments of a part's length."""
    written = subprocess.run(
        [
            *(Settings().ffmpeg, "-v", "error", "-i", str(clip), "-c", "copy", "-f", "mp4", "-movflags"),
            *("+frag_keyframe+empty_moov+default_base_moof+skip_trailer", "-frag_duration", "220000", "pipe:1"),
        ],
        check=True,
        capture_output=True,
    )
    return Film(written.stdout)
