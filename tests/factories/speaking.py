"""Saying something on a channel, as chat, questions and polls ask moderation for."""

from storecast.domains.accounts.callers import Caller, Guest
from storecast.domains.moderation.values import Verdict
from storecast.kit.clock import utcnow
from storecast.wiring.origin import Origin
from storecast.wiring.process import process_of
from storecast.wiring.unit import Unit, unit_of_work
from tests.clock import Clock
from tests.factories.channels import Json
from tests.factories.platform import Client


async def caller_of(unit: Unit, client: Client) -> Caller:
    assert client.token is not None
    return await unit.tokens.caller(client.token, unit.now)


async def say(client: Client, made: Json, text: str = "hi", *, address: str = "127.0.0.1", clock: Clock | None = None,
              name: str | None = None) -> Verdict:  # fmt: skip
    """What becomes of `text`. Raises what moderation refuses it with."""
    now = clock() if clock is not None else utcnow()
    async with unit_of_work(process_of(client.app), now, Origin(address=address)) as unit:
        by = await caller_of(unit, client)
        channel = await unit.access.known(made["id"], unit.now)
        acts = await unit.access.acts(channel, by)
        return await unit.moderation.admit(channel, by, [text], unit.address, unit.now, acts=acts, name=name)


async def subject_of(client: Client) -> str:
    async with unit_of_work(process_of(client.app)) as unit:
        return (await caller_of(unit, client)).subject


async def guest_of(client: Client) -> Guest:
    async with unit_of_work(process_of(client.app)) as unit:
        by = await caller_of(unit, client)
        assert isinstance(by, Guest)
        return by
