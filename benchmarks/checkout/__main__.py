"""Reservations a second of one hot product; exit 1 when the ratio to the bare app is below its least.

Rounds alternate between `storecast api`, the limit (`bare.py`: the same rows in one transaction, without rules) and,
without HTTP, `UPDATE … WHERE stock >= n RETURNING` in a loop over as many connections. wrk asks with 32 connections for
one guest after another, each from an address of their own. A ratio is that of the medians of reservations a second.
`python -m benchmarks.checkout`.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import asyncpg
import httpx
import uvloop
from msgspec import Struct

from benchmarks.checkout.bare import Bare
from benchmarks.checkout.world import PRICE, Buyer, Shop, build_shops, buyers, write
from benchmarks.database import installation
from benchmarks.figures import Figure, report
from benchmarks.http.load import CONNECTIONS, Round, load, missing
from benchmarks.http.servers import Server, limit, storecast
from storecast.kit.logs import configure_logs
from storecast.kit.settings import Settings
from tests.factories.platform import running_app
from tests.factories.selling import CONTACT

LEAST = 0.5  # of the bare app's reservations a second
WARM_SECONDS = 1
BUYERS = Path(__file__).parent / "buyers.lua"
OWN = {"date", "connection", "transfer-encoding", "content-length"}  # headers of one answer
_LOOP = "UPDATE bare_stock SET stock = stock - $1 WHERE id = 1 AND stock >= $1 RETURNING stock"


class Contestant(Struct):
    """`file` has the buyers' requests, of whom `asked` were before."""

    server: Server
    shop: Shop
    file: Path
    asked: int = 0

    def play(self, seconds: int) -> Round:
        played = self.ask("POST", self.file, seconds, self.asked)
        self.asked += played.requests + CONNECTIONS  # wrk leaves while each connection waits for an answer
        return played

    def ask(self, method: str, file: Path, seconds: int, before: int = 0) -> Round:
        arguments = [method, str(file), str(before)]
        return load(f"{self.server.name}, {method}", self.server.pid, self.server.url, {}, seconds, BUYERS, arguments)


async def main(arguments: argparse.Namespace) -> int:
    async with installation() as settings:
        configure_logs(settings.model_copy(update={"log_level": "warning"}), "benchmark")
        async with running_app(settings) as anyone:
            shops = await build_shops(anyone, ("ours", "bare"))
        guests = await asyncio.to_thread(buyers, settings.data_dir / "keys", arguments.buyers)
        return await compete(settings, shops, guests, arguments.rounds, arguments.seconds)


async def compete(settings: Settings, shops: list[Shop], guests: list[Buyer], rounds: int, seconds: int) -> int:
    assert settings.database_url
    url, folder = settings.database_url.get_secret_value(), settings.data_dir
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE bare_stock (id int PRIMARY KEY, stock int)")
    await connection.execute("INSERT INTO bare_stock VALUES (1, 2000000000)")
    ours, theirs = shops
    [(channel_id, stock_id)] = await connection.fetch(
        "SELECT channels.id, stocks.id FROM channels, stocks WHERE slug = $1 AND product_id = $2",
        *(theirs.slug, theirs.product_id),
    )
    with storecast(settings) as server:
        answer = await asyncio.to_thread(first, server, ours, guests.pop())
        headers = [(name, value) for name, value in answer.headers.raw if name.decode().lower() not in OWN]
        pool, currency = settings.database_pool, answer.json()["data"]["currency"]
        bare = Bare(
            *(url, pool, folder / "keys", channel_id, theirs.product_id, stock_id, currency, PRICE),
            *(headers, answer.content),
        )
        with limit(bare, folder, "benchmarks.checkout.bare") as bare_server:
            contestants = [
                Contestant(at, shop, write(folder / shop.slug, [(each, shop.cart, shop.addition) for each in guests]))
                for at, shop in ((server, ours), (bare_server, theirs))
            ]
            figures = await alternate(contestants, url, pool, rounds, seconds)
            await connection.execute("ANALYZE")
            figures += await others(contestants[0], guests, connection, seconds)
    await connection.close()
    return report(figures)


def first(server: Server, shop: Shop, buyer: Buyer) -> httpx.Response:
    """The first reservation, to see that it is answered well."""
    headers = {"Authorization": f"Bearer {buyer.token}", "X-Forwarded-For": buyer.address}
    answer = httpx.post(server.url + shop.cart, headers=headers, json={"productId": shop.product_id})
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["expires_at"], "nothing is held"
    return answer


