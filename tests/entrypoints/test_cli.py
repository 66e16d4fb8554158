import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from storecast.entrypoints.cli import parser
from storecast.kit.migrations import newest
from storecast.kit.secrets import stored_secret


def refused(*arguments: str, **settings: object) -> str:
    """What the command says as it ends with 1."""
    ended = storecast(*arguments, **settings)
    assert ended.returncode == 1, ended.stderr
    return ended.stderr


def done(*arguments: str, **settings: object) -> str:
    """What the command prints as it ends well."""
    ended = storecast(*arguments, **settings)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def storecast(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STORECAST_")}
    environment |= {f"STORECAST_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "storecast.entrypoints.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_migrate_says_in_a_line_that_the_database_is_out_of_reach(tmp_path: Path) -> None:
    [line] = refused("migrate", database_url="postgresql://nobody@127.0.0.1:1/none", data_dir=tmp_path).splitlines()
    assert line.startswith("storecast: The database cannot be used: connection failed")


def test_migrate_says_in_a_line_that_the_database_is_a_newer_versions(database_url: str, tmp_path: Path) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        try:
            [line] = refused("migrate", database_url=database_url, data_dir=tmp_path).splitlines()
        finally:
            connection.execute("UPDATE alembic_version SET version_num = %s", [newest()])
    assert (
        line
        == f"storecast: The database cannot be used: a newer version has changed it (9999; this one knows {newest()})"
    )


@pytest.mark.parametrize("process", ["api", "realtime", "worker"])
def test_a_process_alone_says_that_it_has_no_database(process: str, tmp_path: Path) -> None:
    stored_secret(tmp_path, "hooks")
    [line] = refused(process, data_dir=tmp_path).splitlines()
    assert "set STORECAST_DATABASE_URL" in line


COMMANDS = (
    ("api",),
    ("realtime",),
    ("broadcast",),
    ("worker",),
    ("operator", "create", "--email", "mara@example.com", "--password", "a long enough password"),
    ("operator", "reset-factors", "--email", "mara@example.com"),
    ("client", "create", "--name", "Own app", "--redirect", "https://app.example/back"),
    ("keys", "rotate"),
    ("check", "stock"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_makes_an_installation_where_there_is_none(command: tuple[str, ...], tmp_path: Path) -> None:
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    for flags, settings in ((["--data", str(here)], {"data_dir": elsewhere}), ([], {"data_dir": here})):
        [line] = refused(*command, *flags, database_url=nowhere, **settings).splitlines()
        assert line.startswith(f"storecast: There is no installation in {here}. Say where it is: --data DIR")
    assert list(tmp_path.iterdir()) == []


def test_every_command_that_touches_an_installation_takes_its_folder() -> None:
    for command in (*COMMANDS, ("run",), ("demo",), ("migrate",)):
        assert parser().parse_args([*command, "--data", "d"]).data_dir == "d"


def test_migrate_makes_an_installation_for_the_commands_beside_it(database_url: str, tmp_path: Path) -> None:
    settings = {"database_url": database_url, "data_dir": tmp_path / "elsewhere"}
    here = ("--data", str(tmp_path / "here"))
    done(*("migrate", *here), **settings)
    made = done(
        "operator", "create", "--email", "mara@example.com", "--password", "a long enough password", *here, **settings
    )
    assert made.startswith("operator mara@example.com has id ")
    done("keys", "rotate", *here, **settings)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize(("process", "listed"), [("api", "*"), ("run", "127.0.0.1,10.1.0.7/24")])
def test_proxies_that_cannot_be_read_are_one_line(process: str, listed: str, tmp_path: Path) -> None:
    [line] = refused(process, trusted_proxies=listed, data_dir=tmp_path).splitlines()
    assert line.startswith(f"storecast: STORECAST_TRUSTED_PROXIES={listed}: ")


def test_an_operators_bad_email_and_password_are_both_named(database_url: str, tmp_path: Path) -> None:
    stored_secret(tmp_path, "hooks")
    create = ("operator", "create", "--email", "mara", "--password", "short")
    errors = refused(*create, database_url=database_url, data_dir=tmp_path)
    assert "--email is not in the right format; --password must be at least 8 characters" in errors


@pytest.mark.parametrize("content", ["plans = [", "plans = []", '[[plans]]\nname = "Free"\n'])
def test_plans_that_cannot_be_read_are_one_line(content: str, tmp_path: Path) -> None:
    path = tmp_path / "plans.toml"
    path.write_text(content)
    [line] = refused("run", plans_file=path, data_dir=tmp_path / "data").splitlines()
    assert f"the plans cannot be read: {path}: " in line
