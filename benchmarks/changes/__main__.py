"""A change to a channel, and how long until everybody is shown it: the other workers of the machine, another machine,
and a page by its socket. And what PostgreSQL is asked where thousands want at once what nobody has.

Measured is from the API's answer to the host. `python -m benchmarks.changes`.
"""

import argparse
import asyncio
import json
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

import httpx
import uvloop
from websockets.asyncio.client import connect

from benchmarks.asgi import ask
from benchmarks.database import installation
from benchmarks.figures import Figure, report
from benchmarks.http.recording import recording
from benchmarks.http.servers import realtime, several, storecast
from storecast.kit.logs import configure_logs
from storecast.kit.secrets import stored_secret
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from tests.factories.accounts import member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app

SLUG = "evening-show"
DETAILS = f"/api/v1/events/playback/{SLUG}"
LATE_LIMIT = 500.0  # ms
LINES = 8  # to the workers' port: each is to one of them
PAUSE = 0.002  # seconds between two looks

Seen = Callable[[str], Awaitable[None]]
"""Returns once the channel is shown by this name."""


async def main(arguments: argparse.Namespace) -> int:
    async with installation() as settings:
        stored_secret(settings.data_dir, "hooks")
        configure_logs(settings.model_copy(update={"log_level": "error"}), "benchmark")
        async with running_app(settings) as anyone:
            host = await member(anyone)
            await channel(host.client, slug=SLUG)
            figures = [await cold(anyone, arguments.readers)]
        return report([*figures, *await changes(settings, host.access_token, arguments.changes)])


async def cold(anyone: Client, readers: int) -> Figure:
    """Statements that so many askers cost who come at once, to those of one."""
    while not process_of(anyone.app).keeper.listening:
        await asyncio.sleep(0.01)
    sent = []
    for number in (1, readers):
        with recording() as statements:
            await asyncio.gather(
                *(ask(anyone.app, DETAILS, [], host=f"host-{number}.test".encode()) for _ in range(number))
            )
        sent.append(len(statements))
    note = f"{sent[0]} statements each"
    return Figure(f"{readers} readers of a cold cache: statements, to one's", sent[1] / sent[0], "", 1.0, note)


async def changes(settings: Settings, token: str, number: int) -> list[Figure]:
    with several(settings, 2) as machine, storecast(settings) as another, realtime(settings, machine) as gateway:
        async with (
            httpx.AsyncClient(base_url=machine.url, timeout=30) as http,
            connect(f"{gateway.url.replace('http', 'ws')}/?token={await guest(http)}") as socket,
        ):
            await socket.send(json.dumps({"type": "subscribe", "room": SLUG}))
            await socket.recv()

            async def heard(name: str) -> None:
                while json.loads(await socket.recv()).get("event") != "channel.updated":
                    pass

            lines = [line(machine.url) for _ in range(LINES)]
            watching: dict[str, list[Seen]] = {
                "all workers of its machine": lines,
                "another machine": [line(another.url)],
                "a page's socket": [heard],
            }
            late: dict[str, list[float]] = {who: [] for who in watching}
            for turn in range(number):
                name = f"Show {turn}"
                looking = [asyncio.create_task(seen_at(who, each, name)) for who in watching for each in watching[who]]
                await asyncio.sleep(0.2)  # each has kept the one before by now
                answer = await http.put(
                    f"/api/v1/events/{SLUG}", json={"name": name}, headers={"Authorization": f"Bearer {token}"}
                )
                answer.raise_for_status()
                answered = time.monotonic()
                for who, at in await asyncio.wait_for(asyncio.gather(*looking), 30):
                    late[who].append((at - answered) * 1e3)
    return [
        Figure(f"a change, answered to seen by {who}: last of {number}", max(each), "ms", LATE_LIMIT, _median(each))
        for who, each in late.items()
    ]


async def guest(http: httpx.AsyncClient) -> str:
    token: str = (await http.get("/api/v1/jwt")).json()["data"]["token"]
    return token


def line(url: str) -> Seen:
    """A connection of its own, which asks for the channel over and over."""
    http = httpx.AsyncClient(base_url=url, timeout=30, limits=httpx.Limits(max_connections=1))

    async def seen(name: str) -> None:
        while (await http.get(DETAILS)).json()["data"]["name"] != name:
            await asyncio.sleep(PAUSE)

    return seen


async def seen_at(who: str, seen: Seen, name: str) -> tuple[str, float]:
    await seen(name)
    return who, time.monotonic()


def _median(late: list[float]) -> str:
    return f"median {statistics.median(late):.1f} ms"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--readers", type=int, default=5_000)
    given = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    sys.exit(uvloop.run(main(given)))
