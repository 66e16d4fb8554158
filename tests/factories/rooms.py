"""What a channel's room hears."""

import time

import msgspec

from storecast.contracts import hooks
from storecast.kit.hooks import HEADER, sign
from storecast.kit.secrets import hook_secret
from storecast.kit.settings import Settings
from tests.factories.platform import Client


async def heard(
    anyone: Client, settings: Settings, channel_id: str, *, at: float | None = None
) -> list[hooks.RoomEvent]:
    """Every event so far, oldest first, as a gateway asks for them; `at` where the API's clock was moved."""
    body = msgspec.json.encode(hooks.EventsRequest(channel_id, since=0))
    signed = {HEADER: sign(hook_secret(settings), body, at or time.time())}
    answer = await anyone.post(hooks.EVENTS, content=body, headers=signed)
    return msgspec.json.decode(answer.content, type=hooks.EventsPage).events
