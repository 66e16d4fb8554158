"""What the API is told of a publisher that is gone without a goodbye."""

import time
from pathlib import Path

from storecast.broadcast.recording.folder import SessionFolder, StoredSession
from storecast.broadcast.server import BroadcastServer
from storecast.contracts import hooks
from tests.broadcast.node import Node, running_peer, settings_of
from tests.waiting import eventually


async def test_the_api_hears_until_when_a_lost_publisher_may_come_back(node: Node) -> None:
    encoder = node.publishers.start("right")
    await node.viewer().until(1)
    before = time.time()
    encoder.kill()
    await eventually(lambda: node.peer.of(hooks.SessionDropped))
    (dropped,) = node.peer.of(hooks.SessionDropped)
    assert dropped.until is not None
    assert before <= dropped.until - node.settings.session_grace_seconds <= time.time()


async def test_a_node_that_starts_anew_says_which_of_its_shows_wait_for_their_publishers(tmp_path: Path) -> None:
    async with running_peer() as peer:
        settings = settings_of(tmp_path, peer)
        folder = SessionFolder(settings.data_dir / "recordings", "s1")
        folder.save(StoredSession("s1", "playback1", "claim", token_required=False, last_at=time.time()))
        server = BroadcastServer(settings)
        await server.start()
        try:
            await eventually(lambda: peer.of(hooks.SessionDropped))
        finally:
            await server.stop()
    (dropped,) = peer.of(hooks.SessionDropped)
    assert (dropped.session_id, dropped.claim) == ("s1", "claim")
