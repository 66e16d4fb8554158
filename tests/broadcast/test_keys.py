"""Stream keys on their way from an encoder: found however they are written, and nowhere to be read afterwards."""

import asyncio
import logging

import pytest
from structlog.testing import capture_logs

from tests.broadcast.node import Node
from tests.waiting import eventually

KEY = "ffe8860b-1d46-3c7b-204f-9bc0ca12caec"


async def test_an_encoder_is_let_in_however_it_writes_its_key_and_no_log_has_it(
    node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    node.peer.keys = {KEY: "playback1"}
    ways = (
        (KEY, ()),
        (f"{KEY}/", ()),
        (f"flv:{KEY}", ()),
        ("", ("-rtmp_playpath", f" {KEY} ")),
        ("", ("-rtmp_app", f"live/{KEY}", "-rtmp_playpath", "")),
    )
    with capture_logs() as logged:
        for url_ends, options in ways:
            encoder = node.publishers.start(url_ends, *options)
            await eventually(lambda: node.server.sessions.publishers == 1)
            encoder.kill()
            await asyncio.to_thread(encoder.wait)
            await eventually(lambda: node.server.sessions.publishers == 0)
        refused = node.publishers.start(f"{KEY}x")
        _, said = await asyncio.to_thread(refused.communicate)
    assert b"There is no such stream key." in said
    assert node.peer.grants[KEY].take == len(ways)
    assert "publisher refused" in [line["event"] for line in logged]
    assert KEY not in repr(logged)
    assert KEY not in caplog.text
