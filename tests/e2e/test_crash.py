"""Any one part dies under a live show, and nobody notices for long."""

import asyncio
import os
import signal
from pathlib import Path

import av
import httpx
import pytest

from tests.e2e.installation import Installation, Merchant, publishing
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


async def chat_lines(merchant: Merchant) -> list[str]:
    answer = await merchant.call("POST", "thread/read", {"threadSlug": merchant.slug, "userId": "0"})
    return [message["data"] for message in answer["data"]["messages"]["data"]]


async def session_of(merchant: Merchant) -> str | None:
    details = await merchant.details()
    found: str | None = details["stream"]["data"]["session_id"]
    return found


def recording_seconds(installation: Installation, session: str) -> float:
    """How much of the session can be read from disk: its takes while it goes on, its one file afterwards."""
    folder = installation.folder / "data"
    whole = folder / "storage" / "recordings" / f"{session}.mp4"
    files = [whole] if whole.exists() else sorted((folder / "recordings" / session).glob("take-*.mp4"))
    return sum(_seconds(path) for path in files)


def _seconds(path: Path) -> float:
    try:
        with av.open(str(path)) as container:
            stamps = [
                float(packet.pts * packet.time_base) for packet in container.demux(video=0) if packet.pts is not None
            ]
    except (av.error.InvalidDataError, av.error.EOFError):
        return 0.0  # nothing of it was written yet
    return max(stamps) - min(stamps) if stamps else 0.0


async def killed(installation: Installation, part: str) -> None:
    """Until it is back, and all is well again."""
    pid = installation.child(part)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    async def back() -> bool:
        if installation.child(part) in (None, pid):
            return False
        for port in (installation.port, installation.realtime_port, installation.broadcast_port):
            try:
                answer = await installation.http.get(f"http://127.0.0.1:{port}/health/ready")
            except httpx.HTTPError:
                return False
            if answer.status_code != 200:
                return False
        return True

    await eventually(back, 20)


@pytest.mark.parametrize("parts", [["api", "realtime", "worker", "postgres"], ["broadcast"]], ids=", ".join)
async def test_killed_part_comes_back_and_the_show_goes_on(
    installation: Installation, merchant: Merchant, parts: list[str]
) -> None:
    """One after the other in one show; a new connection of the encoder's only where it went with the part."""
    await merchant.call("POST", "messages", {"data": "before", "thread_id": merchant.channel["thread_id"]})
    async with publishing(merchant) as encoder:
        await eventually(merchant.is_live, 30)
        session = await session_of(merchant)
        assert session is not None

        async def recorded() -> bool:
            return await asyncio.to_thread(recording_seconds, installation, session) > 3

        await eventually(recorded, 30)
        before = recording_seconds(installation, session)
        for part in parts:
            await killed(installation, part)
        if "broadcast" in parts:
            await asyncio.wait_for(encoder.wait(), 20)  # its connection is gone, as any encoder would see it
    if "broadcast" not in parts:
        await _finished(installation, session, before)
        assert await chat_lines(merchant) == ["before"]
        return
    async with publishing(merchant):

        async def goes_on() -> bool:
            return await asyncio.to_thread(recording_seconds, installation, session) > before + 3

        await eventually(goes_on, 20)
        assert await merchant.is_live()
        assert await session_of(merchant) == session
    await _finished(installation, session, before)
    assert await chat_lines(merchant) == ["before"]


async def _finished(installation: Installation, session: str, at_least: float) -> None:
    """The session's one recording is there, with what had been recorded before the crash."""
    whole = installation.folder / "data" / "storage" / "recordings" / f"{session}.mp4"

    async def written() -> bool:
        return whole.exists()

    await eventually(written, 30)
    assert recording_seconds(installation, session) >= at_least
