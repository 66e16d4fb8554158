"""Questions and polls."""

from tests.factories.accounts import guest
from tests.factories.channels import Json, channel
from tests.factories.platform import Client


async def asking_channel(owner: Client, **changes: object) -> Json:
    """A channel that takes questions, at `lamps`."""
    return await channel(owner, slug="lamps", questionsEnabled=True, **changes)


async def ask(client: Client, question: str = "Does it come in blue?", **more: object) -> Json:
    answer = await client.post("questions/create", {"question": question, "eventId": "lamps", **more})
    assert answer.status_code == 200, answer.text
    asked: Json = answer.json()["data"]
    return asked


async def read(client: Client, **body: object) -> Json:
    answer = await client.post("questions/read", {"eventId": "lamps", **body})
    assert answer.status_code == 200, answer.text
    page: Json = answer.json()
    return page


async def vote(client: Client, question: Json, direction: int = 2) -> int:
    """The status."""
    return (await client.post("questions/vote", {"questionId": question["id"], "direction": direction})).status_code


async def poll(owner: Client, **changes: object) -> Json:
    """A draft on the channel at `lamps`."""
    body = {"question": "Which next?", "answers": ["Lamp", "Chair", "Rug"], **changes}
    answer = await owner.post("events/lamps/polls", body)
    assert answer.status_code == 200, answer.text
    made: Json = answer.json()["data"]
    return made


async def open_poll(owner: Client, **changes: object) -> Json:
    made = await poll(owner, **changes)
    answer = await owner.post(f"polls/{made['id']}/open")
    assert answer.status_code == 200, answer.text
    opened: Json = answer.json()["data"]
    return opened


async def choose(client: Client, made: Json, answer: int) -> int:
    """The status."""
    return (await client.post(f"polls/{made['id']}/vote", {"answer": answer})).status_code


async def polls(client: Client) -> list[Json]:
    answer = await client.get("events/lamps/polls")
    assert answer.status_code == 200, answer.text
    listed: list[Json] = answer.json()["data"]
    return listed


async def guests(anyone: Client, number: int, *, of_each_network: int = 10) -> list[Client]:
    """Guests, so many in one network."""
    found = []
    for each in range(number):
        place = each // of_each_network
        there = anyone.at(f"203.{place // 65536}.{place // 256 % 256}.{place % 256}")
        found.append((await guest(there)).at(f"203.{place // 65536}.{place // 256 % 256}.{place % 256}"))
    return found
