"""`storecast run` with stand-ins for the four services. Arguments: the journal, then settings as name=value."""

import sys
from pathlib import Path

from storecast.entrypoints.supervision.run import Held, Resolved, api_names, run
from storecast.entrypoints.supervision.supervisor import Service

FAKE = Path(__file__).with_name("fake_service.py")


def build(resolved: Resolved, held: Held) -> list[Service]:
    ports = {"realtime": resolved.realtime_port, "broadcast": resolved.broadcast_port}
    return [
        Service(
            name,
            [sys.executable, str(FAKE), name, str(ports.get(name, 0)), sys.argv[1]],
            health=("127.0.0.1", ports[name]) if name in ports else None,
            hands=held.hands if name.startswith("api") else {},
        )
        for name in (*api_names(resolved.api_workers), "realtime", "broadcast", "worker")
    ]


if __name__ == "__main__":
    sys.exit(run(dict(setting.split("=", 1) for setting in sys.argv[2:]), build=build))
