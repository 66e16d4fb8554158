"""Shows passed on by real processes to real servers, that fail in every way but one."""

import asyncio
import os
import signal
import ssl
import statistics
from itertools import pairwise
from pathlib import Path

import aioice.ice
import av
import pytest
import trustme

from storecast.broadcast.rtmp.amf import decode
from storecast.broadcast.tags import Kind
from storecast.contracts.hooks import RelayState, SessionEnded
from storecast.kit import launch
from tests.broadcast.browser import recordings as made
from tests.broadcast.browser.page import page
from tests.broadcast.node import Node, running_node
from tests.broadcast.recording.takes import seen
from tests.broadcast.relay.conftest import Director
from tests.broadcast.relay.receivers import Received, Receiver
from tests.broadcast.whip.publisher import Film, publisher
from tests.waiting import eventually

APART = 0.040  # seconds of sound and picture
KEY = "live_0123456789_secret"
FLASHES = (  # as a browser records them: seven seconds, a flash and a beep in the middle of each
    *("-v", "error", "-re", "-f", "lavfi", "-i"),
    "color=black:size=320x180:rate=30,drawbox=color=white:t=fill:enable=between(mod(t\\,1)\\,0.49\\,0.6)",
    *("-re", "-f", "lavfi", "-i", "aevalsrc=0.4*sin(2*PI*1000*t)*between(mod(t\\,1)\\,0.5\\,0.6):s=48000", "-t", "7"),
    *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "30", "-pix_fmt", "yuv420p"),
    *("-c:a", "libopus", "-f", "matroska", "-live", "1", "-cluster_time_limit", "100", "pipe:1"),
)


def pictures_in(path: Path) -> int:
    with av.open(str(path)) as film:
        return sum(1 for _ in film.decode(video=0))


def assert_only_aac(received: Received) -> None:
    """By headers, frames and metadata, and with time that only goes on."""
    sounds = [tag for tag in received.tags if tag.kind == Kind.AUDIO]
    assert {tag.codec for tag in sounds} == {b"mp4a"}
    assert sounds[0].header
    announced = [decode(tag.payload) for tag in received.tags if tag.kind == Kind.DATA]
    assert {each["audiocodecid"] for values in announced for each in values if isinstance(each, dict)} == {10.0}
    for tags in (received.pictures, [tag for tag in sounds if not tag.header]):
        assert all(earlier.timestamp < later.timestamp for earlier, later in pairwise(tags))


def assert_in_step(kept: Path) -> None:
    found = seen(kept)
    beeps = [beep for beep in found.beeps if beep < found.flashes[-1] + APART]
    apart = [min((abs(beep - flash), beep - flash) for flash in found.flashes)[1] for beep in beeps]
    assert len(apart) >= 3
    assert abs(statistics.median(apart)) < APART, apart


async def newest(node: Node) -> str:
    return [line for line in (await node.viewer().playlist()).text.splitlines() if "URI" in line or ".m4s" in line][-1]


@pytest.mark.timeout(180)
async def test_of_three_targets_that_fail_neither_the_show_nor_a_fourth_feels_a_thing(
    node: Node, director: Director, receivers: list[Receiver], tmp_path: Path
) -> None:
    refuses, fails, good = receivers
    refuses.refusal = f"There is no stream {KEY}."
    director.to(refuses=(refuses, KEY), fails=(fails, "k2"), good=(good, "k3"))
    encoder = node.publishers.start("right")
    await eventually(lambda: director.is_("good", RelayState.SENDING) and director.is_("fails", RelayState.SENDING), 30)
    await eventually(lambda: director.is_("refuses", RelayState.REFUSED))
    reason = director.reports()["refuses"].reason
    assert "There is no stream" in reason
    assert KEY not in reason
    await fails.die()
    await eventually(lambda: director.reports()["fails"].state in (RelayState.UNREACHABLE, RelayState.REFUSED))
    await fails.come_back()
    await eventually(lambda: director.is_("fails", RelayState.SENDING), 60)
    assert len(fails.received) == 2
    before = await newest(node)
    seen = len(good.now.pictures)
    await eventually(lambda: len(good.now.pictures) > seen + 60)
    assert await newest(node) != before
    encoder.send_signal(signal.SIGINT)
    await eventually(lambda: good.now.unpublished is True)
    assert len(good.received) == 1, "it was disturbed"
    await eventually(lambda: node.peer.of(SessionEnded))
    (ended,) = node.peer.of(SessionEnded)
    assert ended.reason == "unpublished"
    for number, received in enumerate((good.now, *fails.received)):
        assert received.pictures[0].keyframe
        kept = received.save(tmp_path / f"{number}.flv")
        assert pictures_in(kept) >= len(received.pictures) - 2
    stamps = [tag.timestamp for tag in good.now.pictures]
    assert all(0 < later - earlier < 100 for earlier, later in pairwise(stamps))


