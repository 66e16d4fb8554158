import fcntl
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import psycopg
import pytest
from argon2 import PasswordHasher

from storecast.kit import passwords
from storecast.kit.logs import configure_logs
from storecast.kit.settings import Settings
from tests.postgres_server import TEMPLATE, database
from tests.rows import empty
from tests.valkey_server import SERVER as SERVER_OF_VALKEY
from tests.valkey_server import Valkey

if TYPE_CHECKING:
    from tests.s3 import S3Peer

ROOT = Path(__file__).parents[1]
SERVER = "STORECAST_TEST_SERVER"  # folder and session process, set by the session for its xdist workers

# `make test` tries the same short slice each time, `make soak` a long one of chance (--hypothesis-profile campaign).
hypothesis.settings.register_profile("slice", max_examples=60, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("campaign", max_examples=5_000, deadline=None, print_blob=True)
hypothesis.settings.load_profile("slice")


def pytest_configure(config: pytest.Config) -> None:
    # Where none is kept, each of hundreds of processes compiles all it imports: three seconds of the API's five.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    configure_logs(Settings(), "tests")
    for name in [name for name in os.environ if name.startswith("STORECAST_") and name != SERVER]:
        del os.environ[name]  # settings of whoever runs the tests are not the tests'
    if not hasattr(config, "workerinput"):
        folder = Path(tempfile.gettempdir()) / f"storecast-tests-{os.getpid()}-{time.time_ns()}"
        os.environ[SERVER] = f"{os.getpid()}:{folder}"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All that is imported and collected stays: to look through it for garbage, then and at every later look, took
    five of the twelve seconds before the first test and a sixth of the time after it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole installations first, and of them what may take longest: no worker is left with them when all else is done.

    With `--dist worksteal` they are mostly one worker's, which uses one installation and one browser for all of them.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> float:
    if item.get_closest_marker("e2e") is None:
        return 0
    marked = item.get_closest_marker("timeout")
    return -float(marked.args[0] if marked else 1)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[PasswordHasher]:
    """Thousands of people sign up in these tests, and each password costs tens of milliseconds. Answers what is used
    in earnest, for tests of just that."""
    with pytest.MonkeyPatch.context() as patch:
        in_earnest = passwords.HASHER
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield in_earnest


@pytest.fixture
def costly_passwords(quick_passwords: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ask for it before people: a password is checked at the cost it was hashed at."""
    monkeypatch.setattr(passwords, "HASHER", quick_passwords)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The session's PostgreSQL: one server for all xdist workers."""
    session, _, path = os.environ[SERVER].partition(":")
    folder = Path(path)
    folder.mkdir(exist_ok=True)
    with (folder / "starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "url").exists():
            _start_server(folder, session)
        return (folder / "url").read_text()


def _start_server(folder: Path, session: str) -> None:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres_server", str(folder), session],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    deadline = time.monotonic() + 60
    while not (folder / "url").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            log_text = (folder / "server.log").read_text() if folder.exists() else "see above"
            pytest.exit(f"The tests' PostgreSQL does not start: {log_text}", returncode=3)
        time.sleep(0.02)
    process.returncode = 0  # it outlives this worker on purpose


@pytest.fixture(scope="session")
def worker_database(postgres_url: str, request: pytest.FixtureRequest) -> str:
    """This worker's own database, copied from the migrated template."""
    worker = getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]
    name = f"test_{worker}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # a template is copied by one at a time
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    return database(postgres_url, name)


@pytest.fixture
def database_url(worker_database: str) -> str:
    """URL of a migrated database in which every table is empty."""
    empty(worker_database)
    return worker_database


@pytest.fixture(scope="module")
def module_database_url(worker_database: str) -> str:
    """The same for the tests of a module that share what they write. Not beside `database_url`."""
    empty(worker_database)
    return worker_database


@pytest.fixture(scope="session")
def s3() -> Iterator["S3Peer"]:
    from tests.s3 import S3Peer  # a second to import

    with S3Peer().running() as peer:
        yield peer


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    if SERVER_OF_VALKEY is None:
        pytest.skip("neither valkey-server nor redis-server is installed")
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def backend(request: pytest.FixtureRequest) -> dict[str, str]:
    """Settings that store on disk, and those that store in S3."""
    if request.param == "disk":
        return {}
    peer: S3Peer = request.getfixturevalue("s3")
    return peer.settings(peer.bucket())
