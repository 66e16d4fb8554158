"""Every benchmark, one after another, and one table of what they found; exit 1 when any of them failed.

`make bench`, on an otherwise idle machine.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from benchmarks.figures import FILE, Figure, load, table

BENCHMARKS = (
    "ingest",
    "latency",
    "fanout",
    "auth",
    "http",
    "start",
    "checkout",
    "playback",
    "viewers",
    "uploads",
    "workers",
    "changes",
    "chat",
    "raid",
)
ROOT = Path(__file__).parents[1]


def main() -> None:
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        gathered = Path(folder) / "figures"
        gathered.touch()
        for name in BENCHMARKS:
            print(f"== {name}", flush=True)
            command = [sys.executable, "-m", f"benchmarks.{name}"]
            if subprocess.run(command, cwd=ROOT, env=os.environ | {FILE: str(gathered)}).returncode:
                failed.append(name)
            print(flush=True)
        figures = [msgspec.json.decode(line, type=Figure) for line in gathered.read_bytes().splitlines()]
    print(f"== all\n{table(figures)}\n\n{load()}")
    if failed:
        sys.exit(f"Past a limit, or could not run: {', '.join(failed)}")


if __name__ == "__main__":
    main()
