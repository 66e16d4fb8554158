"""wrk, which asks as fast as it is answered, over as many connections as it was told to keep."""

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks.processes import tree_cpu_seconds

HERE = Path(__file__).parent
HEARTBEATS = HERE / "heartbeats.lua"
CONNECTIONS = 32
IDLE_SECONDS = 0.1
SETTLE_SECONDS = 10.0


class Round(Struct, frozen=True):
    rate: float  # requests a second
    cpu_rate: float  # requests a second of the server's CPU time
    busy: float  # share of one core the server took
    median: float  # ms
    p99: float  # ms
    requests: int


class _Found(Struct):
    """What `done.lua` prints."""

    requests: int
    seconds: float
    median: float  # ms
    p99: float  # ms
    refused: int
    broken: int


def missing() -> str | None:
    """What to install before anything can be measured."""
    return None if shutil.which("wrk") else "wrk is not installed; on Debian: apt-get install wrk"


def load(
    name: str,
    pid: int,
    url: str,
    headers: Mapping[str, str],
    seconds: int,
    script: Path = HERE / "done.lua",
    arguments: Sequence[str] = (),
) -> Round:
    """Ask the server `pid` for so long, as the script says. Exits when an answer is an error."""
    options = [part for header in headers.items() for part in ("-H", ": ".join(header))]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-s", str(script), *options, url]
    cpu = tree_cpu_seconds(pid)
    ran = subprocess.run([*command, "--", *arguments], cwd=script.parent, capture_output=True, text=True, check=False)
    busy = tree_cpu_seconds(pid) - cpu
    settle(pid)
    cpu = tree_cpu_seconds(pid) - cpu
    if ran.returncode:
        sys.exit(f"wrk fails at {name}: {ran.stderr or ran.stdout}")
    found = msgspec.json.decode(ran.stdout.splitlines()[-1], type=_Found)
    if not found.requests:
        sys.exit(f"{name}: nothing was answered in {seconds} s")
    if found.refused or found.broken:
        sys.exit(
            f"{name}: of {found.requests} requests {found.refused} were answered by an error, {found.broken} not at all"
        )
    # wrk leaves while each connection waits for an answer, and the server makes that one, too.
    cpu_rate = (found.requests + CONNECTIONS) / cpu
    return Round(
        found.requests / found.seconds, cpu_rate, busy / found.seconds, found.median, found.p99, found.requests
    )


def settle(pid: int) -> None:
    """Wait until the server has done what was asked of it, so that the other one has the machine."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        cpu = tree_cpu_seconds(pid)
        time.sleep(IDLE_SECONDS)
        if tree_cpu_seconds(pid) - cpu < IDLE_SECONDS / 20:
            return
