"""Where the time of one path goes: its requests one after another, straight into the app, under cProfile.

Times are CPU time, so that waiting for PostgreSQL is nobody's. Coroutines count a call each time they go on, and
cumulated times are rough where SQLAlchemy switches greenlets: own times are what to go by.
"""

import cProfile
import gc
import io
import pstats
import sysconfig
import time
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager

from litestar import Litestar

from benchmarks.asgi import ask
from benchmarks.http.paths import Path
from benchmarks.http.recording import recording

REQUESTS = 1000
WARM = 50
LINES = 25
LIBRARIES = f"{sysconfig.get_path('purelib')}/"
Function = tuple[str, int, str]  # file, line, name; what is built in has the file "~"


async def profile(app: Litestar, path: Path) -> None:
    """Print the most expensive functions, each package's share, and what the same costs without the profiler."""
    headers = [(name.lower().encode(), value.encode()) for name, value in path.headers.items()]

    async def requests(number: int) -> None:
        for _ in range(number):
            await ask(app, path.path, headers, path.method, path.body)

    await requests(WARM)
    with recording() as statements:
        await requests(1)
    began, cpu = time.perf_counter(), time.process_time()
    with collecting() as collections:
        await requests(REQUESTS)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    profiler = cProfile.Profile(time.process_time)
    with profiler:
        await requests(REQUESTS)
    out = io.StringIO()
    stats = pstats.Stats(profiler, stream=out)
    for order in ("cumulative", "tottime"):
        stats.sort_stats(order).print_stats(LINES)
    print(out.getvalue().replace(LIBRARIES, ""))
    print(f"own time by package, of {stats.total_tt:.2f} s with the profiler:")  # type: ignore[attr-defined]
    for package, seconds in sorted(shares(stats).items(), key=lambda share: -share[1]):
        print(f"  {package:<16} {seconds / stats.total_tt:4.0%}")  # type: ignore[attr-defined]
    print(
        f"\n{path.title}: without the profiler {_micros(took)} a request, {_micros(cpu)} of it CPU time, "
        f"{_micros(sum(collections))} of that the garbage collector; "
        f"{len(statements)} statements"
    )


@contextmanager
def collecting() -> Generator[list[float]]:
    """How long each run of the garbage collector takes meanwhile, in seconds."""
    took: list[float] = []

    def note(phase: str, _: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            took.append(-now)
        else:
            took[-1] += now

    gc.callbacks.append(note)
    try:
        yield took
    finally:
        gc.callbacks.remove(note)


def shares(stats: pstats.Stats) -> dict[str, float]:
    """Own time by package, in seconds; what is built in is time of the package that calls it."""
    found: defaultdict[str, float] = defaultdict(float)
    profiled: dict[Function, tuple[int, int, float, float, dict[Function, tuple[int, int, float, float]]]]
    profiled = stats.stats  # type: ignore[attr-defined]
    for function, (_, _, own, _, callers) in profiled.items():
        if function[0] != "~":
            found[_package(function)] += own
        for caller, (_, _, own_of_caller, _) in callers.items() if function[0] == "~" else ():
            found[_package(caller)] += own_of_caller
    return found


def _package(function: Function) -> str:
    file = function[0]
    if file.startswith(LIBRARIES):
        return file.removeprefix(LIBRARIES).partition("/")[0]
    return next((name for name in ("storecast", "benchmarks") if f"/{name}/" in file), "python")


def _micros(seconds: float) -> str:
    return f"{seconds / REQUESTS * 1e6:.0f} µs"
