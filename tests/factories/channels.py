"""Channels."""

from typing import Any

from tests.factories.platform import Client

Json = dict[str, Any]


async def channel(owner: Client, name: str = "Evening show", **changes: object) -> Json:
    """A channel open to everyone, unless `changes` say otherwise."""
    made = (await owner.post("events", {"name": name})).json()["data"]
    answer = await owner.put(f"events/{made['id']}", {"privacy": 0, "free_pass": True, **changes})
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data
