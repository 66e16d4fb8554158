"""Hundreds of buyers, each at an address of their own, who want the same few pieces at the same moment."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
from msgspec import Struct

from tests.e2e.installation import Installation, Json

AT_ONCE = 48  # requests on their way: all others wait in the buyers' own machines
LONGEST_PAUSE = 6.0  # seconds
PATIENCE = 900.0  # seconds until it counts as hung; nothing is said of how long it may take
AGAIN = {429, 502, 503, 504}  # statuses after which a page asks again
GOING = "still going on"  # what is said of a request whose process died with half of it done


class Want(Struct, frozen=True):
    product: int
    variant: int | None = None


@dataclass
class Race:
    """What all of them do at once on one channel, and what they were told."""

    installation: Installation
    channel: str
    http: httpx.AsyncClient
    over: asyncio.Event = field(default_factory=asyncio.Event)
    told: Counter[str] = field(default_factory=Counter)  # statuses, and connections that broke
    placed: int = 0
    odd: list[str] = field(default_factory=list)  # answers nobody should get
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


class Buyer:
    def __init__(self, race: Race, number: int, wants: Sequence[Want], *, hesitates: bool = False) -> None:
        self.race = race
        self.number = number
        self.name = f"Buyer {number}"
        self.wants = wants
        self.hesitates = hesitates  # gives it all back the first time, and lets others have it
        self.order: Json | None = None  # what they were told they have
        self.chance = random.Random(number)
        self._token = ""
        self._patience = 0.2  # seconds
        self._address = f"198.18.{number // 250}.{number % 250 + 1}"  # RFC 2544's, nobody's

    @property
    def contact(self) -> Json:
        return {"name": self.name, "email": f"buyer{self.number}@example.com", "address": "12 Mill Lane"}

    async def arrive(self) -> None:
        answer = await self.call("GET", "jwt")
        assert answer.status_code == 200, answer.text
        self._token = answer.json()["data"]["token"]

    async def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Again and again until there is an answer, as the same request.

        Where that died half done, some ask anew, and some do not: they give up what they were about to pay.
        """
        headers = {"X-Forwarded-For": self._address, "Idempotency-Key": uuid4().hex}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        while True:
            try:
                async with self.race.turns:
                    answer = await self.race.http.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                self.race.told[type(error).__name__] += 1
            else:
                self.race.told[f"{method} {answer.status_code}"] += 1
                going = answer.status_code == 409 and GOING in answer.text
                if going and (method == "DELETE" or self.number % 2):
                    headers["Idempotency-Key"] = uuid4().hex
                elif answer.status_code not in AGAIN:
                    return answer
            await self.pause()

    async def cart(self, method: str, path: str = "", body: object = None) -> httpx.Response:
        return await self.call(method, f"events/event/{self.race.channel}/cart{path}", body)

    async def pause(self) -> None:
        """Each time longer: whoever has something in the cart is not to wait for those who have nothing."""
        self._patience = min(2 * self._patience, LONGEST_PAUSE)
        await asyncio.sleep(self.chance.uniform(0.1, 1) * self._patience)

    def hesitant(self) -> bool:
        """The first time it is asked."""
        hesitates, self.hesitates = self.hesitates, False
        return hesitates

    async def fill(self) -> Json | None:
        """What could be had of what is wanted; None where that is nothing."""
        cart = None
        for want in self.wants:
            answer = await self.cart("POST", "", {"productId": want.product, "variantId": want.variant, "quantity": 1})
            if answer.status_code == 200:
                cart = answer.json()["data"]
            else:
                self.expect(answer, 409)
        return cart

    async def empty(self, cart: Json) -> None:
        for line in cart["items"]["data"]:
            await self.remove(cart, line)

    async def remove(self, cart: Json, line: Json) -> None:
        self.expect(await self.cart("DELETE", f"/{cart['id']}/{line['id']}"), 200)

    async def check_out(self, cart: Json, **more: object) -> httpx.Response:
        """Some press the button twice."""
        path, body = f"/native/{cart['id']}", self.contact | more
        if self.number % 3:
            return await self.cart("PUT", path, body)
        first, second = await asyncio.gather(self.cart("PUT", path, body), self.cart("PUT", path, body))
        if first.status_code == second.status_code == 200:
            told = [answer.json()["data"]["order"]["id"] for answer in (first, second)]
            if len(set(told)) > 1:
                self.race.odd.append(f"two orders of one cart: {told}")
        return first if first.status_code == 200 else second

    def expect(self, answer: httpx.Response, status: int) -> None:
        if answer.status_code != status:
            self.race.odd.append(f"{answer.request.method} {answer.request.url.path}: {answer.text[:300]}")

    async def buy(self, pay: "Callable[[Buyer, Json], Awaitable[bool]] | None" = None) -> None:
        """Until they have something, or it is over. `pay` does the rest once it is checked out."""
        while not self.race.over.is_set():
            cart = await self.fill()
            if cart is None:
                await self.pause()
                continue
            if pay is None and self.hesitant():
                await self.pause()
                await self.empty(cart)
                continue
            if await self._bought(cart, pay):
                self.race.placed += 1
                return

    async def _bought(self, cart: Json, pay: "Callable[[Buyer, Json], Awaitable[bool]] | None") -> bool:
        """With fewer and fewer lines where it is sold out meanwhile, as it may be where a cart holds nothing."""
        while cart["items"]["data"]:
            answer = await self.check_out(cart)
            if answer.status_code == 200:
                checked_out = answer.json()["data"]
                if pay is not None and not await pay(self, checked_out):
                    await self.empty(cart)
                    return False
                self.order = checked_out["order"]
                return True
            self.expect(answer, 409)
            await self.remove(cart, cart["items"]["data"].pop())
            if answer.status_code != 409:
                return False
        return False


@asynccontextmanager
async def racing(installation: Installation, channel: str) -> AsyncGenerator[Race, None]:
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    base = f"{installation.url}/api/v1"
    async with httpx.AsyncClient(base_url=base, timeout=30, limits=limits, trust_env=False) as http:
        yield Race(installation, channel, http)


async def all_at_once(
    buyers: Sequence[Buyer],
    *beside: Awaitable[None],
    buy: Callable[[Buyer], Awaitable[None]],
) -> None:
    """All of them, with what happens `beside`, which ends when they do."""
    await asyncio.gather(*(buyer.arrive() for buyer in buyers))
    around = [asyncio.ensure_future(each) for each in beside]
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(buy(buyer) for buyer in buyers))
    except TimeoutError:
        race = buyers[0].race
        raise AssertionError(f"it does not end: {race.placed} bought, {race.told}, {race.odd[:5]}") from None
    finally:
        for each in around:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each
