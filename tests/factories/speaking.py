"""Saying something on a channel, as chat, questions and polls ask moderation for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from storecast.domains.accounts.callers import Caller
from storecast.domains.channels.access import Act
from storecast.domains.channels.models import Channel
from storecast.domains.moderation.values import Standing, Verdict
from storecast.entrypoints import dependencies
from storecast.wiring.origin import Origin
from storecast.wiring.process import process_of
from storecast.wiring.unit import Unit, unit_of_work
from tests.factories.channels import Json
from tests.factories.platform import Client


def _now() -> datetime:
    """As the API's own clock has it, which tests move."""
    return dependencies.utcnow()  # type: ignore[attr-defined]


@asynccontextmanager
async def _there(
    client: Client, made: Json, address: str
) -> AsyncIterator[tuple[Unit, Channel, Caller, frozenset[Act]]]:
    async with unit_of_work(process_of(client.app), _now(), Origin(address=address)) as unit:
        by = await caller_of(unit, client)
        channel = await unit.access.known(made["id"], unit.now)
        yield unit, channel, by, await unit.access.acts(channel, by)


async def caller_of(unit: Unit, client: Client) -> Caller:
    assert client.token is not None
    return await unit.tokens.caller(client.token, unit.now)


async def say(
    client: Client, made: Json, text: str = "hi", *, address: str = "127.0.0.1",
    name: str | None = None, asking: bool = True,
) -> Verdict:  # fmt: skip
    """What becomes of `text`. Raises what moderation refuses it with. Not `asking` it does all but that."""
    async with _there(client, made, address) as (unit, channel, by, acts):
        if not asking:
            return Verdict.SHOWN
        return await unit.moderation.admit(channel, by, [text], unit.address, unit.now, acts=acts, name=name)


async def edit(client: Client, made: Json, text: str = "hi") -> Verdict:
    async with _there(client, made, "127.0.0.1") as (unit, channel, by, acts):
        return await unit.moderation.admit(channel, by, [text], unit.address, unit.now, acts=acts, paced=False)


async def vote(client: Client, made: Json, *, address: str = "127.0.0.1") -> Verdict:
    """What says nothing."""
    async with _there(client, made, address) as (unit, channel, by, acts):
        return await unit.moderation.require_welcome(channel, by, unit.address, unit.now, acts=acts)


async def standing(client: Client, made: Json) -> Standing:
    async with _there(client, made, "127.0.0.1") as (unit, channel, by, acts):
        return await unit.moderation.standing(channel, by, unit.address, unit.now, acts=acts)


async def subject_of(client: Client) -> str:
    async with unit_of_work(process_of(client.app), _now()) as unit:
        return (await caller_of(unit, client)).subject


async def origin_of(client: Client, made: Json, address: str) -> str:
    """What a network is called on a channel."""
    async with _there(client, made, address) as (unit, channel, _, __):
        return unit.moderation.origin(channel, unit.address)
