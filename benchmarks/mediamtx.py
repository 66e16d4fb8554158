"""MediaMTX, a peer where `MEDIAMTX` names its binary: LL-HLS always made, and recording, on loopback."""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import free_port

_CONFIG = """
logLevel: error
rtsp: no
webrtc: no
srt: no
rtmpAddress: 127.0.0.1:{rtmp_port}
hlsAddress: 127.0.0.1:{http_port}
hlsVariant: lowLatency
hlsAlwaysRemux: yes
hlsPartDuration: 250ms
hlsSegmentDuration: 2s
hlsSegmentCount: 20
pathDefaults:
  record: yes
  recordPath: {folder}/recordings/%path/%Y-%m-%d_%H-%M-%S-%f
paths:
  all_others:
"""


class MediaMtx(NamedTuple):
    pid: int
    rtmp_port: int
    http_port: int


@contextmanager
def mediamtx(folder: Path) -> Generator[MediaMtx | None]:
    """Run it until the block ends; None where there is none."""
    binary = os.environ.get("MEDIAMTX")
    if not binary:
        yield None
        return
    folder.mkdir(parents=True)
    port, http_port = free_port(), free_port()
    config = folder / "mediamtx.yml"
    config.write_text(_CONFIG.format(rtmp_port=port, http_port=http_port, folder=folder))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen([binary, str(config)], stdout=output, stderr=output)
    try:
        yield MediaMtx(process.pid, port, http_port)
    finally:
        process.terminate()
        process.wait()