async def alternate(
    contestants: Sequence[Contestant], url: str, connections: int, rounds: int, seconds: int
) -> list[Figure]:
    def player(contestant: Contestant) -> Callable[[int], Awaitable[Round]]:
        return lambda length: asyncio.to_thread(contestant.play, length)

    players = {each.server.name: player(each) for each in contestants}
    players["update"] = lambda length: loop(url, connections, length)
    found: dict[str, list[Round]] = {name: [] for name in players}
    for play in players.values():
        await play(WARM_SECONDS)
    for turn in range(rounds):
        for name, play in list(players.items())[:: -1 if turn % 2 else 1]:
            played = await play(seconds)
            found[name].append(played)
            print(f"round {turn + 1}  {name:<9}  {told(played)}", flush=True)
    return figures_of(*found.values())


async def loop(url: str, connections: int, seconds: int) -> Round:
    """The hot row alone, changed by so many at once."""
    took: list[float] = []
    until = time.perf_counter() + seconds

    async def buy() -> None:
        connection = await asyncpg.connect(url, server_settings={"jit": "off"})
        while (began := time.perf_counter()) < until:
            await connection.fetchval(_LOOP, 1)
            took.append((time.perf_counter() - began) * 1000)
        await connection.close()

    cpu = time.process_time()
    await asyncio.gather(*(buy() for _ in range(connections)))
    cpu = time.process_time() - cpu
    percentiles = statistics.quantiles(took, n=100)
    return Round(len(took) / seconds, len(took) / cpu, cpu / seconds, percentiles[49], percentiles[98], len(took))


async def others(
    ours: Contestant, guests: Sequence[Buyer], connection: "asyncpg.Connection[asyncpg.Record]", seconds: int
) -> list[Figure]:
    """How fast those carts are shown, and become orders: of each as many as fit, told without a limit."""
    rows = await connection.fetch(
        "SELECT subject, carts.hash_id FROM carts JOIN channels ON channels.id = channel_id"
        " WHERE slug = $1 AND closed_at IS NULL",
        ours.shop.slug,
    )
    carts = {row["subject"]: row["hash_id"] for row in rows}
    having = [buyer for buyer in guests if buyer.subject in carts]
    shown = write(ours.file.with_suffix(".show"), [(buyer, ours.shop.cart, b"") for buyer in having])
    ordered = write(
        ours.file.with_suffix(".order"),
        [(buyer, f"{ours.shop.cart}/native/{carts[buyer.subject]}", contact(buyer)) for buyer in having],
    )
    found = []
    for method, file, title in (
        ("GET", shown, "GET …/cart"),
        ("PUT", ordered, "PUT …/cart/native/{id}, an order request"),
    ):
        played = await asyncio.to_thread(ours.ask, method, file, seconds)
        found.append(Figure(title, played.rate, "/s", note=told(played)))
    orders = await connection.fetchval("SELECT count(*) FROM orders")
    assert orders < len(having), "they ran out of carts: more --buyers are needed"
    return found


def contact(buyer: Buyer) -> bytes:
    """Of each their own address: what one of them orders is bounded."""
    return httpx.Request("PUT", "http://shop.test", json={**CONTACT, "email": f"{buyer.address}@example.com"}).content


def told(played: Round) -> str:
    return (
        f"{played.rate:.0f}/s, {played.cpu_rate:.0f} a CPU second, {played.busy:.0%} busy, "
        f"median {played.median:.1f} ms, p99 {played.p99:.1f} ms"
    )


def figures_of(ours: list[Round], bare: list[Round], update: list[Round]) -> list[Figure]:
    def median(side: list[Round], name: str) -> float:
        return float(statistics.median(getattr(played, name) for played in side))

    def row(title: str, side: list[Round]) -> Figure:
        note = f"median {median(side, 'median'):.1f} ms, p99 {median(side, 'p99'):.1f} ms"
        return Figure(title, median(side, "rate"), "/s", note=note)

    rate, bare_rate = median(ours, "rate"), median(bare, "rate")
    cpu, bare_cpu = median(ours, "cpu_rate"), median(bare, "cpu_rate")
    note = f"{rate:.0f}/s to {bare_rate:.0f}/s; by CPU time {cpu / bare_cpu:.2f} ({cpu:.0f}/s to {bare_cpu:.0f}/s)"
    return [
        Figure("POST …/cart, one hot product", rate / bare_rate, least=LEAST, note=note),
        row("  storecast", ours),
        row("  the same rows, bare", bare),
        row("  UPDATE … RETURNING alone", update),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="length of a round")
    parser.add_argument("--buyers", type=int, default=8000)
    given = parser.parse_args()
    if why := missing():
        print(f"skipped: {why}")
        sys.exit(0)
    sys.exit(uvloop.run(main(given)))
