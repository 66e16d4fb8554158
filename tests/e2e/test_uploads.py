"""An upload is cut where chance has it, and the api killed under it: it goes on at the byte, and is whole."""

import asyncio
import contextlib
import hashlib
import os
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from storecast.kit.settings import Settings
from tests.e2e.installation import Installation, Merchant
from tests.factories.uploads import TUS, Json, announced
from tests.waiting import eventually

WEB = Path(__file__).parents[2] / "web"
MB = 1_000_000

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


async def test_an_upload_is_cut_and_the_api_killed(
    installation: Installation, merchant: Merchant, tmp_path: Path
) -> None:
    await upload_through_cuts(installation, merchant, tmp_path, size=40 * MB, cuts=5, kills=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_large_upload_is_cut_twenty_times(
    installation: Installation, merchant: Merchant, tmp_path: Path
) -> None:
    await upload_through_cuts(installation, merchant, tmp_path, size=300 * MB, cuts=20, kills=3)


async def upload_through_cuts(
    installation: Installation, merchant: Merchant, folder: Path, *, size: int, cuts: int, kills: int
) -> None:
    """Cuts fall on any byte; as many of them as `kills` by killing the api."""
    chance = random.Random(53_974)
    content = await film(folder, size, chance)
    begun = await begin(merchant, content)
    ends = sorted(chance.sample(range(1, len(content)), cuts))
    killed = set(chance.sample(ends, kills))
    for end in ends:
        here = await offset_of(installation, begun)
        assert here <= end
        async with sending(installation, begun, here, content[here:end], len(content)) as line:
            await line.drain()
            if end in killed:
                await eventually(lambda: lying(installation, begun) > here, 60)  # noqa: B023
                await kill_api(installation)
        told = await settled(installation, begun, 0 if end in killed else end)
        progress = (await merchant.call("GET", f"media/{begun['id']}/uploads"))["data"]
        assert progress["offset"] == told <= end
    here = await offset_of(installation, begun)
    answer = await installation.http.request(
        "PATCH", begun["upload"]["url"], content=content[here:], headers=patching(here), timeout=120
    )
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(content)))
    await eventually(lambda: stored(installation, begun) is not None, 60)
    path = stored(installation, begun)
    assert path is not None
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(content).digest()
    await eventually(lambda: lying(installation, begun) == 0, 30)
    assert await offset_of(installation, begun) == len(content)


async def test_the_client_of_pages_uploads_while_the_api_is_killed(
    installation: Installation, merchant: Merchant, tmp_path: Path
) -> None:
    if not (WEB / "node_modules" / "tus-js-client").exists():
        pytest.skip("tus-js-client is not installed: make setup")
    content = await film(tmp_path, 60 * MB, random.Random(7))
    begun = await begin(merchant, content)
    client = await asyncio.create_subprocess_exec(
        *("node", str(Path(__file__).with_name("tus.mjs")), begun["upload"]["url"], str(tmp_path / "film.mp4")),
        stdout=asyncio.subprocess.PIPE,
    )
    assert client.stdout is not None
    await client.stdout.readline()
    await kill_api(installation)
    told = (await client.stdout.read()).decode().split()
    assert await client.wait() == 0
    assert told[-1] == "sent"
    await eventually(lambda: stored(installation, begun) is not None, 60)
    path = stored(installation, begun)
    assert path is not None
    assert path.read_bytes() == content


async def film(folder: Path, size: int, chance: random.Random) -> bytes:
    """So many bytes of a real video, and what does not belong to it behind."""
    path = folder / "film.mp4"
    process = await asyncio.create_subprocess_exec(
        Settings().ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin",
        "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-t", "4",
        "-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart", str(path),
    )  # fmt: skip
    assert await process.wait() == 0
    head = path.read_bytes()
    rest = size - len(head)
    noise = b"".join(chance.randbytes(MB) for _ in range(rest // MB + 1))
    free = rest.to_bytes(4, "big") + b"free" + noise[: rest - 8]  # a box that players pass over
    path.write_bytes(head + free)
    return head + free


async def begin(merchant: Merchant, content: bytes) -> Json:
    checksum = hashlib.sha256(content).hexdigest()
    path = f"events/{merchant.channel['id']}/media/add"
    begun: Json = (await merchant.call("POST", path, announced(len(content), checksum=checksum)))["data"]
    return begun


def patching(offset: int) -> dict[str, str]:
    return {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}


@contextlib.asynccontextmanager
async def sending(
    installation: Installation, begun: Json, here: int, content: bytes, size: int
) -> AsyncIterator[asyncio.StreamWriter]:
    """A client that goes away in the midst of what it announced."""
    _, line = await asyncio.open_connection("127.0.0.1", installation.port)
    path = httpx.URL(begun["upload"]["url"]).path
    headers = {"Host": "127.0.0.1", **patching(here), "Content-Length": str(size - here)}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line.write(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode() + content)
    with contextlib.suppress(OSError):
        yield line
    line.close()


async def offset_of(installation: Installation, begun: Json) -> int:
    """As the server says, once there is one."""
    found: list[int] = []

    async def told() -> bool:
        with contextlib.suppress(httpx.HTTPError, KeyError):
            answer = await installation.http.head(begun["upload"]["url"], headers=TUS)
            found.append(int(answer.headers["Upload-Offset"]))
        return bool(found)

    await eventually(told, 60)
    return found[-1]


async def settled(installation: Installation, begun: Json, at_least: int) -> int:
    """The offset once what came before a cut is written; a request may wait for a while before it is taken up."""
    last = [-1]

    async def same() -> bool:
        before, last[0] = last[0], await offset_of(installation, begun)
        return before == last[0] >= at_least and not held(installation, begun)

    await eventually(same, 60)
    return last[0]


def partial_of(installation: Installation, begun: Json) -> Path:
    return installation.folder / "data" / "uploads" / begun["upload"]["url"].split("/")[-2]


def lying(installation: Installation, begun: Json) -> int:
    path = partial_of(installation, begun)
    return path.stat().st_size if path.exists() else 0


def held(installation: Installation, begun: Json) -> bool:
    """Whether somebody writes it, as the system says."""
    path = partial_of(installation, begun)
    if not path.exists():
        return False
    locks = [line.split() for line in Path("/proc/locks").read_text().splitlines() if "FLOCK" in line]
    return any(words[-3].endswith(f":{path.stat().st_ino}") for words in locks)


def stored(installation: Installation, begun: Json) -> Path | None:
    folder = installation.folder / "data" / "storage" / "media" / begun["id"]
    return next(iter(folder.rglob("upload")), None) if folder.exists() else None


async def kill_api(installation: Installation) -> None:
    pid = installation.child("api")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: installation.child("api") not in (None, pid), 60)
