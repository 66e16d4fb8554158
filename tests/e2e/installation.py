"""A whole installation under test: `storecast run` as an operator starts it, and what happens around it."""

import asyncio
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from storecast.kit.settings import Settings
from tests.ports import free_ports

Json = dict[str, Any]
# The shell has all of a page and nothing of a browser's own windows, which cost more than most pages do.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
LAN_NAME = "lan.test"  # as a browser of these tests knows this machine, by plain http: no secure context
READY_SECONDS = 60


class Installation:
    def __init__(self, folder: Path, process: asyncio.subprocess.Process, ports: list[int]) -> None:
        self.folder = folder
        self.process = process
        self.port, self.realtime_port, self.broadcast_port, self.rtmp_port = ports
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=10)
        self.output: list[str] = []
        self._networks = count(1)

    def child(self, name: str) -> int | None:
        """The process id of one of the parts, by a word of its command line; None while it is down."""
        for pid in _children(self.process.pid):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            except OSError:
                continue
            if name in words or (name == "postgres" and words[0].endswith("/postgres")):
                return pid
        return None

    async def merchant(self, slug: str) -> "Merchant":
        """A signed-in merchant with an open channel and its stream."""
        body = {"email": f"{slug}@example.com", "password": "a long password", "full_name": "Mara Ionescu"}
        await self._register(body)
        token = (await self._ok("POST", "auth/login", None, body))["access_token"]
        channel = (await self._ok("POST", "events", token, {"name": "Evening show"}))["data"]
        changes = {"slug": slug, "privacy": 0, "free_pass": True}
        channel = (await self._ok("PUT", f"events/{channel['id']}", token, changes))["data"]
        stream = (await self._ok("POST", "streams", token, {"event_id": channel["id"]}))["data"]
        return Merchant(self, token, channel, stream)

    def another_network(self) -> dict[str, str]:
        """Headers of a request from a network of its own: each has but so many registrations an hour."""
        high, low = divmod(next(self._networks), 250)
        return {"x-forwarded-for": f"198.19.{high}.{low + 1}"}  # RFC 2544's, nobody's

    async def _register(self, body: Json) -> None:
        answer = await self.http.post("auth/register", json=body, headers=self.another_network())
        assert answer.is_success, answer.text

    async def _ok(self, method: str, path: str, token: str | None, body: Json | None = None, **how: Any) -> Json:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self.http.request(method, path, json=body, headers=headers, **how)
        assert answer.is_success, answer.text
        found: Json = answer.json() if answer.content else {}
        return found


class Merchant:
    def __init__(self, installation: Installation, token: str, channel: Json, stream: Json) -> None:
        self.installation = installation
        self.token = token
        self.channel = channel
        self.stream = stream
        self.slug = channel["slug"]

    async def call(self, method: str, path: str, body: Json | None = None, **how: Any) -> Json:
        return await self.installation._ok(method, path, self.token, body, **how)

    async def details(self) -> Json:
        answer = await self.call("POST", f"events/playback/{self.slug}", {})
        found: Json = answer["data"]
        return found

    async def signed_in(self) -> dict[str, str]:
        """What a page keeps in its local storage once they have signed in, by a session of its own."""
        body = {"email": f"{self.slug}@example.com", "password": "a long password"}
        tokens = await self.installation._ok("POST", "auth/login", None, body)
        access = {"token": tokens["access_token"], "endsAt": (time.time() + 3600) * 1000}
        return {"storecast.access": json.dumps(access), "storecast.refresh": tokens["refresh_token"]}

    async def is_live(self) -> bool:
        return bool((await self.details())["stream"]["data"]["is_live"])


@asynccontextmanager
async def running(
    folder: Path, around: Mapping[str, str] | None = None, **settings: str
) -> AsyncGenerator[Installation, None]:
    ports = free_ports(4)
    flags = ("--port", "--realtime-port", "--broadcast-port", "--rtmp-port")
    arguments = [part for flag, port in zip(flags, ports, strict=True) for part in (flag, str(port))]
    environment = (
        os.environ | dict(around or {}) | {f"STORECAST_{name.upper()}": value for name, value in settings.items()}
    )
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "storecast.entrypoints.cli", "run", "--data", str(folder / "data"), *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=environment | dict(around or {}),
        )
    installation = Installation(folder, process, ports)
    try:
        await asyncio.wait_for(_ready(installation), READY_SECONDS)
        yield installation
    finally:
        await installation.http.aclose()
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 60)


async def _ready(installation: Installation) -> None:
    assert installation.process.stdout is not None
    while line := (await installation.process.stdout.readline()).decode():
        installation.output.append(line)
        if line.startswith("ready"):
            return
    raise AssertionError((installation.folder / "log").read_text()[-4000:])


H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-tune", "zerolatency", "-x265-params", "log-level=none")


@asynccontextmanager
async def publishing(
    merchant: Merchant,
    *,
    seconds: float = 600,
    video: Sequence[str] = H264,
    keyframes: int = 25,
    size: str = "320x180",
) -> AsyncGenerator[asyncio.subprocess.Process, None]:
    """A real encoder on the merchant's stream: a moving picture with a tone, until the block ends.

    25 pictures a second, a keyframe each `keyframes`.
    """
    target = f"rtmp://127.0.0.1:{merchant.installation.rtmp_port}/live/{merchant.stream['stream_key']}"
    process = await asyncio.create_subprocess_exec(
        Settings().ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-re",
        "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25",
        "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
        "-t", str(seconds), *video, "-g", str(keyframes),
        "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k", "-f", "flv", target,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)  # as pressing `q`: it says goodbye
        await asyncio.wait_for(process.wait(), 20)


def _children(pid: int) -> list[int]:
    try:
        found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*found, *(grandchild for child in found for grandchild in _children(child))]