@pytest.mark.timeout(180)
async def test_target_that_stops_reading_is_behind_and_then_connected_anew(
    node: Node, director: Director, receivers: list[Receiver]
) -> None:
    frozen, good, _ = receivers
    director.to(frozen=(frozen, "k1"), good=(good, "k2"))
    node.publishers.start("right", "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-crf", "0", "-s", "1280x720")
    await eventually(
        lambda: director.is_("frozen", RelayState.SENDING) and director.is_("good", RelayState.SENDING), 40
    )
    frozen.freeze()
    await eventually(lambda: director.is_("frozen", RelayState.BEHIND), 60)
    await eventually(lambda: director.is_("frozen", RelayState.UNREACHABLE), 60)
    assert director.reports()["frozen"].code == "stuck"
    assert director.history("good")[-1] is RelayState.SENDING
    assert len(good.received) == 1
    frozen.thawed.set()
    await eventually(lambda: director.is_("frozen", RelayState.SENDING), 60)
    assert frozen.now.pictures[0].keyframe


async def test_targets_switched_during_a_show_begin_and_end_at_once(
    node: Node, director: Director, receivers: list[Receiver]
) -> None:
    first, second, _ = receivers
    director.to(first=(first, "k1"))
    node.publishers.start("right")
    await eventually(lambda: first.received and first.now.pictures)
    director.push(first=(first, "k1"), second=(second, "k2"))
    await eventually(lambda: second.received and second.now.pictures)
    director.push(second=(second, "k2"))
    await eventually(lambda: first.now.unpublished is True)
    await eventually(lambda: set(director.reports()) == {"second"})
    director.push(second=(second, "another"))
    await eventually(lambda: second.keys == ["k2", "another"] and second.now.pictures)
    assert second.received[0].unpublished is True, "two sent with one key at a time"


async def test_missed_push_is_made_up_for_by_the_next_sign_of_life(
    node: Node, director: Director, receivers: list[Receiver]
) -> None:
    node.publishers.start("right")
    await node.viewer().playlist()
    director.to(late=(receivers[0], "k1"))
    await eventually(lambda: receivers[0].received and receivers[0].now.pictures)


async def test_publisher_that_comes_back_goes_on_in_the_same_connection(
    node: Node, director: Director, receivers: list[Receiver]
) -> None:
    target = receivers[0]
    director.to(target=(target, "k1"))
    node.publishers.start("right")
    await eventually(lambda: target.received and len(target.now.pictures) > 30)
    before = len(target.now.pictures)
    node.publishers.stop_all()
    await eventually(lambda: director.code("target") == "waiting")
    node.publishers.start("right")
    await eventually(lambda: len(target.now.pictures) > before + 30)
    assert len(target.received) == 1
    stamps = [tag.timestamp for tag in target.now.pictures]
    assert stamps == sorted(stamps)
    await eventually(lambda: director.is_("target", RelayState.SENDING))


async def test_relay_that_is_killed_is_started_anew(node: Node, director: Director, receivers: list[Receiver]) -> None:
    target = receivers[0]
    director.to(target=(target, KEY))
    node.publishers.start("right")
    await eventually(lambda: target.received and target.now.pictures)
    (relay,) = relays_of_this_process()
    os.kill(relay, signal.SIGKILL)
    await eventually(lambda: len(target.received) == 2 and target.now.pictures)


