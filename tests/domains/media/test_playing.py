"""Who gets a video's bytes."""

from collections.abc import Callable
from datetime import datetime

import pytest

from storecast.kit.clock import utcnow
from storecast.kit.http import trace
from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.media import fetch, processed, show_video
from tests.factories.platform import Client


async def video_of(owner: Member, clock: Callable[[], datetime] = utcnow, privacy: int = 0) -> Json:
    made = await channel(owner.client, slug="lamps", privacy=privacy)
    return await processed(owner.client, await show_video(owner.client, made["id"], clock))


async def test_a_private_video_plays_with_its_token_alone(owner: Member, anyone: Client) -> None:
    video = await video_of(owner, privacy=2)
    *start, token, hls, name = video["hls_url"].split("/")
    assert (await fetch(anyone, video["hls_url"])).status_code == 200
    assert (await fetch(anyone, "/".join([*start, hls, name]))).status_code == 403
    assert (await fetch(anyone, "/".join([*start, token[:-2] + "AA", hls, name]))).status_code == 403
    other = process_of(anyone.app).playback_tokens.token("another", utcnow(), opens=True)
    assert (await fetch(anyone, "/".join([*start, other, hls, name]))).status_code == 403
    closed = process_of(anyone.app).playback_tokens.token(video["id"], utcnow(), opens=False)
    assert (await fetch(anyone, "/".join([*start, closed, hls, name]))).status_code == 403


async def test_a_shared_link_dies_with_its_token(clock: Clock, owner: Member, anyone: Client) -> None:
    video = await video_of(owner, clock, privacy=2)
    clock.move(hours=12)
    assert (await fetch(anyone, video["hls_url"])).status_code == 200
    clock.move(hours=2)
    assert (await fetch(anyone, video["hls_url"])).status_code == 403


async def test_a_deleted_video_plays_to_its_editors_alone_whatever_links_are_out(
    clock: Clock, owner: Member, anyone: Client
) -> None:
    video = await video_of(owner, clock, privacy=2)
    assert (await fetch(anyone, video["hls_url"])).status_code == 200
    await owner.client.delete(f"events/media/{video['id']}")
    clock.move(seconds=6)
    assert (await fetch(anyone, video["hls_url"])).status_code == 403
    (deleted,) = (await owner.client.get("events/lamps/media?deleted=true")).json()["data"]
    assert (await fetch(anyone, deleted["hls_url"])).status_code == 200


async def test_no_log_has_what_opens_a_video(
    owner: Member, anyone: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes long for a film is told of as slow."""
    monkeypatch.setattr(trace, "SLOW_SECONDS", -1.0)
    video = await video_of(owner, privacy=2)
    assert (await fetch(anyone, video["hls_url"])).status_code == 200
    slow = [record.getMessage() for record in caplog.records if f"/videos/{video['id']}/" in record.getMessage()]
    assert slow
    token = next(part for part in video["hls_url"].split("/") if part.count(".") == 2 and len(part) > 64)
    assert not any(token in line for line in slow)


async def test_an_open_video_needs_none_until_the_channel_is_private(
    clock: Clock, owner: Member, anyone: Client
) -> None:
    video = await video_of(owner, clock)
    assert (await fetch(anyone, video["hls_url"])).headers["Cache-Control"].startswith("public")
    await owner.client.put("events/lamps", {"privacy": 2})
    clock.move(seconds=6)
    assert (await fetch(anyone, video["hls_url"])).status_code == 403


async def test_a_clock_that_is_set_back_keeps_no_video_open(clock: Clock, owner: Member, anyone: Client) -> None:
    video = await video_of(owner, clock)
    assert (await fetch(anyone, video["hls_url"])).status_code == 200
    await owner.client.put("events/lamps", {"privacy": 2})
    clock.move(hours=-1)
    assert (await fetch(anyone, video["hls_url"])).status_code == 403


async def test_a_download_has_the_videos_name_and_comes_in_parts(clock: Clock, owner: Member, anyone: Client) -> None:
    video = await video_of(owner, clock, privacy=2)
    await owner.client.put(f"events/media/{video['id']}", {"name": "Lampes d’été / 5:00"})
    link = (await owner.client.get(f"events/media/{video['id']}/download")).json()["data"]
    assert (link["filename"].startswith("Lampes d’été   5 00 20"), link["size"]) == (True, 5)
    whole = await fetch(anyone, link["url"])
    assert whole.content == b"video"
    for_curl, for_all = whole.headers["Content-Disposition"].split("; ")[1:]
    assert for_curl.startswith('filename="Lampes d__t_   5 00 20')
    assert for_all.startswith("filename*=UTF-8''Lampes%20d%E2%80%99%C3%A9t%C3%A9")
    part = await fetch(anyone, link["url"], headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"ide")
    clock.move(seconds=3601)
    assert (await fetch(anyone, link["url"])).status_code == 403


async def test_a_token_to_watch_does_not_open_the_file(owner: Member, anyone: Client) -> None:
    video = await video_of(owner, privacy=2)
    watching = video["hls_url"].rpartition("/hls/")[0]
    assert (await fetch(anyone, f"{watching}/file")).status_code == 403
    saving = (await owner.client.get(f"events/media/{video['id']}/download")).json()["data"]["url"]
    assert (await fetch(anyone, saving.replace("/file", "/hls/index.m3u8"))).status_code == 403


@pytest.mark.parametrize(
    "name", ["hls/none.m4s", "..%2f..%2fkeys", "hls/../../x", "hls/.hidden", "x" * 300, "a/b/c", "hls/index.m3u8%00"]
)
async def test_names_that_lead_elsewhere_lead_nowhere(owner: Member, anyone: Client, name: str) -> None:
    video = await video_of(owner)
    folder = video["hls_url"].rpartition("/hls/")[0]
    assert (await fetch(anyone, f"{folder}/{name}")).status_code in (403, 404)
