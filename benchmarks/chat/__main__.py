"""Chat, the whole way: guests say something to the API, and sockets of one room hear it from the gateway.

Measured is from the API's answer until the last socket has the message, and from a host closing the channel until the
last has been told to leave. Exit 1 where sockets do not all hear all of it in one order. `python -m benchmarks.chat`.
"""

import argparse
import asyncio
import contextlib
import resource
import statistics
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import uvloop

from benchmarks.chat.sockets import Room, gather
from benchmarks.database import installation
from benchmarks.figures import Figure, report
from benchmarks.http.servers import Server, realtime, storecast
from benchmarks.processes import cpu_seconds
from storecast.domains.channels.models import Privacy
from storecast.kit.keys import Keyring
from storecast.kit.logs import configure_logs
from storecast.kit.secrets import stored_secret
from storecast.kit.settings import Settings
from tests.factories.accounts import member
from tests.factories.channels import channel
from tests.factories.platform import running_app

SLUG = "evening-show"
LATE_LIMIT = 300.0  # ms
OUT_LIMIT = 1000.0
SPEAKERS = 20  # each of a network of their own; a person has 20 messages in 10 s


async def main(arguments: argparse.Namespace) -> int:
    async with installation() as settings:
        stored_secret(settings.data_dir, "hooks")
        configure_logs(settings.model_copy(update={"log_level": "warning"}), "benchmark")
        async with running_app(settings) as anyone:
            merchant = await member(anyone)
            made = await channel(merchant.client, slug=SLUG)
        with servers(settings) as (api, gateway):
            return report(await chat(arguments, settings, api, gateway, made, merchant.access_token))


@contextlib.contextmanager
def servers(settings: Settings) -> Generator[tuple[Server, Server]]:
    with storecast(settings) as api, realtime(settings, api) as gateway:
        yield api, gateway


async def chat(
    arguments: argparse.Namespace,
    settings: Settings,
    api: Server,
    gateway: Server,
    made: dict[str, object],
    owner: str,
) -> list[Figure]:
    keyring, ends = Keyring(Path(settings.data_dir) / "keys"), int(time.time()) + 3600
    tokens = [
        keyring.sign({"sub": f"guest:{number:020}", "sid": "", "aud": ["realtime", "guest"], "exp": ends})
        for number in range(arguments.sockets)
    ]
    room = Room(arguments.sockets)
    began, cpu = time.monotonic(), cpu_seconds(api.pid)
    sockets = await gather(int(gateway.url.rpartition(":")[2]), room, SLUG, tokens)
    entered = (time.monotonic() - began, (cpu_seconds(api.pid) - cpu) / arguments.sockets * 1e6)
    accepted: dict[str, float] = {}
    async with httpx.AsyncClient(base_url=f"{api.url}/api/v1", timeout=30) as http:
        for number in range(arguments.messages):
            speaker = number % SPEAKERS
            headers = {"Authorization": f"Bearer {tokens[speaker]}", "X-Forwarded-For": f"198.18.0.{speaker + 1}"}
            body = {"data": f"What size is it? {number}", "thread_id": made["thread_id"]}
            answer = await http.post("messages/guest", json=body, headers=headers)
            answer.raise_for_status()
            accepted[answer.json()["data"]["id"]] = time.monotonic()
            await asyncio.sleep(max(0.0, 1 / arguments.rate - answer.elapsed.total_seconds()))
        await _until(lambda: sum(count == arguments.sockets for count in room.counts.values()) >= arguments.messages)
        said = {message: seq for seq, message in room.ids.items() if message in accepted}
        late = sorted((room.last_at[said[message]] - at) * 1e3 for message, at in accepted.items())
        if room.disorders or len(said) != arguments.messages:
            sys.exit(f"{room.disorders} out of order, {len(said)} of {arguments.messages} heard")
        began = time.monotonic()
        closed = await http.put(
            f"events/{made['id']}", json={"privacy": int(Privacy.PRIVATE)}, headers={"Authorization": f"Bearer {owner}"}
        )
        closed.raise_for_status()
        answered = time.monotonic()
        await _until(lambda: len(room.out) >= arguments.sockets)
    for each in sockets:
        if each.transport is not None:
            each.transport.abort()
    median, p99 = statistics.median(late), late[int(len(late) * 0.99)]
    return [
        Figure(
            f"chat: accepted to seen by the last of {arguments.sockets}, p99",
            p99,
            "ms",
            LATE_LIMIT,
            f"median {median:.0f} ms",
        ),
        Figure(
            f"a closed channel: answered to the last of {arguments.sockets} told",
            (room.out[-1] - answered) * 1e3,
            "ms",
            OUT_LIMIT,
        ),
        Figure(f"{arguments.sockets} enter", entered[0] * 1e3, "ms", note=f"{entered[1]:.0f} µs of the API's CPU each"),
    ]


async def _until(come: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not come():
        if time.monotonic() > deadline:
            sys.exit("not all sockets have heard all of it")
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10, help="messages a second")
    given = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    sys.exit(uvloop.run(main(given)))
