import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storecast.wiring import assembly
from tests.contract.recipes import World, build_world
from tests.factories.mails import link_in, mails_in, query_of
from tests.factories.platform import do_jobs, running_app, settings_for
from tests.peers.issuer import Issuer, google_issuer
from tests.peers.outside import Outside
from tests.rows import Rows, empty, put_back, rows_of

CLIENT_ID = "1234.apps.googleusercontent.com"


@dataclass(frozen=True)
class Built:
    world: World
    rows: Rows
    files: Path


@pytest.fixture(scope="session", autouse=True)
def nothing_to_check() -> Iterator[None]:
    """Nobody runs the other processes here, and the self-check says so: it is tried in `tests/domains/platform`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "checks_of", lambda _: {})
        yield


@pytest.fixture(scope="session")
def google() -> Issuer:
    return google_issuer(CLIENT_ID)


@pytest.fixture(scope="session")
async def built(tmp_path_factory: pytest.TempPathFactory, worker_database: str, google: Issuer) -> Built:
    """Building it takes many times as long as most tests of it."""
    folder = tmp_path_factory.mktemp("world")
    settings = settings_for(folder, worker_database, google_client_ids=CLIENT_ID)

    async def mailed() -> dict[str, str]:
        await do_jobs(settings)
        [mail] = mails_in(folder)
        for path in (folder / "mail").glob("*.eml"):
            path.unlink()
        return query_of(link_in(mail))

    empty(worker_database)
    async with running_app(settings, Outside({"www.googleapis.com": google})) as anyone:
        world = await build_world(anyone, google, mailed)
    return Built(world, rows_of(worker_database), folder)


@pytest.fixture
async def world(tmp_path: Path, worker_database: str, google: Issuer, built: Built) -> AsyncIterator[World]:
    """As it was built, for each test."""
    put_back(worker_database, built.rows)
    shutil.copytree(built.files, tmp_path, dirs_exist_ok=True)
    settings = settings_for(tmp_path, worker_database, google_client_ids=CLIENT_ID)
    async with running_app(settings, Outside({"www.googleapis.com": google})) as anyone:
        yield built.world.served_by(anyone.app)
