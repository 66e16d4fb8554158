"""nginx-rtmp, the peer: one process on loopback with its files in a folder of its own."""

import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import free_port, listens

MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
START_SECONDS = 10.0

# Segments of two seconds, forty of them listed, as Storecast has it. `live` packages and records, `alone` does neither.
_CONFIG = """
load_module {module};
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
rtmp {{
    server {{
        listen 127.0.0.1:{rtmp_port};
        application live {{
            live on;
            hls on; hls_path {folder}/hls; hls_fragment 2s; hls_playlist_length 40s;
            record all; record_path {folder}/recordings; record_unique on;
        }}
        application alone {{ live on; }}
    }}
}}
http {{
    access_log off;
    types {{ text/html html; text/javascript js; application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{http_port}; root {folder}; add_header Cache-Control no-cache; }}
}}
"""


class Nginx(NamedTuple):
    pid: int
    rtmp_port: int
    http_port: int
    folder: Path  # served over HTTP


def missing() -> str | None:
    """What to install before nginx-rtmp can be measured against."""
    if MODULE.exists() and shutil.which("nginx"):
        return None
    return "nginx-rtmp is not installed; on Debian: apt-get install nginx libnginx-mod-rtmp"


@contextmanager
def nginx(folder: Path) -> Generator[Nginx]:
    """Run it until the block ends. Exits when it does not start."""
    for name in ("hls", "recordings"):
        (folder / name).mkdir(parents=True)
    rtmp_port, http_port = free_port(), free_port()
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(module=MODULE, folder=folder, rtmp_port=rtmp_port, http_port=http_port))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(["nginx", "-c", str(config), "-p", str(folder)], stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not (listens(rtmp_port) and listens(http_port)):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"nginx does not start: {(folder / 'output').read_text()}")
            time.sleep(0.05)
        yield Nginx(process.pid, rtmp_port, http_port, folder)
    finally:
        process.terminate()
        process.wait()
