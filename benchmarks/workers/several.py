"""So many `api` processes on one port, as `storecast run` keeps them. Arguments: how many, and the port."""

import os
import signal
import socket
import subprocess
import sys

from storecast.entrypoints.supervision import SOCKETS_FD
from storecast.entrypoints.supervision.run import BACKLOG
from storecast.kit.shared import MEMORY_FD


def main() -> None:
    workers, port = map(int, sys.argv[1:])
    listening, memory = socket.create_server(("127.0.0.1", port), backlog=BACKLOG), os.memfd_create("benchmark")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "storecast.entrypoints.cli", "api"],
            env=os.environ | {SOCKETS_FD: str(listening.fileno()), MEMORY_FD: str(memory)},
            pass_fds=[listening.fileno(), memory],
        )
        for _ in range(workers)
    ]
    signal.signal(signal.SIGTERM, lambda *_: [process.terminate() for process in processes])
    for process in processes:
        process.wait()


if __name__ == "__main__":
    main()
