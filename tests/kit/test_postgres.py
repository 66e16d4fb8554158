import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from storecast.kit import launch
from storecast.kit.postgres import BundledPostgres, PostgresUnavailable, bundled_database, running_url

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """In a folder only its owner may enter: the harder case."""
    folder = Path(tempfile.mkdtemp())
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def used_dir() -> Iterator[Path]:
    """The same for tests that do not care what was done with it before: to make a cluster costs a second."""
    folder = Path(tempfile.mkdtemp())
    yield folder / "data"
    shutil.rmtree(folder)


def query(url: str, sql: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else ""


def server_pid(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


async def test_second_start_finds_the_data_at_the_same_url(used_dir: Path) -> None:
    postgres = BundledPostgres(used_dir)
    first = await postgres.start()
    query(first, "CREATE TABLE kept AS SELECT 'yes' AS answer")
    assert running_url(used_dir) == first
    await postgres.stop()
    assert running_url(used_dir) is None

    assert await postgres.start() == first
    assert query(first, "SELECT answer FROM kept") == "yes"
    assert query(first, "SHOW fsync") == "on"
    await postgres.stop()


async def test_wrong_password_is_refused(used_dir: Path) -> None:
    async with bundled_database(used_dir) as url:
        user, rest = url.split("@")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            query(f"{user}x@{rest}", "SELECT 1")


async def test_killed_server_recovers(used_dir: Path) -> None:
    postgres = BundledPostgres(used_dir)
    url = await postgres.start()
    query(url, "CREATE TABLE spared AS SELECT 'yes' AS answer")
    os.kill(server_pid(used_dir), signal.SIGKILL)
    assert await asyncio.wait_for(postgres.wait(), 5) != 0

    assert await postgres.start() == url
    assert query(url, "SELECT answer FROM spared") == "yes"
    await postgres.stop()


async def test_pid_file_that_names_somebody_else_is_cleared_away(used_dir: Path) -> None:
    async with bundled_database(used_dir):
        written = (used_dir / "postgres" / "postmaster.pid").read_text().splitlines()
    # Our parent is alive and no server: what a container finds after a restart.
    (used_dir / "postgres" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *written[1:]]))
    assert running_url(used_dir) is None

    async with bundled_database(used_dir) as url:
        assert query(url, "SELECT 1") == "1"


async def test_command_shares_the_running_server(used_dir: Path) -> None:
    postgres = BundledPostgres(used_dir)
    url = await postgres.start()
    async with bundled_database(used_dir) as shared:
        assert shared == url
    assert query(url, "SELECT 1") == "1"
    await postgres.stop()


async def test_server_ends_cleanly_with_its_killed_keeper(data_dir: Path) -> None:
    keeper = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import asyncio, sys; from pathlib import Path\n"
            "from storecast.kit.postgres import BundledPostgres\n"
            "async def keep():\n"
            "    postgres = BundledPostgres(Path(sys.argv[1]))\n"
            "    print(await postgres.start(), flush=True); await postgres.wait()\n"
            "asyncio.run(keep())",
            str(data_dir),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdout
    assert keeper.stdout.readline().startswith("postgresql://")
    pid = server_pid(data_dir)
    keeper.kill()
    keeper.wait()
    keeper.stdout.close()
    postgres = BundledPostgres(data_dir)
    url = await postgres.start()  # waits for the orphan
    assert server_pid(data_dir) != pid
    assert query(url, "SELECT 1") == "1"
    assert "not properly shut down" not in (data_dir / "postgres.log").read_text()
    await postgres.stop()


async def test_broken_first_start_is_made_anew(data_dir: Path) -> None:
    (data_dir / "postgres.new").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    async with bundled_database(data_dir) as url:
        assert query(url, "SELECT 1") == "1"
    assert not (data_dir / "postgres.new").exists()


async def test_damaged_data_is_one_clear_line(data_dir: Path) -> None:
    async with bundled_database(data_dir):
        pass
    (data_dir / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(PostgresUnavailable, match=r"does not start, see .*postgres\.log: .*pg_control") as raised:
        await BundledPostgres(data_dir).start()
    assert "\n" not in str(raised.value)


@as_root
async def test_root_changes_nothing_outside_the_servers_folder(data_dir: Path) -> None:
    before = data_dir.parent.stat()
    async with bundled_database(data_dir):
        assert Path(f"/proc/{server_pid(data_dir)}").stat().st_uid != 0
    after = data_dir.parent.stat()
    assert (before.st_mode, before.st_uid) == (after.st_mode, after.st_uid)
    assert {path.name for path in data_dir.iterdir() if path.stat().st_uid != 0} == {"postgres"}


@as_root
def test_right_to_pass_closed_folders_is_kept_only_where_needed() -> None:
    def held(searches: bool) -> str:
        account = launch.Account(65534, 65534, searches)
        return subprocess.check_output(
            launch.command(["/bin/cat", "/proc/self/status"], ends_by=signal.SIGTERM, account=account), text=True
        )

    assert "CapEff:\t0000000000000000" in held(searches=False)
    assert "CapEff:\t0000000000000004" in held(searches=True)  # CAP_DAC_READ_SEARCH alone


@as_root
def test_ordinary_account_keeps_its_own_server(data_dir: Path) -> None:
    data_dir.parent.chmod(0o755)
    data_dir.mkdir()
    os.chown(data_dir, 65534, 65534)
    program = (
        "import asyncio, sys; from pathlib import Path\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from storecast.kit.postgres import bundled_database\n"
        "async def main():\n"
        "    async with bundled_database(Path(sys.argv[1])) as url: print(url)\n"
        "asyncio.run(main())"
    )
    # `searches` only lets the account reach this checkout and its Python, wherever they are.
    account = launch.Account(65534, 65534, searches=True)
    ran = subprocess.run(
        launch.command([sys.executable, "-c", program, str(data_dir)], ends_by=signal.SIGTERM, account=account),
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert ran.stdout.startswith("postgresql://"), ran.stderr
    assert (data_dir / "postgres").stat().st_uid == 65534
