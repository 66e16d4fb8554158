"""Where the time of one path goes: its requests one after another, straight into the app, under cProfile."""

import cProfile
import io
import pstats
import sysconfig
import time

from litestar import Litestar

from benchmarks.asgi import ask
from benchmarks.http.paths import Path

REQUESTS = 1000
WARM = 50
LINES = 25


async def profile(app: Litestar, path: Path) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in path.headers.items()]

    async def requests(number: int) -> None:
        for _ in range(number):
            await ask(app, path.path, headers, path.method, path.body)

    await requests(WARM)
    began, cpu = time.perf_counter(), time.process_time()
    await requests(REQUESTS)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    profiler = cProfile.Profile()
    with profiler:
        await requests(REQUESTS)
    out = io.StringIO()
    stats = pstats.Stats(profiler, stream=out)
    for order in ("cumulative", "tottime"):
        stats.sort_stats(order).print_stats(LINES)
    print(out.getvalue().replace(f"{sysconfig.get_path('purelib')}/", ""))
    print(
        f"{path.title}: {took / REQUESTS * 1e6:.0f} µs a request without the profiler, {cpu / REQUESTS * 1e6:.0f} CPU"
    )
