"""Broadcast nodes, as far as the API hears of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import httpx
import msgspec

from storecast.contracts import hooks
from storecast.kit.clock import utcnow
from storecast.kit.hooks import HEADER, sign
from storecast.kit.secrets import hook_secret
from storecast.kit.settings import Settings
from tests.factories.platform import Client

NODE = "http://127.0.0.1:1"  # nobody answers there


@dataclass
class Node:
    """A broadcast node's side of the hooks."""

    client: Client
    settings: Settings
    url: str = NODE
    clock: Callable[[], datetime] = utcnow

    async def call(self, path: str, payload: msgspec.Struct) -> httpx.Response:
        body = msgspec.json.encode(payload)
        headers = {HEADER: sign(hook_secret(self.settings), body, self.clock().timestamp())}
        return await self.client.post(path, content=body, headers=headers)

    async def publish(self, key: str, url: str | None = None, live: tuple[str, ...] = ()) -> httpx.Response:
        return await self.call(hooks.PUBLISH, hooks.PublishRequest(key, url or self.url, "127.0.0.1", list(live)))

    async def start(self, grant: dict[str, Any]) -> None:
        report = hooks.SessionStarted(
            grant["session_id"], grant["claim"], self.clock().timestamp(), "avc1.64001f", None, 64, 48
        )
        assert (await self.call(hooks.STARTED, report)).status_code == 204

    async def is_over(self, grant: dict[str, Any]) -> bool:
        report = hooks.SessionsAlive(self.url, [grant["session_id"]])
        [state] = (await self.call(hooks.ALIVE, report)).json()["sessions"]
        return bool(state["ended"])

    async def end(self, grant: dict[str, Any], reason: Literal["unpublished", "gone", "ended"] = "unpublished") -> None:
        report = hooks.SessionEnded(grant["session_id"], grant["claim"], self.clock().timestamp(), reason)
        assert (await self.call(hooks.ENDED, report)).status_code == 204
