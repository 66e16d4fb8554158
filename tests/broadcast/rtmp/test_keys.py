"""Keys as cameras and people give them. All are the same show, and none is ever logged."""

import logging

import pytest
from structlog.testing import capture_logs

from storecast.broadcast.publishing import PublishRefused, Refusal
from storecast.broadcast.rtmp.amf import encode
from storecast.broadcast.rtmp.chunks import MessageType
from storecast.broadcast.rtmp.commands import read_command
from tests.broadcast.rtmp.peer import KEYFRAME, Peer

KEY = "ffe8860b-1d46-3c7b-204f-9bc0ca12caec"


@pytest.mark.parametrize(
    ("app", "name"),
    [
        ("live", KEY),
        ("live", f" {KEY}"),
        ("live", f"{KEY} "),
        ("live", f"\t{KEY}\r\n"),
        ("live", f"{KEY}\0"),
        ("live", f"\ufeff{KEY}\u200b\u00a0"),
        ("live", f"/{KEY}"),
        ("live", f"{KEY}/"),
        ("live", f"//{KEY} /"),
        ("live", f"flv:{KEY}"),
        ("live", f"mp4:{KEY}"),
        ("live", f"FLV: {KEY}"),
        ("live", f"/flv:{KEY}"),
        ("live", f"{KEY}?token=a/b"),
        ("live", f"flv:{KEY} ?token=a"),
        ("live", f"live/{KEY}"),
        ("live", f"rtmp://192.0.2.7:1935/live/{KEY}"),
        ("live", f"RTMPS://shop.example/live/{KEY}?a=b"),
        ("/live/", KEY),
        (" live ", KEY),
        ("live?vhost=shop.example", KEY),
        ("live/", KEY),
        ("live/_definst_", KEY),
        ("live/_definst_/", f"_definst_/{KEY}"),
        ("live/instance", KEY),
        ("rtmp://192.0.2.7/live", KEY),
        ("", KEY),
        ("", f"live/{KEY}"),
        (f"live/{KEY}", ""),
        (f"live/{KEY}", "/"),
        (f"live/{KEY}", " "),
        (f"live/{KEY}", "?token=a"),
        (f"live/{KEY}/", ""),
        (f"/live/{KEY}?token=a/b", ""),
        (f"live/ {KEY} ", ""),
        (f"live/flv:{KEY}", ""),
        (f"live/_definst_/{KEY}", ""),
        (f"live/{KEY}", KEY),
        (f"live/{KEY}", f"rtmp://192.0.2.7:1935/live/{KEY}"),
    ],
)
async def test_the_key_is_found_wherever_it_is_written(app: str, name: str) -> None:
    peer = Peer()
    peer.connect(app)
    await peer.publish(name)
    assert peer.gate.asked == [KEY]
    assert peer.statuses() == [("NetStream.Publish.Start", "Publishing.")]


@pytest.mark.parametrize("name", ["right/../other", "other/right", "a%20b", "ri\0ght", "ri ght"])
async def test_what_is_no_way_to_write_a_key_is_asked_as_it_is(name: str) -> None:
    peer = Peer()
    peer.connect()
    await peer.publish(name)
    assert peer.gate.asked == [name]


async def test_a_name_that_is_no_text_is_no_key() -> None:
    peer = Peer()
    peer.connect(f"live/{KEY}")
    peer.say(MessageType.COMMAND, encode("publish", 5.0, None, {"name": "other"}))
    await peer.answered()
    assert peer.gate.asked == [KEY]


@pytest.mark.parametrize("app", ["vod", "alive", "livestream", f"{KEY}/live", f"vod/{KEY}", f"{KEY}"])
async def test_another_application_is_refused(app: str) -> None:
    peer = Peer()
    peer.shake_hands()
    peer.call("connect", 1.0, {"app": app})
    ((_, body),) = peer.heard()
    assert read_command(body).name == "_error"
    assert peer.transport.ended


@pytest.mark.parametrize("app", ["live", f"live/{KEY}", f"vod/{KEY}"])
async def test_a_key_is_in_no_line_of_the_log(app: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logged:
        for error in (None, PublishRefused(Refusal.UNKNOWN_KEY, "There is no such stream key."), OSError()):
            peer = Peer()
            peer.gate.error = error
            peer.shake_hands()
            peer.call("connect", 1.0, {"app": app, "tcUrl": f"rtmp://192.0.2.7/{app}/{KEY}"})
            peer.call("releaseStream", 2.0, None, KEY)
            peer.call("FCPublish", 3.0, None, KEY)
            await peer.publish(KEY)
            peer.say(MessageType.VIDEO, KEYFRAME)
            peer.call("publish", 5.0, None, f"{KEY}2")
            peer.say(MessageType.COMMAND, encode(KEY)[:-1])
            peer.call("play", 5.0, None, KEY)
            peer.connection.data_received(KEY.encode() * 9)
            peer.connection.cut_off("The session has ended.")
            peer.connection.check(peer.connection.since + 100)
            peer.connection.connection_lost(ConnectionResetError())
    assert logged
    assert KEY not in repr(logged)
    assert KEY not in caplog.text
