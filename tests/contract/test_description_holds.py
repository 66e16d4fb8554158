"""The API does what its description says, whoever asks whatever: requests are made from the description itself.

A short slice of them here; `make soak` runs thousands for each operation.
"""

import asyncio
import itertools
import json
import random
import re
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import storecast
from storecast.entrypoints.commands.description import api_description
from tests.factories.accounts import PASSWORD, Member, guest, member
from tests.factories.channels import channel
from tests.factories.oauth import OAuthClient, oauth_client
from tests.factories.platform import BASE, Client, running_app, settings_for
from tests.factories.products import catalogue_product, shelf_product

MOST_EXAMPLES = hypothesis.settings.default.max_examples
pytestmark = [pytest.mark.hypothesis, pytest.mark.timeout(5 * MOST_EXAMPLES)]  # 5 min for the slice, 7 h for a campaign

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
]
EXAMPLES = max(4, MOST_EXAMPLES // 12)  # of each way to ask, for each operation
NAMES = sorted(  # as they are written: to describe them takes seconds, which whoever runs other tests does not have
    name
    for file in Path(storecast.__file__).parent.rglob("*.py")
    for name in re.findall(r'operation_id="(\w+)"', file.read_text())
)
Operations = dict[str, APIOperation]  # type: ignore[type-arg]
T = TypeVar("T")


@pytest.fixture(scope="module")
def described() -> Operations:
    document = schemathesis.openapi.from_dict(json.loads(api_description()))
    return {found.ok().definition.raw["operationId"]: found.ok() for found in document.get_all_operations()}


def test_each_operation_is_asked(described: Operations) -> None:
    assert sorted(described) == NAMES


@dataclass
class Shop:
    """A merchant with a channel on which everything is, and who else may ask."""

    merchant: Member
    visitor: Client
    app: OAuthClient
    channel: dict[str, Any]
    stream: str
    products: list[int]
    said: str

    def known(self, name: str, rng: random.Random) -> object:
        """Something that is there, by the name under which operations ask for it; None where nothing is."""
        refs: list[object] = [self.channel["id"], self.channel["slug"], self.channel["thread_id"]]
        found: dict[str, list[object]] = {
            **dict.fromkeys(("channel_ref", "eventId", "event_id", "channelId", "threadSlug"), refs),
            "product_id": list(self.products),
            "message_id": [self.said],
            "thread_slug": refs,
            "thread_id": [self.channel["thread_id"]],
            "id": [self.stream],
            "client_id": [self.app.id],
            "client_secret": [self.app.secret],
            "grant_type": ["client_credentials", "password", "authorization_code", "refresh_token"],
            "email": [self.merchant.email],
            "username": [self.merchant.email],
            "userEmail": [self.merchant.email],
            "password": [PASSWORD],
            "old_password": [PASSWORD],
            "refresh_token": [self.merchant.refresh_token],
        }
        return rng.choice(found[name]) if name in found else None


async def open_shop(anyone: Client) -> Shop:
    merchant = await member(anyone)
    made = await channel(merchant.client)
    shelved = await shelf_product(merchant.client, made["id"])
    other = await catalogue_product(merchant.client)
    stream = (await merchant.client.post("streams", {"event_id": made["id"]})).json()["data"]
    app = await oauth_client(merchant.client)
    said = (await merchant.client.post("messages", {"data": "Hi", "thread_id": made["thread_id"]})).json()["data"]
    products = [shelved["id"], other["id"]]
    return Shop(merchant, await guest(anyone), app, made, stream["id"], products, said["id"])


class Platform:
    """The API in a loop of its own, for tests that do not know of loops."""

    def __init__(self, app: Litestar, loop: asyncio.AbstractEventLoop, anyone: Client) -> None:
        self._app = app
        self._loop = loop
        self._anyone = anyone
        self._addresses = (f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in itertools.count(1))

    def somebody(self) -> Client:
        """From an address nobody called from: limits on one are others' to test."""
        return self._anyone.at(next(self._addresses))

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def ask(self, prepared: requests.PreparedRequest) -> httpx.Response:
        address = next(self._addresses)

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False, client=(address, 1))
            body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
            headers = [(name.encode(), _bytes(value)) for name, value in prepared.headers.items()]
            async with httpx.AsyncClient(transport=transport) as http:
                return await http.request(str(prepared.method), str(prepared.url), content=body, headers=headers)

        return self.do(sent())


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")


@pytest.fixture(scope="module")
def platform(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made: list[Platform] = []
    ready, stop = threading.Event(), asyncio.Event()

    async def run() -> None:
        async with running_app(settings_for(tmp_path_factory.mktemp("shop"), module_database_url)) as anyone:
            made.append(Platform(anyone.app, asyncio.get_running_loop(), anyone))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert ready.wait(60)
    yield made[0]
    made[0]._loop.call_soon_threadsafe(stop.set)
    thread.join()


def with_what_is_there(case: Case, shop: Shop, rng: random.Random) -> None:
    """Most of what is made up leads nowhere: put in what is there, half of the time."""
    bodies = [case.body] if isinstance(case.body, dict) else []
    for values in (case.path_parameters, case.query, *bodies):
        for name in list(values or ()):
            if rng.random() < 0.5 and (known := shop.known(name, rng)) is not None:
                values[name] = known


def token(case: Case, shop: Shop, rng: random.Random) -> str | None:
    ways = case.operation.definition.raw["security"]
    wanted = rng.choice([way for each in ways for way in (each or {"": []})] or [""])
    holders = {"bearer": shop.merchant.client, "oauth2": shop.merchant.client, "guest": shop.visitor}
    return str(holders[wanted]._http.headers["Authorization"]) if wanted in holders else None


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "otherwise"])
@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_one_that_is_described(
    name: str, mode: GenerationMode, described: Operations, platform: Platform
) -> None:
    operation = described[name]
    shop = platform.do(open_shop(platform.somebody()))

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode), seed=st.integers(0, 2**32))
    def holds(case: Case, seed: int) -> None:
        nonlocal shop
        rng = random.Random(seed)
        with_what_is_there(case, shop, rng)
        asked = case.as_transport_kwargs(base_url=BASE)
        prepared = requests.Request(
            **{
                key: value
                for key, value in asked.items()
                if key in ("method", "url", "params", "data", "json", "files", "headers", "cookies")
            }
        ).prepare()
        if (holder := token(case, shop, rng)) is not None:
            prepared.headers["Authorization"] = holder
        answer = platform.ask(prepared)
        case.validate_response(Response.from_httpx(answer, verify=False), checks=CHECKS)
        if answer.is_success or answer.is_redirect:
            assert str(answer.status_code) in operation.definition.raw["responses"], "it is not said that this may be"
        if answer.status_code == 401 and holder is not None and not still_signed_in(platform, shop):
            shop = platform.do(open_shop(platform.somebody()))

    try:
        holds()
    except hypothesis.errors.Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "there is a right way to ask"


def still_signed_in(platform: Platform, shop: Shop) -> bool:
    """Some operations end the sign-in, or the account."""
    return platform.do(shop.merchant.client.get("profile")).status_code == 200
