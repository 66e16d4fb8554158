"""Videos, as shows leave them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from storecast.contracts import hooks
from storecast.domains.media.models import Media, MediaStatus, MediaVersion
from storecast.kit.clock import utcnow
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.channels import Json
from tests.factories.nodes import Node
from tests.factories.platform import BASE, Client

BEGAN = 1_780_000_000.25  # seconds since the epoch


def run(number: int = 1, duration: float = 60.0, began: float = BEGAN, **other: Any) -> hooks.RecordedRun:
    return hooks.RecordedRun(number, duration, began, "avc1.64001f", "mp4a.40.2", 1280, 720, **other)


def file_of(session_id: str, run: hooks.RecordedRun) -> hooks.RecordedFile:
    suffix = "" if run.number == 1 else f"-{run.number}"
    return hooks.RecordedFile(
        run.number,
        f"recordings/{session_id}{suffix}.mp4",
        5,
        run.duration,
        run.started_at,
        run.video_codec,
        run.audio_codec,
        run.width,
        run.height,
    )


async def go_live(owner: Client, channel_id: str, clock: Callable[[], datetime] = utcnow) -> tuple[Node, Json]:
    """A show that is on, and the node that has it."""
    node = Node(owner, process_of(owner.app).settings, clock=clock)
    stream = (await owner.post("streams", {"event_id": channel_id})).json()["data"]
    stream = stream[0] if isinstance(stream, list) else stream
    grant: Json = (await node.publish(stream["stream_key"])).json()
    await node.start(grant)
    return node, grant


async def end(node: Node, grant: Json, *runs: hooks.RecordedRun) -> None:
    report = hooks.SessionEnded(
        grant["session_id"], grant["claim"], node.clock().timestamp(), "unpublished", list(runs)
    )
    assert (await node.call(hooks.ENDED, report)).status_code == 204


async def store(node: Node, grant: Json, *runs: hooks.RecordedRun) -> None:
    """Its files are in storage, whatever is in them."""
    files = [file_of(grant["session_id"], each) for each in runs]
    for each in files:
        await process_of(node.client.app).storage.put(each.key, b"video")
    assert (await node.call(hooks.RECORDED, hooks.SessionRecorded(grant["session_id"], files))).status_code == 204


async def show_video(owner: Client, channel_id: str, clock: Callable[[], datetime] = utcnow) -> Json:
    """A video that a show left, as its editors see it; not processed yet."""
    node, grant = await go_live(owner, channel_id, clock)
    await end(node, grant, run())
    await store(node, grant, run())
    found: Json = (await owner.get(f"events/{channel_id}/media")).json()["data"][0]
    return found


async def processed(owner: Client, media: Json) -> Json:
    """As if it had been processed: what is made of its file is for the tests of that."""
    process = process_of(owner.app)
    async with unit_of_work(process) as unit:
        row: Media = await unit.media.find(media["id"])
        version: MediaVersion = await unit.media.watched(row)
        folder = f"media/{row.hash_id}/{version.folder}"
        for name, content in (("hls/index.m3u8", b"#EXTM3U\n"), ("poster.webp", b"RIFF")):
            await unit.storage.put(f"{folder}/{name}", content)
        version.hls, version.poster = f"{folder}/hls/index.m3u8", f"{folder}/poster.webp"
        version.files, version.made_at = [version.hls, version.poster], unit.now
        row.status, row.progress = MediaStatus.READY, 1.0
    found: Json = (await owner.get(f"events/media/{media['id']}")).json()["data"]
    return found


async def fetch(caller: Client, url: str, **how: Any) -> httpx.Response:
    """What lies at an address the API gave."""
    return await caller.get(url.removeprefix(BASE), **how)
