"""The log says who was refused and why, and nobody can fill it."""

import pytest
from structlog.testing import capture_logs

from storecast.broadcast.publishing import PublishRefused, Refusal
from storecast.broadcast.refusals import LINES_PER_NETWORK, MOST_LINES, PERIOD_SECONDS, RefusalLog
from storecast.broadcast.rtmp import connection as limits
from storecast.broadcast.rtmp.amf import encode
from storecast.broadcast.rtmp.chunks import MessageType
from tests.broadcast.rtmp.peer import Peer


def logged_of(peer: Peer, said: bytes = b"", later: float = 0) -> list[dict[str, object]]:
    with capture_logs() as logged:
        if said:
            peer.connection.data_received(said)
        if later:
            peer.connection.check(peer.connection.since + later)
    return [dict(line) for line in logged]


async def test_every_refusal_says_who_and_why() -> None:
    async def silent() -> Peer:
        peer = Peer()
        peer.connect()
        await peer.publish()
        return peer

    shaken = Peer()
    shaken.shake_hands()
    cases = [
        (Peer(), b"GET / HTTP/1.1\r\n", 0.0, "version 71", "hello"),
        (Peer(), b"\x03", limits.PUBLISH_SECONDS + 1, "did not begin to publish in time", "hello"),
        (shaken, b"\xc9", 0.0, "continuation of nothing", "commands"),
        (await silent(), b"", limits.SILENCE_SECONDS + 1, "silence", "publishing"),
    ]
    for peer, said, later, reason, phase in cases:
        (line,) = logged_of(peer, said, later)
        assert (line["address"], line["reason"], line["phase"]) == ("192.0.2.1", reason, phase)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (("connect", 1.0, {"app": "vod"}), "connects to another application"),
        (("connect", 1.0, {}), "connects to another application"),
        (("play", 1.0, None, "right"), "wants to play"),
    ],
)
async def test_a_refused_command_is_logged(values: tuple[str, float, dict[str, str]], reason: str) -> None:
    peer = Peer()
    peer.shake_hands()
    with capture_logs() as logged:
        peer.say(MessageType.COMMAND, encode(*values))
    assert [(line["address"], line["reason"]) for line in logged] == [("192.0.2.1", reason)]
    assert peer.transport.ended


async def test_a_refused_key_and_a_cut_show_are_logged() -> None:
    peer = Peer()
    peer.gate.error = PublishRefused(Refusal.UNKNOWN_KEY, "There is no such stream key.")
    peer.connect()
    with capture_logs() as logged:
        await peer.publish()
    assert [(line["reason"], line["why"]) for line in logged] == [("There is no such stream key.", "unknown_key")]
    peer = Peer()
    peer.connect()
    await peer.publish()
    with capture_logs() as logged:
        peer.connection.cut_off("The session has ended.")
        peer.connection.cut_off("The session has ended.")
    assert [line["reason"] for line in logged] == ["The session has ended."]


def test_one_network_fills_no_log_and_hides_no_other() -> None:
    refusals = RefusalLog()
    with capture_logs() as logged:
        refusals.sweep(0)
        for number in range(10_000):
            refusals.tell("publisher cut off", f"2001:db8:0:1::{number:x}", "version 71")
        refusals.tell("publisher cut off", "192.0.2.1", "version 71")
        refusals.sweep(PERIOD_SECONDS - 1)
        assert len(logged) == LINES_PER_NETWORK + 1
        refusals.sweep(PERIOD_SECONDS)
        assert logged[-1]["count"] == 10_000 - LINES_PER_NETWORK
        refusals.tell("publisher cut off", "2001:db8:0:1::1", "version 71")
    assert len(logged) == LINES_PER_NETWORK + 3


def test_many_networks_fill_no_log() -> None:
    refusals = RefusalLog()
    with capture_logs() as logged:
        for number in range(5000):
            refusals.tell("publisher cut off", f"10.0.{number >> 8}.{number & 255}", "version 71")
        assert len(logged) == MOST_LINES
        refusals.sweep(PERIOD_SECONDS)
    assert logged[-1]["count"] == 5000 - MOST_LINES
    assert len(refusals._told) == 0
