"""What the chat has accepted everybody sees, once and in one order, whatever dies meanwhile."""

import asyncio
import contextlib
import json
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.e2e.installation import Installation, running
from tests.valkey_server import Valkey
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

AGAIN = (OSError, TimeoutError, httpx.HTTPError, WebSocketException, InvalidHandshake)


@dataclass
class Listener:
    """A page: it comes back with `since` whenever its connection ends."""

    url: str
    room: str
    seq: int | None = None
    seen: list[str] = field(default_factory=list)
    reloads: int = 0

    async def listen(self) -> None:
        while True:
            with contextlib.suppress(*AGAIN):
                async with connect(self.url, proxy=None, open_timeout=10) as socket:
                    since = {} if self.seq is None else {"since": self.seq}
                    await socket.send(json.dumps({"type": "subscribe", "room": self.room, **since}))
                    async for text in socket:
                        if not self._take(json.loads(text)):
                            break
            await asyncio.sleep(0.1)

    def _take(self, frame: dict[str, object]) -> bool:
        """False where it has to come back."""
        if frame["type"] == "subscribed":
            self.reloads += self.seq is not None and not frame["recovered"]
            self.seq = self.seq if frame["recovered"] and self.seq is not None else int(str(frame["seq"]))
        elif frame["type"] == "event" and "seq" in frame:
            assert frame["seq"] == (self.seq or 0) + 1, "a gap, or twice"
            self.seq = int(str(frame["seq"]))
            if frame["event"] == "message.created":
                data = frame["data"]
                assert isinstance(data, dict)
                self.seen.append(str(data["id"]))
        return frame["type"] != "error"


class Speaker:
    """A guest on a network of their own, who says something each half second."""

    def __init__(self, installation: Installation, thread: object) -> None:
        self._installation = installation
        self._thread = thread
        self._network = installation.another_network()
        self.token = ""
        self.accepted: list[str] = []

    async def arrive(self) -> None:
        answer = await self._installation.http.get("jwt", headers=self._network)
        self.token = answer.json()["data"]["token"]

    async def speak(self) -> None:
        headers = self._network | {"Authorization": f"Bearer {self.token}"}
        while True:
            body = {"data": f"message {len(self.accepted)}", "thread_id": self._thread}
            with contextlib.suppress(*AGAIN):
                answer = await self._installation.http.post("messages/guest", json=body, headers=headers)
                assert answer.status_code in (200, 429, 503), answer.text
                if answer.status_code == 200:
                    self.accepted.append(answer.json()["data"]["id"])
            await asyncio.sleep(0.6)


async def test_all_that_was_accepted_is_seen_once_in_one_order_whatever_is_killed(
    tmp_path: Path, valkey: Valkey
) -> None:
    async with running(tmp_path, valkey_url=valkey.url, api_workers="2") as installation:
        merchant = await installation.merchant("lamps")
        speakers = [Speaker(installation, merchant.channel["thread_id"]) for _ in range(4)]
        for speaker in speakers:
            await speaker.arrive()
        url = f"ws://127.0.0.1:{installation.realtime_port}/?token={speakers[0].token}"
        listeners = [Listener(url, "lamps") for _ in range(3)]
        listening = [asyncio.create_task(listener.listen()) for listener in listeners]
        await eventually(lambda: all(listener.seq is not None for listener in listeners))
        speaking = [asyncio.create_task(speaker.speak()) for speaker in speakers]

        async def going_on() -> None:
            """Until what is said from now on is seen by all."""
            before = [len(speaker.accepted) for speaker in speakers]
            await eventually(lambda: all(len(s.accepted) > n for s, n in zip(speakers, before, strict=True)), 40)
            last = {speaker.accepted[-1] for speaker in speakers}
            await eventually(lambda: all(last <= set(listener.seen) for listener in listeners), 40)

        await going_on()
        for part in ("realtime", "api", "postgres", "realtime"):
            pid = installation.child(part)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await going_on()
        valkey.stop()
        await going_on()
        valkey.start()
        await going_on()
        for task in speaking:
            task.cancel()
        await asyncio.wait(speaking)
        accepted = {message for speaker in speakers for message in speaker.accepted}
        await eventually(lambda: all(accepted <= set(listener.seen) for listener in listeners))
        await asyncio.sleep(0)
        failed = [task for task in (*listening, *speaking) if task.done() and not task.cancelled()]
        for task in listening:
            task.cancel()
        await asyncio.wait(listening)
    assert failed == []
    for listener in listeners:
        assert len(set(listener.seen)) == len(listener.seen)
        assert listener.seen == listeners[0].seen
        assert listener.reloads == 0
