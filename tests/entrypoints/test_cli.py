import os
import subprocess
import sys
from pathlib import Path

import pytest


def refused(*arguments: str, **settings: object) -> str:
    """What the command says as it ends with 1."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STORECAST_")}
    environment |= {f"STORECAST_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "storecast.entrypoints.cli", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1, ended.stderr
    return ended.stderr


def test_migrate_says_in_a_line_that_the_database_is_out_of_reach(tmp_path: Path) -> None:
    [line] = refused("migrate", database_url="postgresql://nobody@127.0.0.1:1/none", data_dir=tmp_path).splitlines()
    assert line.startswith("storecast: The database cannot be used: connection failed")


@pytest.mark.parametrize("process", ["api", "realtime", "worker"])
def test_a_process_alone_says_that_it_has_no_database(process: str, tmp_path: Path) -> None:
    [line] = refused(process, data_dir=tmp_path).splitlines()
    assert "set STORECAST_DATABASE_URL" in line


@pytest.mark.parametrize(("process", "listed"), [("api", "*"), ("run", "127.0.0.1,10.1.0.7/24")])
def test_proxies_that_cannot_be_read_are_one_line(process: str, listed: str, tmp_path: Path) -> None:
    [line] = refused(process, trusted_proxies=listed, data_dir=tmp_path).splitlines()
    assert line.startswith(f"storecast: STORECAST_TRUSTED_PROXIES={listed}: ")


def test_an_operators_bad_email_and_password_are_both_named(database_url: str, tmp_path: Path) -> None:
    create = ("operator", "create", "--email", "mara", "--password", "short")
    errors = refused(*create, database_url=database_url, data_dir=tmp_path)
    assert "--email is not in the right format; --password must be at least 8 characters" in errors


@pytest.mark.parametrize("content", ["plans = [", "plans = []", '[[plans]]\nname = "Free"\n'])
def test_plans_that_cannot_be_read_are_one_line(content: str, tmp_path: Path) -> None:
    path = tmp_path / "plans.toml"
    path.write_text(content)
    [line] = refused("run", plans_file=path, data_dir=tmp_path / "data").splitlines()
    assert f"the plans cannot be read: {path}: " in line
