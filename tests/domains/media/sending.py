"""Sends what uploads are made of, as plain clients do."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

from storecast.kit.settings import Settings
from tests.factories.uploads import TusClient

FILM = random.Random(1).randbytes(3_000_000)  # of several pieces


def head_of(method: str, path: str, **headers: object) -> bytes:
    told = {"Host": "shop.test", **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode()


def patch_head(path: str, offset: int, length: int) -> bytes:
    kind = "application/offset+octet-stream"
    return head_of("PATCH", path, Content_Type=kind, Upload_Offset=offset, Content_Length=length, Tus_Resumable="1.0.0")


@contextlib.asynccontextmanager
async def sending(port: int, sent: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """Somebody who has sent so much, and says no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    yield reader
    writer.close()


def lying(installed: Settings, tus: TusClient) -> bytes:
    """What is here of it, on the disk."""
    path = installed.data_dir / "uploads" / tus.path.split("/")[2]
    return path.read_bytes() if path.exists() else b""


# tus: core


def unlocked(installed: Settings, tus: TusClient) -> bool:
    """Whether nobody writes it. The system is asked: who tries to take a lock has it for a moment."""
    path = installed.data_dir / "uploads" / tus.path.split("/")[2]
    if not path.exists():
        return True
    return not any(line.split()[-3].endswith(f":{path.stat().st_ino}") for line in open_locks())


def open_locks() -> list[str]:
    """As `1: FLOCK  ADVISORY  WRITE 4711 08:01:131073 0 EOF`."""
    return [line for line in Path("/proc/locks").read_text().splitlines() if "FLOCK" in line]
