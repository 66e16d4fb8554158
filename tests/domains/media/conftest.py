from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from storecast.kit.settings import Settings
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, settings_for
from tests.factories.uploads import TusClient, begin, path_of
from tests.served import served


@pytest.fixture
def installed(tmp_path: Path, database_url: str) -> Settings:
    """Those of `anyone`."""
    return settings_for(tmp_path, database_url)


@pytest.fixture
async def show(owner: Member) -> Json:
    return await channel(owner.client)


@pytest.fixture
async def port(anyone: Client) -> AsyncIterator[int]:
    """Where the API is served as its process serves it."""
    async with served(anyone.app) as port:
        yield port


@pytest.fixture
async def http(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        yield client


Uploading = Callable[..., Awaitable[tuple[Json, TusClient]]]


@pytest.fixture
def uploading(owner: Member, show: Json, http: httpx.AsyncClient) -> Uploading:
    """`await uploading(content)`: what was begun, and who sends it."""

    async def upload(content: bytes, **more: object) -> tuple[Json, TusClient]:
        begun = await begin(owner.client, show["id"], content, **more)
        return begun, TusClient(http, path_of(begun))

    return upload
