"""A film opened in the child, as what its first bytes say it is."""

from pathlib import Path

import av
from av.container import InputContainer

from storecast.processing.container import DEMUXERS, not_whole
from storecast.processing.facts import Refused

_OPENED_TRACKS = 512  # at most; ffmpeg gives up beyond


def open_film(path: Path, container: str) -> InputContainer:
    """Raises `Refused`."""
    try:
        return av.open(
            f"file:{path}",
            format=DEMUXERS[container],
            options={"protocol_whitelist": "file", "max_streams": str(_OPENED_TRACKS)},
            metadata_errors="replace",
        )
    except (av.FFmpegError, ValueError) as error:
        raise Refused(not_whole(path, container) or "This video is damaged: it cannot be read.") from error
