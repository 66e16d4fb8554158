"""Trims and clips: what is asked for, what is kept, and the way back."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from storecast.domains.media.models import MediaStatus, VersionState
from storecast.domains.media.schemas import MOST_SPANS
from storecast.domains.media.versions import CLIP_LONGEST, CLIP_SHORTEST, SHORTEST
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.media import processed, show_video

OFFERED = Path(__file__).parents[3] / "web/src/pages/studio/library/spans.ts"


@pytest.fixture
async def video(owner: Member) -> Json:
    """Of 60 seconds."""
    made = await channel(owner.client, slug="lamps")
    return await processed(owner.client, await show_video(owner.client, made["id"]))


async def trim(owner: Member, video: Json, body: object) -> Json:
    answer = await owner.client.patch(f"events/media/{video['id']}/trim", body)
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()["data"]
    return shown


async def cut(owner: Member, video: Json) -> None:
    """As the worker does when a version is made."""
    async with unit_of_work(process_of(owner.client.app)) as unit:
        media = await unit.media.find(video["id"])
        versions = (await unit.media.versions([media]))[media.id]
        former, made = versions[VersionState.CURRENT], versions[VersionState.MAKING]
        former.state, former.kept_until = VersionState.KEPT, unit.now + timedelta(days=7)
        await unit.db.flush()
        made.state, made.key, made.made_at = VersionState.CURRENT, f"media/{made.folder}/film.mp4", unit.now
        made.duration = media.duration = sum(end - start for start, end in made.spans)
        media.status = MediaStatus.READY


async def test_a_trim_leaves_the_video_as_it_is_until_it_is_made(owner: Member, video: Json) -> None:
    trimming = await trim(owner, video, {"start": 3.217, "end": 9.983})
    assert (trimming["trimming"], trimming["duration"], trimming["status"]) == (True, 60.0, "ready")
    assert trimming["hls_url"] == video["hls_url"]
    again = await owner.client.patch(f"events/media/{video['id']}/trim", {"start": 1, "end": 2})
    assert again.status_code == 409


async def test_a_trim_under_way_can_be_ended(owner: Member, video: Json) -> None:
    await trim(owner, video, {"start": 3.217, "end": 9.983})
    ended = (await owner.client.post(f"events/media/{video['id']}/trim/undo")).json()["data"]
    assert (ended["trimming"], ended["duration"]) == (False, 60.0)
    assert (await owner.client.post(f"events/media/{video['id']}/trim/undo")).status_code == 409


async def test_what_was_trimmed_comes_back(owner: Member, video: Json) -> None:
    await trim(owner, video, {"keep": [{"start": 0, "end": 20}, {"start": 30, "end": 45.5}]})
    await cut(owner, video)
    shown = (await owner.client.get(f"events/media/{video['id']}")).json()["data"]
    assert (shown["duration"], shown["undo_until"] is not None) == (35.5, True)
    back = (await owner.client.post(f"events/media/{video['id']}/trim/undo")).json()["data"]
    assert (back["duration"], back["undo_until"], back["hls_url"]) == (60.0, None, video["hls_url"])


async def test_a_confirmed_trim_does_not(owner: Member, video: Json) -> None:
    await trim(owner, video, {"start": 10, "end": 20})
    await cut(owner, video)
    assert (await owner.client.post(f"events/media/{video['id']}/trim/confirm")).json()["data"]["undo_until"] is None
    assert (await owner.client.post(f"events/media/{video['id']}/trim/undo")).status_code == 409
    assert (await owner.client.post(f"events/media/{video['id']}/trim/confirm")).status_code == 409


async def test_after_a_week_a_trim_cannot_be_undone(clock: Clock, owner: Member) -> None:
    made = await channel(owner.client, slug="vases")
    video = await processed(owner.client, await show_video(owner.client, made["id"], clock))
    await trim(owner, video, {"start": 10, "end": 20})
    await cut(owner, video)
    async with unit_of_work(process_of(owner.client.app), clock() + timedelta(days=60)) as unit:
        await unit.media.look_after(unit.now)
    assert (await owner.client.post(f"events/media/{video['id']}/trim/undo")).status_code == 409


async def test_a_clip_is_a_video_of_its_own(owner: Member, video: Json) -> None:
    answer = await owner.client.post(f"media/{video['id']}/clips", {"start": 5, "end": 35, "name": "The reed lamp"})
    clip = answer.json()["data"]
    assert (clip["name"], clip["origin"], clip["clip_of"]) == ("The reed lamp", "clip", video["id"])
    assert (clip["status"], clip["duration"], clip["in_playlist"]) == ("processing", 30.0, False)
    found = (await owner.client.get("events/lamps/media")).json()["data"]
    assert [each["id"] for each in found] == [clip["id"], video["id"]]


async def test_a_clip_of_a_trim_that_is_undone_meanwhile_says_that_it_is_gone(owner: Member, video: Json) -> None:
    await trim(owner, video, {"start": 5, "end": 45})
    await cut(owner, video)
    clip = (await owner.client.post(f"media/{video['id']}/clips", {"start": 5, "end": 35})).json()["data"]
    assert (await owner.client.post(f"events/media/{video['id']}/trim/undo")).status_code == 200
    process = process_of(owner.client.app)
    async with unit_of_work(process) as unit:
        version = await unit.media.watched(await unit.media.find(clip["id"]))
    await process.processor.process(version.id)
    shown = (await owner.client.get(f"events/media/{clip['id']}")).json()["data"]
    assert (shown["status"], shown["problem"]) == ("failed", "Its file is gone.")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "start"),
        ({"start": 1}, "end"),
        ({"start": 5, "end": 5}, "end"),
        ({"start": 9, "end": 5}, "end"),
        ({"start": 60, "end": 61}, "start"),
        ({"start": 0, "end": 61}, "end"),
        ({"start": -1, "end": 5}, "start"),
        ({"start": "soon", "end": 5}, "start"),
        ({"start": 1e999, "end": 5}, "start"),
        ({"keep": []}, "keep"),
        ({"keep": [{"start": 0, "end": 5}], "start": 1, "end": 2}, "keep"),
        ({"keep": [{"start": 5, "end": 10}, {"start": 9, "end": 12}]}, "keep.1.start"),
        ({"keep": [{"start": 5, "end": 70}]}, "keep.0.end"),
        ({"keep": [{"start": 0, "end": 1}] * 21}, "keep"),
    ],
)
async def test_bad_spans_are_refused_by_their_field(owner: Member, video: Json, body: Json, field: str) -> None:
    if body.get("start") == float("inf"):
        refused = await owner.client.patch(
            f"events/media/{video['id']}/trim",
            content=b'{"start": 1e999, "end": 5}',
            headers={"Content-Type": "application/json"},
        )
    else:
        refused = await owner.client.patch(f"events/media/{video['id']}/trim", body)
    assert refused.status_code == 422, refused.text
    assert refused.json()["error"]["messages"][0]["field"] == field


@pytest.mark.parametrize(("start", "end"), [(0, 14), (0, 91), (50, 70), (10, 5)])
async def test_clips_are_15_to_90_seconds_of_the_video(owner: Member, video: Json, start: int, end: int) -> None:
    refused = await owner.client.post(f"media/{video['id']}/clips", {"start": start, "end": end})
    assert refused.status_code == 422
    assert refused.json()["error"]["messages"][0]["field"] == "end"


async def test_what_is_not_ready_is_not_cut(owner: Member) -> None:
    made = await channel(owner.client, slug="vases")
    video = await show_video(owner.client, made["id"])
    assert (await owner.client.patch(f"events/media/{video['id']}/trim", {"start": 1, "end": 2})).status_code == 409
    assert (await owner.client.post(f"media/{video['id']}/clips", {"start": 1, "end": 20})).status_code == 409


async def test_strangers_know_nothing_of_it(owner: Member, stranger: Member, video: Json) -> None:
    for path in ("trim/undo", "trim/confirm", "restore", "sync"):
        assert (await stranger.client.post(f"events/media/{video['id']}/{path}")).status_code == 404
    assert (await stranger.client.post(f"media/{video['id']}/clips", {"start": 1, "end": 20})).status_code == 404
    assert (await stranger.client.get(f"events/media/{video['id']}")).status_code == 404


async def test_why_a_trim_failed_is_dismissed_and_why_a_video_failed_is_not(owner: Member, video: Json) -> None:
    async with unit_of_work(process_of(owner.client.app)) as unit:
        (await unit.media.find(video["id"])).problem = "It could not be processed."
    path = f"events/media/{video['id']}"
    assert (await owner.client.get(path)).json()["data"]["problem"] is not None
    dismissed = await owner.client.delete(f"{path}/problem")
    assert (dismissed.status_code, dismissed.json()["data"]["problem"]) == (200, None)
    assert (await owner.client.get(path)).json()["data"]["problem"] is None
    async with unit_of_work(process_of(owner.client.app)) as unit:
        media = await unit.media.find(video["id"])
        media.problem, media.status = "It could not be processed.", MediaStatus.FAILED
    assert (await owner.client.delete(f"{path}/problem")).status_code == 409
    assert (await owner.client.get(path)).json()["data"]["problem"] == "It could not be processed."


def test_pages_offer_the_cuts_and_clips_that_the_api_takes() -> None:
    offered = dict(re.findall(r"(SHORTEST|MOST_KEPT|shortest|longest)(?: =|:) ([\d.]+)", OFFERED.read_text()))
    assert {name: float(bound) for name, bound in offered.items()} == {
        "SHORTEST": SHORTEST, "MOST_KEPT": MOST_SPANS, "shortest": CLIP_SHORTEST, "longest": CLIP_LONGEST,
    }  # fmt: skip
