"""Processes under measurement: their CPU time and memory, their children, ports for them to listen on."""

import re
import socket
import time
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads so far, to the microsecond (/proc/<pid>/stat counts in hundredths)."""
    return time.clock_gettime(~pid << 3 | 2)  # the process's CPU clock, as clock_getcpuclockid(3) makes it


def children(pid: int) -> list[int]:
    """Process ids of the children its main thread started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def tree_cpu_seconds(pid: int) -> float:
    """That of the process and of all it started that still run."""
    return cpu_seconds(pid) + sum(map(tree_cpu_seconds, children(pid)))


def memory_mb(pid: int) -> float:
    """Proportional set size in MB (10⁶ bytes): shared pages counted once over all processes."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
