"""What encoders send in all its variety: it plays in step, and its recording is whole."""

import asyncio
import subprocess
from pathlib import Path

from msgspec import Struct

from storecast.kit.settings import Settings
from tests.broadcast.node import Node
from tests.broadcast.rtmp.client import flv_messages
from tests.broadcast.viewer import complaints, stamps_of

PICTURE = ("-f", "lavfi", "-i", "testsrc=size=320x180:rate=30")
SOUND = ("-f", "lavfi", "-i", "sine=sample_rate=44100")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "30")
STEREO = ("-c:a", "aac", "-ac", "2")


class Sent(Struct, frozen=True):
    """How a clip is made, how it is pushed, and what viewers are to be told of it."""

    clip: tuple[str, ...]
    codecs: list[str]  # beginnings of the names in the playlist
    options: tuple[str, ...] = ()


SENT = {
    "video-only": Sent((*PICTURE, *H264), ["avc1.", "mp4a.40.2"]),  # silence
    "audio-only": Sent((*SOUND, *STEREO), ["mp4a.40.2"]),
    "mp3": Sent((*SOUND, "-c:a", "libmp3lame"), ["mp4a.40.2"]),
    "44100-stereo": Sent((*PICTURE, *SOUND, *H264, *STEREO), ["avc1.", "mp4a.40.2"]),
    "b-frames": Sent((*PICTURE, *SOUND, *H264, *STEREO, "-bf", "3", "-b_strategy", "0"), ["avc1.", "mp4a.40.2"]),
    "hevc": Sent(
        (*PICTURE, *SOUND, *STEREO, "-c:v", "libx265", "-preset", "ultrafast", "-g", "30", "-pix_fmt", "yuv420p"),
        ["hvc1.", "mp4a.40.2"],
    ),
    "av1-opus": Sent(
        (*PICTURE, *SOUND, "-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p", "-g", "30", "-c:a", "libopus"),
        ["av01.", "Opus"],
    ),
    "vp9": Sent(
        (*PICTURE, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "30"), ["vp09.", "mp4a.40.2"]
    ),
    "late-clock": Sent((*PICTURE, *SOUND, *H264, *STEREO), ["avc1.", "mp4a.40.2"], ("-output_ts_offset", "30000.5")),
    "sound-that-starts-late": Sent((*PICTURE, *SOUND, *H264, *STEREO, "-af", "adelay=500|500"), ["avc1.", "mp4a.40.2"]),
    "a-keyframe-in-four-seconds": Sent((*PICTURE, *SOUND, *H264, *STEREO, "-g", "120"), ["avc1.", "mp4a.40.2"]),
}


def encode(sent: Sent, path: Path) -> None:
    command = [Settings().ffmpeg, "-v", "error", *sent.clip, "-t", "6", "-f", "flv", str(path)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


async def test_all_of_it_plays_in_step_and_its_recordings_are_whole(node: Node, tmp_path: Path) -> None:
    node.peer.keys = {name: name for name in SENT}
    done = await asyncio.gather(*(plays_and_is_recorded(node, name, tmp_path) for name in SENT), return_exceptions=True)
    assert {name: error for name, error in zip(SENT, done, strict=True) if error is not None} == {}


async def plays_and_is_recorded(node: Node, name: str, folder: Path) -> None:
    sent = SENT[name]
    clip = folder / f"{name}.flv"
    await asyncio.to_thread(encode, sent, clip)
    encoder = node.publishers.start(name, *sent.options, clip=clip)
    viewer = node.viewer(name)
    playing = await viewer.until((await viewer.playlist()).newest + 2)
    assert playing.breaks == 0
    session = node.peer.grants[name].session_id
    encoder.terminate()
    await asyncio.to_thread(encoder.wait)
    master = (await viewer.get("index.m3u8")).text
    named = master.partition('CODECS="')[2].partition('"')[0].split(",")
    assert [found[: len(wanted)] for found, wanted in zip(named, sent.codecs, strict=True)] == sent.codecs
    assert ("RESOLUTION=320x180" in master) is ("-c:v" in sent.clip)
    film = await viewer.film(playing)
    recording = (await node.recording(session)).read_bytes()
    for seen in (film, recording):
        assert await complaints(node.settings.ffmpeg, seen) == ""
        tracks = stamps_of(seen)
        assert len(tracks) == len(sent.codecs)
        assert all(track.longest_gap < 0.12 for track in tracks.values())  # the seam of the clip is 0.1
        first = [track.shown for track in tracks.values()]
        assert max(first) - min(first) < 0.1
        last = [track.decoded[-1] for track in tracks.values()]
        assert max(last) - min(last) < 0.35
    for track, stamps in stamps_of(film).items():
        assert len(stamps_of(recording)[track].decoded) >= len(stamps.decoded)


async def test_a_clock_that_is_set_back_begins_another_timeline(node: Node) -> None:
    # ffmpeg counts modulo 2³¹: this one starts three seconds before its clock returns to 0.
    encoder = node.publishers.start("right", "-output_ts_offset", str((1 << 31) / 1000 - 3))
    viewer = node.viewer()
    playing = await viewer.until((await viewer.playlist()).newest + 4)
    assert playing.breaks == 1
    session = node.peer.grants["right"].session_id
    encoder.terminate()
    await asyncio.to_thread(encoder.wait)
    recording = (await node.recording(session)).read_bytes()
    assert await complaints(node.settings.ffmpeg, recording) == ""
    assert stamps_of(recording)["video"].longest_gap < 0.12


async def test_a_clock_may_pass_what_32_bits_hold(node: Node, clip: Path) -> None:
    client = await node.connect()
    await client.publish("right")
    for message in flv_messages(clip, 8000, starts_at=(1 << 32) - 3000):
        client.writer.write(message)
    await client.writer.drain()
    viewer = node.viewer()
    playing = await viewer.until((await viewer.playlist()).newest + 2)
    assert playing.breaks == 0
    client.call("deleteStream", 4.0, None, 1.0)
    recording = (await node.recording(node.peer.grants["right"].session_id)).read_bytes()
    client.kill()
    assert await complaints(node.settings.ffmpeg, recording) == ""
    video = stamps_of(recording)["video"]
    assert len(video.decoded) == 8 * 30
    assert video.longest_gap < 0.05
