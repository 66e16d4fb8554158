"""Talking on a channel."""

import httpx

from storecast.contracts.bus import BusMessage, RoomTold
from storecast.wiring.process import process_of
from tests.factories.channels import Json
from tests.factories.platform import Client


async def try_to_say(client: Client, made: Json, text: str = "hi", **more: object) -> httpx.Response:
    return await client.post("messages/guest", {"data": text, "thread_id": made["thread_id"], **more})


async def say(client: Client, made: Json, text: str = "hi", **more: object) -> Json:
    """The message, as its author gets it."""
    answer = await try_to_say(client, made, text, **more)
    assert answer.status_code == 200, answer.text
    message: Json = answer.json()["data"]
    return message


async def join(client: Client, made: Json, name: str) -> str:
    """Take part under a name; the author's id."""
    answer = await client.post("thread/participant", {"threadSlug": made["slug"], "name": name})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["id"])


async def delete(client: Client, made: Json, message: Json) -> httpx.Response:
    return await client.delete("messages/delete", json={"thread_slug": made["slug"], "message_id": message["id"]})


async def read(client: Client, made: Json, **more: object) -> Json:
    """A page of the thread."""
    answer = await client.post("thread/read", {"threadSlug": made["slug"], "userId": "0", **more})
    assert answer.status_code == 200, answer.text
    page: Json = answer.json()["data"]
    return page


async def texts(client: Client, made: Json, **more: object) -> list[str]:
    """What somebody reads on a page of the thread."""
    return [message["data"] for message in (await read(client, made, **more))["messages"]["data"]]


async def rules(client: Client, made: Json, **changes: object) -> None:
    """Change what may be said on the channel."""
    answer = await client.put(f"events/{made['id']}/chat/settings", changes)
    assert answer.status_code == 200, answer.text


class Figures:
    """What rooms are told of figures by this process; ask for it before they are caused."""

    def __init__(self, anyone: Client) -> None:
        self._process = process_of(anyone.app)
        self._told: list[RoomTold] = []
        self._hear = self._process.bus.hear
        self._process.bus.hear = self._take

    async def told(self, name: str) -> list[bytes]:
        """All so far, as they are sent."""
        await self._process.tallies.flush()
        return [bytes(each.data) for each in self._told if each.event == name]

    def _take(self, message: BusMessage) -> None:
        if isinstance(message, RoomTold):
            self._told.append(message)
        self._hear(message)
