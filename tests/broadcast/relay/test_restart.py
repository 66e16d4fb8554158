"""The broadcast process is killed under a show that is passed on."""

from pathlib import Path

import psutil
import pytest

from storecast.contracts.hooks import RelayTarget, Simulcast
from storecast.kit.seals import Seal
from tests.broadcast.hook_peer import SECRET
from tests.broadcast.node import running_peer, settings_of
from tests.broadcast.process import process_of
from tests.broadcast.publishers import Publishers
from tests.broadcast.relay.receivers import Receiver
from tests.waiting import eventually


@pytest.mark.timeout(120)
async def test_relays_end_with_their_process_and_begin_with_the_next_publisher(
    tmp_path: Path, clip: Path, receivers: list[Receiver]
) -> None:
    target = receivers[0]
    async with running_peer() as peer:
        peer.simulcast = Simulcast(1, [RelayTarget("target", target.url, Seal(SECRET).close("k1"))])
        settings = settings_of(tmp_path, peer)
        publishers = Publishers(settings.ffmpeg, f"rtmp://127.0.0.1:{settings.rtmp_port}/live", clip)
        try:
            async with process_of(settings, simulcast_private="true") as process:
                publishers.start("right")
                await eventually(lambda: target.received and target.now.pictures, 30)
                relays = psutil.Process(process.pid).children(recursive=True)
                assert any("storecast.broadcast.relay.relaying" in each.cmdline() for each in relays)
                process.kill()
                await eventually(lambda: not any(each.is_running() for each in relays))
            publishers.stop_all()
            async with process_of(settings, simulcast_private="true"):
                publishers.start("right")
                await eventually(lambda: len(target.received) == 2 and target.now.pictures, 30)
                assert len({grant.session_id for grant in peer.grants.values()}) == 1
        finally:
            publishers.stop_all()
