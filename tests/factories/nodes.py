"""Broadcast nodes, as far as the API hears of them."""

import time
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from storecast.contracts import hooks
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

    async def call(self, path: str, payload: msgspec.Struct) -> httpx.Response:
        body = msgspec.json.encode(payload)
        headers = {HEADER: sign(hook_secret(self.settings), body, time.time())}
        return await self.client.post(path, content=body, headers=headers)

    async def publish(self, key: str, url: str | None = None, live: tuple[str, ...] = ()) -> httpx.Response:
        return await self.call(hooks.PUBLISH, hooks.PublishRequest(key, url or self.url, "127.0.0.1", list(live)))

    async def start(self, grant: dict[str, Any]) -> None:
        report = hooks.SessionStarted(grant["session_id"], grant["claim"], time.time(), "avc1.64001f", None, 64, 48)
        assert (await self.call(hooks.STARTED, report)).status_code == 204

    async def is_over(self, grant: dict[str, Any]) -> bool:
        report = hooks.SessionsAlive(self.url, [grant["session_id"]])
        [state] = (await self.call(hooks.ALIVE, report)).json()["sessions"]
        return bool(state["ended"])
