"""People."""

from dataclasses import dataclass
from itertools import count

from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.platform import Client

PASSWORD = "a long enough password"
_numbers = count(1)


@dataclass
class Member:
    """A signed-in user."""

    client: Client
    email: str
    user: dict[str, object]
    access_token: str
    refresh_token: str


async def member(anyone: Client, email: str | None = None, full_name: str = "Mara Ionescu") -> Member:
    email = email or f"person{next(_numbers)}@example.com"
    registered = await anyone.post("auth/register", {"email": email, "password": PASSWORD, "full_name": full_name})
    assert registered.status_code == 200, registered.text
    tokens = (await anyone.post("auth/login", {"email": email, "password": PASSWORD})).json()
    client = anyone.with_token(tokens["access_token"])
    return Member(client, email, registered.json()["data"][0], tokens["access_token"], tokens["refresh_token"])


async def guest(anyone: Client) -> Client:
    answer = (await anyone.get("jwt")).json()["data"]
    return anyone.with_token(answer["token"])


async def operator(anyone: Client) -> Client:
    """Who runs the installation."""
    email = f"operator{next(_numbers)}@example.com"
    async with unit_of_work(process_of(anyone.app)) as unit:
        await unit.accounts.create_operator(email, PASSWORD, unit.now)
    tokens = (await anyone.post("auth/login", {"email": email, "password": PASSWORD})).json()
    return anyone.with_token(tokens["access_token"])
