"""`GET /profile` with an access token against the same handler handed its user, in one process; exit 1 past the limit.

Requests go straight into the app, so that no HTTP server's time hides what is measured. Rounds alternate; each is a
number of requests by several callers at once. Throughput is requests a second of the process's CPU time: one process
has one core, and what else the machine does counts for neither. `python -m benchmarks.auth`.
"""

import argparse
import asyncio
import statistics
import sys
import time

import uvloop
from litestar import Litestar
from litestar.di import Provide

from benchmarks.asgi import ask
from benchmarks.database import installation
from benchmarks.figures import Figure, report
from storecast.domains.accounts.callers import ALL_SCOPES, SignedIn
from storecast.domains.accounts.models import GrantKind
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.routes import ProfileController
from storecast.kit.database import create_databases, create_engine, transaction
from storecast.kit.logs import configure_logs
from storecast.kit.settings import Settings
from tests.factories.accounts import member
from tests.factories.platform import running_app

LEAST_THROUGHPUT = 0.6  # of the handler's without authentication
CALLERS = 8


async def main(rounds: int, requests: int) -> int:
    async with installation() as settings:
        return await compare(settings, rounds, requests)


async def compare(settings: Settings, rounds: int, requests: int) -> int:
    configure_logs(settings.model_copy(update={"log_level": "warning"}), "benchmark")
    async with running_app(settings) as anyone:
        person = await member(anyone)
        anyone.app.register(await open_profile(settings, person.email))
        token = (b"authorization", f"Bearer {person.access_token}".encode())
        contestants = {"with": ("/api/v1/profile", [token]), "without": ("/open", [])}
        for path, headers in contestants.values():
            await throughput(anyone.app, path, headers, requests)
        found: dict[str, list[float]] = {name: [] for name in contestants}
        for turn in range(rounds):
            for name in sorted(contestants, reverse=bool(turn % 2)):
                found[name].append(await throughput(anyone.app, *contestants[name], requests))
            print(f"round {turn + 1}: {found['with'][-1]:.0f}/s with, {found['without'][-1]:.0f}/s without", flush=True)
    ratios = [with_token / without for with_token, without in zip(found["with"], found["without"], strict=True)]
    name = "GET /profile with a token, throughput to without"
    return report([Figure(name, statistics.median(ratios), least=LEAST_THROUGHPUT)])


async def open_profile(settings: Settings, email: str) -> type[ProfileController]:
    """The profile's own handler at `/open`, whose user is there already."""
    engine = create_engine(settings)
    async with transaction(create_databases(engine)) as db:
        user = await AccountRepository(db).by_email(email)
    await engine.dispose()
    assert user is not None
    signed_in = SignedIn(user, "", frozenset(ALL_SCOPES), GrantKind.SIGN_IN)

    class OpenProfile(ProfileController):
        path = "/open"
        include_in_schema = False
        dependencies = {"user": Provide(lambda: signed_in, sync_to_thread=False)}  # noqa: RUF012

    return OpenProfile


async def throughput(app: Litestar, path: str, headers: list[tuple[bytes, bytes]], requests: int) -> float:
    """Requests a second of CPU time."""

    async def call() -> None:
        for _ in range(requests // CALLERS):
            await ask(app, path, headers)

    began = time.process_time()
    await asyncio.gather(*(call() for _ in range(CALLERS)))
    return requests / (time.process_time() - began)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=10)
    arguments.add_argument("--requests", type=int, default=400, help="a round")
    given = arguments.parse_args()
    sys.exit(uvloop.run(main(given.rounds, given.requests)))
