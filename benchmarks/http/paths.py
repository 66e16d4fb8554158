"""The paths under measurement, in a small world: an open channel with ten products, and its merchant."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from benchmarks.http.recording import Statement, recording
from storecast.domains.audience.schemas import Heartbeat
from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.products import shelf_product

SLUG = "evening-show"
PRODUCTS = 10
LEAST = {
    "details": 0.9,
    "uncached": 0.5,
    "heartbeat": 0.7,
    "storefront": 0.9,
    "shelf": 0.9,
    "profile": 0.5,
    "channel": 0.5,
}
"""Of each path, the least throughput beside the limit's."""

WARM = 5  # requests after which what is kept is kept


class Path(Struct, frozen=True):
    """One of `LEAST`. `statements` are what a signed-in request sends."""

    name: str
    title: str
    path: str
    method: str = "GET"
    body: bytes = b""
    token: str = ""
    statements: Sequence[Statement] = ()

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return headers | ({"Content-Type": "application/json"} if self.body else {})


async def build_world(anyone: Client) -> list[Path]:
    """Make the channel by the API, and answer the paths to it."""
    merchant = await member(anyone)
    made = await channel(merchant.client, slug=SLUG)
    for number in range(PRODUCTS):
        await shelf_product(merchant.client, made["id"], f"Lamp {number + 1}")
    events = "/api/v1/events"
    beat = msgspec.json.encode(Heartbeat(SLUG, "a-viewer", "a-view", "2026-11-27T12:00:00Z"))
    return [
        Path("details", "GET /events/playback/{slug}, kept", f"{events}/playback/{SLUG}"),
        await _signed_in("uncached", "GET /events/playback/{slug}, owner", f"{events}/playback/{SLUG}", merchant),
        Path("heartbeat", "POST /events/heartbeat", f"{events}/heartbeat", "POST", beat),
        Path("storefront", "GET /events/products/{slug}", f"{events}/products/{SLUG}"),
        Path("shelf", "GET /events/{slug}/products", f"{events}/{SLUG}/products"),
        await _signed_in("profile", "GET /profile", "/api/v1/profile", merchant),
        await _signed_in("channel", "GET /events/{id}", f"{events}/{made['id']}", merchant),
    ]


async def _signed_in(name: str, title: str, path: str, merchant: Member) -> Path:
    statements = await statements_of(merchant.client, path)
    return Path(name, title, path, token=merchant.access_token, statements=statements)


async def statements_of(client: Client, path: str) -> list[Statement]:
    """What a request sends once what the process keeps is kept."""
    for _ in range(WARM):
        await client.get(path)
    with recording() as statements:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return statements
