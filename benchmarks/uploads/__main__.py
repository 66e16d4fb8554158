"""Uploads sent to the API beside the same bytes sent to a bare receiver; exit 1 past the limit.

Rounds alternate. Each sends one file by PATCH over loopback, as fast as it is taken, and asks for the CPU time the
server took for it: one process has one core, and what else the machine does counts for neither. `python -m
benchmarks.uploads`.
"""

import argparse
import asyncio
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from benchmarks.database import installation
from benchmarks.figures import Figure, report
from benchmarks.http.servers import Server, limit, storecast
from benchmarks.processes import cpu_seconds, memory_mb
from storecast.kit.settings import Settings
from tests.factories.accounts import member
from tests.factories.channels import channel
from tests.factories.platform import running_app
from tests.factories.uploads import announced

LEAST_THROUGHPUT = 0.5  # of the bare receiver's, bytes a second of CPU time
MOST_MEMORY = 32.0  # MB that the API grows by while it takes a file
BLOCK = bytes(1024 * 1024)


async def main(rounds: int, megabytes: int) -> int:
    async with installation() as settings:
        paths = await addresses(settings, rounds, megabytes)
        with storecast(settings) as api, limit(settings.data_dir, settings.data_dir, "benchmarks.uploads.bare") as bare:
            return await compare(settings.data_dir, api, bare, paths, megabytes)


async def addresses(settings: Settings, rounds: int, megabytes: int) -> list[str]:
    """Of as many uploads, announced before anything is measured, and one to warm up with."""
    async with running_app(settings) as anyone:
        owner = await member(anyone)
        show = await channel(owner.client)
        found = []
        for _ in range(rounds + 1):
            answer = await owner.client.post(f"events/{show['id']}/media/add", announced(megabytes * len(BLOCK)))
            found.append(urlsplit(answer.json()["data"]["upload"]["url"]).path)
        return found


async def compare(folder: Path, api: Server, bare: Server, paths: list[str], megabytes: int) -> int:
    ratios, walls, before = [], [], 0.0
    for turn, path in enumerate(paths):
        took = {}
        for server in (api, bare) if turn % 2 else (bare, api):
            took[server.name] = await send(server, path, megabytes)
        if turn == 0:
            before = memory_mb(api.pid)
            continue
        ratios.append(took["bare"][0] / took["storecast"][0])
        walls.append(took["bare"][1] / took["storecast"][1])
        rates = [
            f"{name} {megabytes / cpu:.0f} MB/s of CPU, {megabytes / wall:.0f} MB/s"
            for name, (cpu, wall) in took.items()
        ]
        print(f"round {turn}: {'; '.join(sorted(rates))}", flush=True)
        for file in (*folder.glob("received-*"), *(folder / "uploads").glob("*")):
            file.unlink(missing_ok=True)
    return report(
        [
            Figure(
                "upload, throughput to a bare receiver, by CPU time", statistics.median(ratios), least=LEAST_THROUGHPUT
            ),
            Figure("upload, throughput to a bare receiver, by the clock", statistics.median(walls), note="no limit"),
            Figure("upload, memory the API grew by", memory_mb(api.pid) - before, "MB", limit=MOST_MEMORY),
        ]
    )


async def send(server: Server, path: str, megabytes: int) -> tuple[float, float]:
    """CPU seconds of the server, and seconds."""
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    headers = {
        "Host": address.netloc,
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": "0",
        "Content-Length": str(megabytes * len(BLOCK)),
        "Connection": "close",
    }
    cpu, began = cpu_seconds(server.pid), time.perf_counter()
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode())
    for _ in range(megabytes):
        writer.write(BLOCK)
        await writer.drain()
    answer = await reader.read()
    if b" 204 " not in answer.partition(b"\r\n")[0]:
        sys.exit(f"{server.name} answers {answer[:500]!r}")
    writer.close()
    return cpu_seconds(server.pid) - cpu, time.perf_counter() - began


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--megabytes", type=int, default=200)
    arguments = parser.parse_args()
    sys.exit(uvloop.run(main(arguments.rounds, arguments.megabytes)))
