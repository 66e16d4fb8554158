"""Real encoders: ffmpeg pushing a clip in real time."""

import subprocess
from pathlib import Path


class Publishers:
    def __init__(self, ffmpeg: str, url: str, clip: Path) -> None:
        self._ffmpeg = ffmpeg
        self._url = url
        self._clip = clip
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, key: str, *options: str, clip: Path | None = None) -> subprocess.Popen[bytes]:
        """Push a clip over and over to `key`; `options` choose what is sent."""
        process = subprocess.Popen(
            [
                *(self._ffmpeg, "-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", str(clip or self._clip)),
                *("-c", "copy", *options, "-f", "flv", f"{self._url}/{key}"),
            ],
            stderr=subprocess.PIPE,
        )
        self._running.append(process)
        return process

    def stop_all(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()
