"""The `storecast` command. Each command loads only what it needs: `run` stays small, help is quick."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storecast import __version__

if TYPE_CHECKING:
    from storecast.kit.settings import Settings

Command = Callable[[argparse.Namespace], int]
DATA = ("--data", "DIR", "folder for everything kept on disk")
RUN_FLAGS = {
    "data_dir": DATA,
    "port": ("--port", "PORT", "port of the API and the web pages"),
    "realtime_port": ("--realtime-port", "PORT", "port of the WebSocket gateway"),
    "broadcast_port": ("--broadcast-port", "PORT", "port of the HLS origin"),
    "rtmp_port": ("--rtmp-port", "PORT", "port publishers push RTMP to"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parsed = parser().parse_args(arguments)
    command: Command = parsed.command
    sys.exit(command(parsed))


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser("storecast", description="Self-hosted live shopping.")
    root.add_argument("--version", action="version", version=__version__)
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    for name, command, text in (
        ("run", run, "Run the whole platform on this machine."),
        ("demo", demo, "Run the whole platform and a live demo show."),
    ):
        sub = add(name, command, text)
        for setting, about in RUN_FLAGS.items():
            _add_setting(sub, setting, *about)
    for name, command, text in (
        ("api", api, "Serve the API and the web pages."),
        ("realtime", realtime, "Serve the WebSocket gateway."),
        ("broadcast", broadcast, "Take publishers in and serve HLS."),
        ("worker", worker, "Work on durable jobs."),
        ("migrate", migrate, "Bring the database to this version's shape; makes an installation where there is none."),
    ):
        _add_setting(add(name, command, text), "data_dir", *DATA)
    add("openapi", openapi, "Print the API's description (OpenAPI 3.1, JSON).")
    add("events", events, "Print the events of rooms and their data (TypeScript).")
    add("routes", routes, "Print every operation: method, path, scope, file and line.").add_argument(
        "--json", action="store_true", help="as JSON"
    )
    operators = add("operator", operator_help, "Manage who runs this installation.").add_subparsers(metavar="COMMAND")
    creating = operators.add_parser("create", help="Create an operator's account.")
    creating.add_argument("--email", required=True)
    creating.add_argument("--password", required=True, help="at least 8 characters")
    creating.set_defaults(command=create_operator)
    resetting = operators.add_parser("reset-factors", help="Remove the second factors of somebody who lost them.")
    resetting.add_argument("--email", required=True, help="whose account; make sure it is they who ask")
    resetting.set_defaults(command=reset_factors)
    for sub in (creating, resetting):
        _add_setting(sub, "data_dir", *DATA)
    clients = add("client", client_help, "Manage OAuth clients of the installation's own.").add_subparsers(
        metavar="COMMAND"
    )
    creating = clients.add_parser("create", help="Create a client that may take people's passwords.")
    creating.add_argument("--name", required=True)
    creating.add_argument("--redirect", required=True, help="addresses, separated by commas")
    creating.add_argument("--public", action="store_true", help="it cannot keep a secret, as an app on a phone")
    creating.set_defaults(command=create_client)
    _add_setting(creating, "data_dir", *DATA)
    keys = add("keys", keys_help, "Manage the keys tokens are signed with.").add_subparsers(metavar="COMMAND")
    rotating = keys.add_parser("rotate", help="Sign with a new key; old ones verify until their tokens are over.")
    rotating.set_defaults(command=rotate_keys)
    _add_setting(rotating, "data_dir", *DATA)
    checks = add("check", check_help, "Check what is kept.").add_subparsers(metavar="COMMAND")
    checking = checks.add_parser("stock", help="Reckon stock anew from its ledger, and say what differs.")
    checking.set_defaults(command=check_stock)
    _add_setting(checking, "data_dir", *DATA)
    add("settings", settings_table, "Print every setting as a Markdown table.")
    return root


def _add_setting(sub: argparse.ArgumentParser, setting: str, flag: str, metavar: str, meaning: str) -> None:
    sub.add_argument(flag, dest=setting, metavar=metavar, help=f"{meaning} (STORECAST_{setting.upper()})")


def run(arguments: argparse.Namespace) -> int:
    from storecast.entrypoints.supervision import run as platform

    return platform.run(_flags(arguments))


def demo(arguments: argparse.Namespace) -> int:
    from storecast.entrypoints.supervision import run as platform

    return platform.run(_flags(arguments), demo=True)


def api(arguments: argparse.Namespace) -> int:
    settings = _with_running_database(_of_installation("api", arguments))
    with _loading():
        from storecast.entrypoints.api import create_app
        from storecast.entrypoints.api_server import serve

        app = create_app(settings)
    return serve(app, settings)


def realtime(arguments: argparse.Namespace) -> int:
    settings = _sharing_hooks("realtime", arguments)
    if settings.valkey_url is None:
        settings = _with_running_database(settings)  # the bus
    with _loading():
        import uvloop

        from storecast.realtime.server import serve

    uvloop.run(serve(settings))
    return 0


def broadcast(arguments: argparse.Namespace) -> int:
    settings = _sharing_hooks("broadcast", arguments)
    with _loading():
        import uvloop

        from storecast.broadcast.server import serve

    uvloop.run(serve(settings))
    return 0


def worker(arguments: argparse.Namespace) -> int:
    settings = _with_running_database(_of_installation("worker", arguments))
    with _loading():
        from storecast.entrypoints.supervision.supervisor import say_ready
        from storecast.entrypoints.worker import serve

    asyncio.run(serve(settings, say_ready))
    return 0


def migrate(arguments: argparse.Namespace) -> int:
    from psycopg import OperationalError

    from storecast.entrypoints.supervision.supervisor import say
    from storecast.kit.migrations import upgrade
    from storecast.kit.postgres import PostgresUnavailable, bundled_database
    from storecast.kit.secrets import stored_secret

    settings = _start("migrate", arguments)

    async def upgrade_bundled() -> None:
        async with bundled_database(settings.data_dir) as url:
            await asyncio.to_thread(upgrade, url)

    try:
        if settings.database_url:
            upgrade(settings.database_url.get_secret_value())
        else:
            asyncio.run(upgrade_bundled())
        stored_secret(settings.data_dir, "hooks")
    except OSError as error:
        say(f"Cannot write to {settings.data_dir} (--data, STORECAST_DATA_DIR): {error.strerror}")
        return 1
    except (OperationalError, PostgresUnavailable) as error:
        say(f"The database cannot be used: {str(error).splitlines()[0]}")
        return 1
    return 0


def openapi(_: argparse.Namespace) -> int:
    from storecast.entrypoints.commands.description import api_description

    sys.stdout.write(api_description())
    return 0


def events(_: argparse.Namespace) -> int:
    from storecast.entrypoints.commands.event_types import printed_events

    sys.stdout.write(printed_events())
    return 0


def routes(arguments: argparse.Namespace) -> int:
    from storecast.entrypoints.commands.route_table import printed_routes

    sys.stdout.write(printed_routes(as_json=arguments.json))
    return 0


def operator_help(_: argparse.Namespace) -> int:
    from storecast.entrypoints.supervision.supervisor import say

    say("Use: storecast operator create --email E --password P, or storecast operator reset-factors --email E")
    return 2


def create_operator(arguments: argparse.Namespace) -> int:
    settings = _of_installation("operator", arguments)
    with _loading():
        from pydantic import SecretStr

        from storecast.entrypoints.commands.operators import Invalid, create_operator
        from storecast.entrypoints.supervision.supervisor import say
        from storecast.kit.migrations import upgrade
        from storecast.kit.postgres import bundled_database

    async def create(url: str) -> str:
        await asyncio.to_thread(upgrade, url)
        reached = settings.model_copy(update={"database_url": SecretStr(url)})
        return await create_operator(reached, arguments.email, arguments.password)

    async def reach() -> str:
        if settings.database_url:
            return await create(settings.database_url.get_secret_value())
        async with bundled_database(settings.data_dir) as url:
            return await create(url)

    try:
        sys.stdout.write(f"operator {arguments.email} has id {asyncio.run(reach())}\n")
    except Invalid as error:
        say(str(error))
        return 1
    return 0


def reset_factors(arguments: argparse.Namespace) -> int:
    settings = _with_running_database(_of_installation("operator", arguments))
    with _loading():
        from storecast.entrypoints.commands.operators import Invalid, reset_factors
        from storecast.entrypoints.supervision.supervisor import say

    try:
        asyncio.run(reset_factors(settings, arguments.email))
    except Invalid as error:
        say(str(error))
        return 1
    sys.stdout.write(f"{arguments.email} signs in with the password alone, and is signed out everywhere\n")
    return 0


def client_help(_: argparse.Namespace) -> int:
    from storecast.entrypoints.supervision.supervisor import say

    say("Use: storecast client create --name N --redirect URL [--public]")
    return 2


def create_client(arguments: argparse.Namespace) -> int:
    settings = _with_running_database(_of_installation("client", arguments))
    with _loading():
        from storecast.entrypoints.commands.clients import create_client
        from storecast.entrypoints.supervision.supervisor import say
        from storecast.kit.errors import Unprocessable

    making = create_client(settings, arguments.name, arguments.redirect, confidential=not arguments.public)
    try:
        made = asyncio.run(making)
    except Unprocessable as error:
        say("; ".join(f"--{entry.field} {entry.message}" for entry in error.messages))
        return 1
    sys.stdout.write(f"client id {made.client.id}\n")
    if made.secret is not None:
        sys.stdout.write(f"client secret {made.secret}\n")
    return 0


def keys_help(_: argparse.Namespace) -> int:
    from storecast.entrypoints.supervision.supervisor import say

    say("Use: storecast keys rotate")
    return 2


def rotate_keys(arguments: argparse.Namespace) -> int:
    settings = _of_installation("keys", arguments)
    from storecast.kit.clock import utcnow
    from storecast.kit.keys import rotate

    sys.stdout.write(f"tokens are signed with key {rotate(settings.data_dir / 'keys', utcnow())}\n")
    return 0


def check_help(_: argparse.Namespace) -> int:
    from storecast.entrypoints.supervision.supervisor import say

    say("Use: storecast check stock")
    return 2


def check_stock(arguments: argparse.Namespace) -> int:
    """Silent, and 0, where all is right."""
    settings = _with_running_database(_of_installation("check", arguments))
    with _loading():
        from storecast.entrypoints.commands.checks import stock_differences

    differences = asyncio.run(stock_differences(settings))
    sys.stdout.writelines(f"{line}\n" for line in differences)
    return 1 if differences else 0


def settings_table(_: argparse.Namespace) -> int:
    from storecast.entrypoints.commands.settings_table import settings_page

    sys.stdout.write(settings_page())
    return 0


@contextmanager
def _loading() -> Iterator[None]:
    """Around what a process loads and makes as it starts. It stays: looking through it for garbage took a fifth of the
    start and, again and again, a tenth of the API's time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _flags(arguments: argparse.Namespace) -> dict[str, str]:
    given = {setting: getattr(arguments, setting) for setting in RUN_FLAGS}
    return {setting: value for setting, value in given.items() if value is not None}


