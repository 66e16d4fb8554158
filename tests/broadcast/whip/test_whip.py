"""Somebody goes live by WHIP: a real WebRTC publisher into the real server, seen by a real player."""

import asyncio
import re
import statistics
import time
from pathlib import Path

import aioice.ice
import psutil
import pytest

from storecast.broadcast.whip import publisher as limits
from storecast.broadcast.whip.offer import LARGEST, BadOffer, checked
from storecast.contracts import hooks
from tests.broadcast.node import Node, running_node
from tests.broadcast.recording.takes import decode_errors, seen
from tests.broadcast.whip.publisher import SDP, Film, bearer, publisher
from tests.waiting import eventually

APART = 0.040  # seconds of sound and picture
H264 = "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id={profile}\r\n"
OFFER = (
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=ice-ufrag:abcd\r\n"
    "a=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\na=setup:actpass\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\na=rtcp-mux\r\n"
)
GOOD = OFFER + H264.format(profile="42e01f")
DATA = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\na=rtcp-mux\r\n"


@pytest.fixture(scope="module")
def film() -> Film:
    return Film.made()


@pytest.fixture(autouse=True)
def on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The publisher's own candidates."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])


def receivers() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "storecast.broadcast.whip.receiving" in each.cmdline()]


async def started(node: Node, takes: int = 1) -> hooks.SessionStarted:
    await eventually(lambda: len(node.peer.of(hooks.SessionStarted)) >= takes)
    return node.peer.of(hooks.SessionStarted)[-1]


async def test_a_show_by_whip_is_watched_and_kept_with_picture_and_sound_in_step(node: Node, film: Film) -> None:
    async with publisher(node.http, film) as client:
        await client.go_live()
        told = await started(node)
        assert (told.width, told.height, told.audio_codec) == (320, 180, "mp4a.40.2")
        viewer = node.viewer()
        listed = await viewer.until((await viewer.playlist()).newest + 3)
        assert len(listed.segments) >= 3
        assert (await client.delete()).status_code == 200
    await eventually(lambda: node.peer.of(hooks.SessionEnded))
    assert node.peer.of(hooks.SessionEnded)[0].reason == "unpublished"
    kept = await node.recording(told.session_id)
    assert await decode_errors(kept) == ""
    found = seen(kept)
    beeps = [beep for beep in found.beeps if beep > 2]  # by then sound is turned into AAC as it comes
    apart = [min((abs(beep - flash), beep - flash) for flash in found.flashes)[1] for beep in beeps]
    assert len(apart) >= 2
    assert abs(statistics.median(apart)) < APART, apart


async def test_who_was_lost_and_whose_receiver_died_goes_on_in_the_same_session(node: Node, film: Film) -> None:
    async with publisher(node.http, film) as client:
        await client.go_live()
        first = await started(node)
    await eventually(lambda: node.peer.of(hooks.SessionDropped))  # closed without a word
    async with publisher(node.http, film) as client:
        await client.go_live()
        await started(node, 2)
        (receiver,) = receivers()
        receiver.kill()
        await eventually(lambda: len(node.peer.of(hooks.SessionDropped)) == 2)
        assert node.server.whip.connections == 0
    async with publisher(node.http, film) as client:
        await client.go_live()
        assert (await started(node, 3)).session_id == first.session_id
        await client.delete()
    await eventually(lambda: node.peer.of(hooks.SessionRecorded), 30)
    (recorded,) = node.peer.of(hooks.SessionRecorded)
    for file in recorded.files:
        assert await decode_errors(node.settings.data_dir / "storage" / file.key) == ""


async def test_a_key_is_needed_and_a_show_is_not_taken_over(live: Node) -> None:
    live.peer.stopped["other"] = "The show was ended a moment ago."
    without = await live.http.post("/whip", content=GOOD, headers=SDP)
    assert (without.status_code, without.headers["www-authenticate"]) == (401, "Bearer")
    for key, status, reason in (
        ("wrong", 401, "unknown_key"),
        ("x" * 300, 401, "unknown_key"),
        ("right", 409, "taken"),
        ("other", 423, "stopped"),
    ):
        answer = await live.http.post("/whip", content=GOOD, headers=SDP | bearer(key))
        assert (answer.status_code, answer.json()["error"]["reason"]) == (status, reason)
        assert answer.json()["error"]["message"]
    assert live.server.whip.connections == 0
    assert receivers() == []


