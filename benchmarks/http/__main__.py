"""The API's paths against bare uvicorn, and asyncpg, that answer the same; exit 1 when a ratio is below its least.

Rounds alternate between `storecast api` and the limit (`bare.py`), each a few seconds of wrk with 32 connections. A
ratio is that of the medians of requests a second. CPU time is that of the server's processes without PostgreSQL's.
`python -m benchmarks.http`; `--profile NAME` shows instead where a path's time goes.
"""

import argparse
import asyncio
import statistics
import sys
import time

import httpx
import psycopg
import uvloop

from benchmarks.database import installation
from benchmarks.figures import Figure, report
from benchmarks.http.bare import Answer, Bare
from benchmarks.http.load import HEARTBEATS, Round, load, missing
from benchmarks.http.paths import LEAST, SLUG, Path, build_world
from benchmarks.http.profiles import profile
from benchmarks.http.servers import Server, limit, storecast
from storecast.kit.logs import configure_logs
from storecast.kit.settings import Settings
from tests.factories.platform import running_app

WARM_SECONDS = 2
WRITTEN_SECONDS = 1.0
OF_CONNECTION = {"date", "connection", "transfer-encoding"}  # headers that uvicorn makes itself


async def main(arguments: argparse.Namespace) -> int:
    async with installation() as settings:
        configure_logs(settings.model_copy(update={"log_level": "warning"}), "benchmark")
        async with running_app(settings) as anyone:
            paths = await build_world(anyone)
            if arguments.profile:
                await profile(anyone.app, next(path for path in paths if path.name == arguments.profile))
                return 0
        paths = [path for path in paths if path.name in arguments.only]
        return await asyncio.to_thread(compete, settings, paths, arguments.rounds, arguments.seconds)


def compete(settings: Settings, paths: list[Path], rounds: int, seconds: int) -> int:
    assert settings.database_url
    with storecast(settings) as ours:
        answers = {(path.path, bool(path.token)): answer_of(ours, path) for path in paths}
        url = settings.database_url.get_secret_value()
        bare = Bare(url, settings.database_pool, settings.data_dir / "keys", answers)
        with limit(bare, settings.data_dir) as theirs:
            for path in paths:
                same = ask(theirs, path).content == answers[path.path, bool(path.token)].body
                assert same, f"{path.title}: the limit answers something else"
            found = [alternate((ours, theirs), path, rounds, seconds) for path in paths]
            if any(path.body for path in paths):
                found.append(written(ours, settings, seconds))
            return report(found)


def ask(server: Server, path: Path) -> httpx.Response:
    answer = httpx.request(path.method, server.url + path.path, headers=path.headers, content=path.body)
    assert answer.status_code == 200, f"{server.name} answers {path.title} with {answer.status_code}: {answer.text}"
    return answer


def answer_of(server: Server, path: Path) -> Answer:
    answer = ask(server, path)
    headers = [(name, value) for name, value in answer.headers.raw if name.decode().lower() not in OF_CONNECTION]
    return Answer(headers, answer.content, bool(path.body), bool(path.token), path.statements)


def alternate(servers: tuple[Server, Server], path: Path, rounds: int, seconds: int) -> Figure:
    found: dict[str, list[Round]] = {server.name: [] for server in servers}

    def play(server: Server, length: int) -> Round:
        name, url = f"{server.name}, {path.title}", server.url + path.path
        if path.body:
            return load(name, server.pid, url, path.headers, length, HEARTBEATS, [SLUG])
        return load(name, server.pid, url, path.headers, length)

    for server in servers:
        play(server, WARM_SECONDS)
    for turn in range(rounds):
        for server in servers[:: -1 if turn % 2 else 1]:
            played = play(server, seconds)
            found[server.name].append(played)
            print(
                f"{path.name:<10}  round {turn + 1}  {server.name:<9}  {played.rate:7.0f}/s  "
                f"{played.cpu_rate:7.0f} a CPU second  {played.busy:4.0%} busy  median {played.median:.1f} ms",
                flush=True,
            )
    return figure(path, *found.values())


def written(server: Server, settings: Settings, seconds: int) -> Figure:
    """Of heartbeats that were answered, how many the database has a second after the last."""
    assert settings.database_url
    path = f"{server.url}/api/v1/events/heartbeat"
    with psycopg.connect(settings.database_url.get_secret_value(), autocommit=True) as connection:

        def count() -> int:
            return int(connection.execute("SELECT coalesce(sum(beats), 0) FROM view_days").fetchone()[0])  # type: ignore[index]

        time.sleep(WRITTEN_SECONDS)
        before = count()
        headers = {"Content-Type": "application/json"}
        sent = load("storecast, written", server.pid, path, headers, seconds, HEARTBEATS, [SLUG]).requests
        time.sleep(WRITTEN_SECONDS)
        found = count() - before
    # What wrk had not heard of when it stopped was taken, too: one a connection at most.
    note = f"{sent} answered at {sent / seconds:.0f}/s, {found} written"
    return Figure("heartbeats in the database a second later", min(found / sent, 1.0), least=1.0, note=note)


def figure(path: Path, ours: list[Round], bare: list[Round]) -> Figure:
    rate, bare_rate = (statistics.median(played.rate for played in side) for side in (ours, bare))
    cpu, bare_cpu = (statistics.median(played.cpu_rate for played in side) for side in (ours, bare))
    median, bare_median = (statistics.median(played.median for played in side) for side in (ours, bare))
    note = (
        f"{rate:.0f}/s to {bare_rate:.0f}/s; by CPU time {cpu / bare_cpu:.2f} ({cpu:.0f}/s to {bare_cpu:.0f}/s); "
        f"median {median:.1f} ms to {bare_median:.1f} ms"
    )
    return Figure(path.title, rate / bare_rate, least=LEAST[path.name], note=note)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="length of a round")
    parser.add_argument("--only", choices=LEAST, nargs="*", default=LEAST, help="some of the paths")
    parser.add_argument("--profile", choices=LEAST, help="where the time of this path goes")
    given = parser.parse_args()
    if (why := missing()) and not given.profile:
        print(f"skipped: {why}")
        sys.exit(0)
    sys.exit(uvloop.run(main(given)))