def _of_installation(process: str, arguments: argparse.Namespace) -> "Settings":
    """The settings, or the end of the process where there is no installation yet: only `run` and `migrate` make one."""
    from storecast.entrypoints.supervision.supervisor import say
    from storecast.kit.secrets import is_installation

    settings = _start(process, arguments)
    if not is_installation(settings.data_dir):
        say(
            f"There is no installation in {settings.data_dir.absolute()}. Say where it is: --data DIR, or "
            "STORECAST_DATA_DIR. `storecast run` makes one, or `storecast migrate`."
        )
        sys.exit(1)
    return settings


def _sharing_hooks(process: str, arguments: argparse.Namespace) -> "Settings":
    """As `_of_installation`, for a process that needs no secret but one, which a setting may tell it."""
    settings = _start(process, arguments)
    return settings if settings.hook_secret else _of_installation(process, arguments)


def _start(process: str, arguments: argparse.Namespace) -> "Settings":
    from storecast.entrypoints.supervision import SERVICE
    from storecast.entrypoints.supervision.resolve import read_settings
    from storecast.kit.logs import configure_logs

    settings = read_settings(arguments.data_dir)
    configure_logs(settings, os.environ.get(SERVICE, process))
    return settings


def _with_running_database(settings: "Settings") -> "Settings":
    """Where no database is named: the bundled one, which `storecast run` keeps."""
    from pydantic import SecretStr

    from storecast.entrypoints.supervision.supervisor import say
    from storecast.kit.postgres import running_url

    if settings.database_url:
        return settings
    url = running_url(settings.data_dir)
    if url is None:
        say("No database: set STORECAST_DATABASE_URL, or start the platform with `storecast run`, which keeps its own")
        sys.exit(1)
    return settings.model_copy(update={"database_url": SecretStr(url)})


if __name__ == "__main__":
    main()