@pytest.mark.parametrize(
    ("offer", "status"),
    [
        ("", 400),
        ("garbage", 400),
        (b"\xff\xfe\x00", 400),
        ("v=0\r\ns=-\r\n", 422),
        ("v=0\r\n" * (LARGEST // 4), 413),
        ("v=0\r\n" * 3000, 400),
        (GOOD.replace("a=ice-pwd", "a=no"), 400),
        (OFFER + "a=rtpmap:96 VP8/90000\r\n", 422),
        (OFFER + "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=0\r\n", 422),
        (GOOD.replace("m=video", "m=audio"), 422),
        (OFFER[: OFFER.index("m=video")] + DATA, 422),
        (GOOD + DATA, 422),
        (GOOD.replace("sendonly", "recvonly"), 422),
        (OFFER + H264.format(profile="zzzzzz"), 422),
        (GOOD.replace("sha-256 AB", "sha-256"), 422),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_words(offer: str | bytes, status: int, live: Node) -> None:
    live.peer.keys["third"] = "playback3"
    answer = await live.http.post("/whip", content=offer, headers=SDP | bearer("third"))
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["message"]
    await eventually(lambda: live.server.whip.connections == 0)


@pytest.mark.parametrize("profile", ["42e01f", "4d001f", "640028"])
async def test_h264_of_any_profile_is_answered_with_a_place_to_send_to_and_no_way_to_anywhere_else(
    profile: str, live: Node
) -> None:
    """OBS offers High, and browsers hide their addresses behind names, which need not be known here."""
    hidden = "a=candidate:1 1 UDP 2122252543 7f3a9c1e.local 50000 typ host\r\na=end-of-candidates\r\n"
    live.peer.keys[profile] = f"playback-{profile}"
    offer = OFFER + "a=rtpmap:96 H264/90000\r\n" + H264.format(profile=profile) + hidden
    answer = await live.http.post("/whip", content=offer, headers=SDP | bearer(profile))
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/sdp")
    assert f"profile-level-id={profile}" in answer.text
    (host, port), *more = re.findall(r"a=candidate:\S+ \d \S+ \d+ (\S+) (\d+) typ host", answer.text)
    first, last = live.settings.whip_port_range
    assert (host, more) == ("127.0.0.1", [])
    assert first <= int(port) <= last
    await live.http.delete(answer.headers["location"], headers=bearer(profile))


async def test_a_line_that_loses_packets_makes_no_broken_picture(node: Node, film: Film) -> None:
    async with publisher(node.http, film, loss=0.05) as client:
        await client.go_live()
        told = await started(node)
        viewer = node.viewer()
        await viewer.until((await viewer.playlist()).newest + 2)
        await client.delete()
    assert await decode_errors(await node.recording(told.session_id)) == ""


async def test_only_an_offer_of_our_pages_is_looked_at(live: Node) -> None:
    plain = await live.http.post("/whip", content=GOOD, headers=bearer("right") | {"content-type": "text/plain"})
    assert plain.status_code == 415
    for status, origin in ((204, f"http://127.0.0.1:{live.settings.port}"), (403, "https://evil.test")):
        asked = await live.http.options("/whip", headers={"origin": origin, "access-control-request-method": "POST"})
        assert asked.status_code == status
        assert (asked.headers.get("access-control-allow-origin") == origin) == (status == 204)
    for method, path, status in (
        ("GET", "/whip", 405),
        ("PATCH", "/whip/nobody", 404),
        ("DELETE", "/whip/nobody", 404),
    ):
        assert (await live.http.request(method, path, headers=bearer("right"))).status_code == status


async def test_who_never_connects_is_let_go_and_no_more_are_taken_than_there_is_room_for(
    tmp_path: Path, clip: Path, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_node(tmp_path, clip, max_whip_publishers="1") as node:
        location = (await node.http.post("/whip", content=GOOD, headers=SDP | bearer("right"))).headers["location"]
        full = await node.http.post("/whip", content=GOOD, headers=SDP | bearer("other"))
        assert (full.status_code, full.json()["error"]["reason"]) == (503, "full")
        for method, key, status in (("PATCH", "right", 405), ("DELETE", "other", 401), ("PATCH", "other", 401)):
            assert (await node.http.request(method, location, headers=bearer(key))).status_code == status
        monkeypatch.setattr(limits, "CONNECT_SECONDS", 0.2)
        assert node.server.whip.connections == 1
        assert (await node.http.delete(location, headers=bearer("right"))).status_code == 200
        await node.http.post("/whip", content=GOOD, headers=SDP | bearer("other"))
        await eventually(lambda: node.server.whip.connections == 0)
        async with publisher(node.http, film) as client:
            await client.go_live()
            await started(node)
            children = receivers()
            assert len(children) == 1
            await node.server.stop()
            assert psutil.wait_procs(children, 5)[1] == []


def test_an_offer_of_very_many_codecs_holds_up_nobody() -> None:
    """It is looked at before its key is, where shows are served: so each line once, whatever is in the others."""

    def taken(codecs: int) -> float:
        lines = [f"a=rtpmap:{number} H264/9" for number in range(codecs)] + ["a=x"] * (1970 - codecs)
        began = time.process_time()
        with pytest.raises(BadOffer, match="mode"):
            checked((OFFER + "\r\n".join(lines)).encode())
        return time.process_time() - began

    assert min(taken(990) for _ in range(5)) < 5 * min(taken(60) for _ in range(5))


async def test_a_key_that_is_refused_while_the_server_stops_does_not_keep_it_from_that(
    tmp_path: Path, clip: Path
) -> None:
    async with running_node(tmp_path, clip) as node:
        node.peer.stopped["other"] = "The show was ended a moment ago."
        begun = await node.http.post("/whip", content=GOOD, headers=SDP | bearer("right"))
        assert begun.status_code == 201
        node.peer.down = True
        asking = asyncio.ensure_future(node.http.post("/whip", content=GOOD, headers=SDP | bearer("other")))
        await eventually(lambda: node.server.whip.connections == 2)
        closing = asyncio.ensure_future(node.server.whip.close())
        await eventually(lambda: node.server.whip.connections == 0)
        node.peer.down = False
        assert (await asking).status_code == 423
        await closing
