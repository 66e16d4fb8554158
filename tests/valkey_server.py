"""Valkey, or Redis where that is what the system has."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.ports import free_port

SERVER = shutil.which("valkey-server") or shutil.which("redis-server")


class Valkey:
    """A server of our own that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder

    def start(self) -> None:
        assert SERVER is not None
        options = ("--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no")
        log = (self._folder / "valkey.log").open("wb")
        self._process = subprocess.Popen([SERVER, *options], cwd=self._folder, stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.02)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)
