"""A process that behaves like one of the platform's: answers its health, or says it is ready; writes a journal."""

import http.server
import os
import signal
import socket
import sys
import threading
from pathlib import Path


class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


def main() -> None:
    name, port, journal, *manners = sys.argv[1:]

    def note(what: str) -> None:
        with Path(journal).open("a") as lines:
            lines.write(f"{what} {name} {os.getpid()}\n")

    def stop(*_: object) -> None:
        note("stop")
        if "stubborn" not in manners:
            os._exit(0)

    note("start")
    if "broken" in manners:
        sys.exit(7)
    signal.signal(signal.SIGTERM, stop)
    if int(port):
        http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Health).serve_forever()
    if handed := os.environ.get("STORECAST_API_SOCKETS"):
        serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health, bind_and_activate=False)
        serving.socket = socket.socket(fileno=int(handed))
        threading.Thread(target=serving.serve_forever, daemon=True).start()
    told = int(os.environ["STORECAST_READY_FD"])
    os.write(told, b"ready\n")
    while "pulsing" in manners:
        os.write(told, b"well\n")
        threading.Event().wait(0.05)
    if "silent" not in manners:
        os.close(told)
    while True:
        threading.Event().wait(60)


if __name__ == "__main__":
    main()