async def test_key_is_in_no_command_line_environment_or_log(
    node: Node,
    director: Director,
    receivers: list[Receiver],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    receivers[0].refusal = "It is unknown."
    director.to(refuses=(receivers[0], KEY), nobody=("rtmp://127.0.0.1:9/live", KEY), takes=(receivers[1], KEY))
    node.publishers.start("right")
    await eventually(lambda: director.is_("takes", RelayState.SENDING) and director.is_("refuses", RelayState.REFUSED))
    await eventually(lambda: director.is_("nobody", RelayState.UNREACHABLE))
    for relay in relays_of_this_process():
        for part in ("cmdline", "environ"):
            assert KEY.encode() not in Path(f"/proc/{relay}/{part}").read_bytes()
    printed = capfd.readouterr()  # by relays, too; where this process's log goes others may have said
    written = printed.out + printed.err + caplog.text
    assert "target" in written
    assert KEY not in written


async def test_target_that_hangs_up_on_the_key_without_a_word_refuses(
    node: Node, director: Director, receivers: list[Receiver]
) -> None:
    receivers[0].hangs_up = True
    director.to(silent=(receivers[0], KEY))
    node.publishers.start("right")
    await eventually(lambda: director.is_("silent", RelayState.REFUSED))
    assert director.reports()["silent"].code == "key"
    assert RelayState.SENDING not in director.history("silent"), "it was never taken"


async def test_publisher_that_is_refused_makes_no_second_relay(
    node: Node, director: Director, receivers: list[Receiver]
) -> None:
    director.to(target=(receivers[0], "k1"))
    node.publishers.start("right")
    await eventually(lambda: director.is_("target", RelayState.SENDING))
    second = node.publishers.start("right")
    await eventually(lambda: second.poll() is not None)
    assert len(relays_of_this_process()) == 1
    assert len(receivers[0].received) == 1


async def test_codecs_go_as_they_come(node: Node, director: Director, receivers: list[Receiver]) -> None:
    director.to(target=(receivers[0], "k1"))
    node.publishers.start("right", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")
    await eventually(lambda: receivers[0].received and len(receivers[0].now.pictures) > 10, 30)
    assert {tag.codec for tag in receivers[0].now.pictures} == {b"hvc1"}
    assert any(tag.header and tag.codec == b"hvc1" for tag in receivers[0].now.tags)


@pytest.mark.parametrize("trusted", [True, False])
async def test_tls_needs_a_certificate_that_is_trusted(
    node: Node,
    director: Director,
    receivers: list[Receiver],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trusted: bool,
) -> None:
    authority, target = trustme.CA(), receivers[0]
    target.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(target.tls)
    await target.die()
    await target.come_back()
    if trusted:
        authority.cert_pem.write_to_path(tmp_path / "authority.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    director.to(secure=(target, "k1"))
    node.publishers.start("right")
    if trusted:
        await eventually(lambda: director.is_("secure", RelayState.SENDING))
    else:
        await eventually(lambda: director.is_("secure", RelayState.UNREACHABLE))
        assert (director.reports()["secure"].code, target.keys) == ("certificate", [])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_targets_in_the_installations_own_network_are_not_connected_to(
    tmp_path: Path, clip: Path, receivers: list[Receiver], host: str
) -> None:
    async with running_node(tmp_path, clip) as node:
        director = Director(node)
        director.to(ours=(f"rtmp://{host}:{receivers[0].port}/live", KEY))
        node.publishers.start("right")
        await eventually(lambda: director.is_("ours", RelayState.UNREACHABLE))
        assert director.reports()["ours"].code == "private"
        assert receivers[0].keys == []


def relays_of_this_process() -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes()
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if b"relay.relaying" in command and parent == os.getpid() and launch.__file__.encode() not in command:
            found.append(int(process.name))
    return found


@pytest.mark.parametrize("recording", [made.H264, made.VP9, made.AV1], ids=["h264", "vp9", "av1"])
async def test_what_a_browser_sends_reaches_a_target_as_an_encoder_would_have_sent_it(
    recording: Path, node: Node, director: Director, receivers: list[Receiver], tmp_path: Path
) -> None:
    good = receivers[0]
    director.to(good=(good, KEY))
    async with page(node.settings.broadcast_port) as browser:
        await browser.show_key()
        await browser.send(recording.read_bytes())
        await eventually(lambda: good.received, 20)
        await browser.send(recording.read_bytes())
        await eventually(lambda: len(good.now.pictures) > 10)
        await browser.stop()
    await eventually(lambda: good.now.unpublished is True)
    assert pictures_in(good.now.save(tmp_path / "received.flv")) >= len(good.now.pictures) - 2
    assert {tag.codec for tag in good.now.tags if tag.kind == Kind.AUDIO} <= {b"mp4a"}, (
        "sound of so fast a show is late"
    )


async def test_sound_of_a_browser_reaches_targets_that_join_at_any_time_as_aac_in_step_with_its_pictures(
    node: Node, director: Director, receivers: list[Receiver], tmp_path: Path
) -> None:
    first, late, _ = receivers
    director.to(first=(first, KEY))
    recorder = await asyncio.create_subprocess_exec(node.settings.ffmpeg, *FLASHES, stdout=asyncio.subprocess.PIPE)
    assert recorder.stdout is not None
    async with page(node.settings.broadcast_port) as browser:
        await browser.show_key()
        while data := await recorder.stdout.read(4000):
            await browser.send(data)
            if not late.keys and first.received and len(first.now.pictures) > 60:
                late.keys.append("")
                director.push(first=(first, KEY), late=(late, "k2"))
        await browser.stop()
    await recorder.wait()
    await eventually(lambda: first.now.unpublished is True and late.now.unpublished is True)
    for number, received in enumerate((first.now, late.now)):
        assert_only_aac(received)
        assert_in_step(received.save(tmp_path / f"{number}.flv"))


async def test_sound_by_whip_reaches_a_target_as_aac(
    node: Node, director: Director, receivers: list[Receiver], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])
    target = receivers[0]
    director.to(target=(target, KEY))
    async with publisher(node.http, Film.made()) as client:
        await client.go_live()
        await eventually(lambda: target.received and sum(tag.kind == Kind.AUDIO for tag in target.now.tags) > 150, 30)
        await client.delete()
    await eventually(lambda: target.now.unpublished is True)
    assert_only_aac(target.now)
    assert len(seen(target.now.save(tmp_path / "received.flv")).beeps) >= 2
