"""One right request for each operation that is built: from a small world that stands ready, who asks for what.

A path's parameters are given in the order they stand in it.
"""

import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import httpx
from litestar import Litestar

from storecast.kit.hooks import HEADER, sign
from storecast.wiring.process import process_of
from tests.contract.operations import Operation
from tests.factories.accounts import PASSWORD, Member, guest, member, operator
from tests.factories.channels import Json, channel
from tests.factories.media import processed, show_video
from tests.factories.oauth import REDIRECT, OAuthClient, consent, exchange, oauth_client
from tests.factories.platform import Client
from tests.factories.products import catalogue_product, shelf_product, upload
from tests.factories.selling import CONTACT, add
from tests.peers.issuer import Issuer

TARGET = {"name": "Elsewhere", "url": "rtmp://live.example.com/app", "key": "live_0123456789"}


@dataclass
class World:
    """A merchant with a channel that has a stream, a target, a video and a product on its shelf, and takes questions.

    And another product, a guest who asked one and said something, a user who reminds people of shows.

    The guest has the product in their cart. And with an OAuth client, what they granted it, and a personal token.
    """

    anyone: Client
    google: Issuer
    merchant: Member
    visitor: Client
    cart: Json
    channel: Json
    stream: str
    on_shelf: int
    off_shelf: int
    variant: int
    verification: dict[str, str]
    app: OAuthClient
    granted: str
    personal: str
    reset: dict[str, str]
    other: Member
    reminding: Json
    video: str
    operator: Client
    target: str
    said: str
    question: str

    def served_by(self, app: Litestar) -> "World":
        """The same world, asked of `app`."""

        def moved(part: object) -> object:
            if isinstance(part, Client):
                return Client(app, part.token)
            if isinstance(part, Member):
                return replace(part, client=Client(app, part.access_token))
            return part

        return World(**{part.name: moved(getattr(self, part.name)) for part in fields(self)})  # type: ignore[arg-type]


async def build_world(anyone: Client, google: Issuer, mailed: Callable[[], Awaitable[dict[str, str]]]) -> World:
    """`mailed` answers the parameters of the link in the one mail sent since it was last asked."""
    merchant = await member(anyone)
    made = await channel(merchant.client, questionsEnabled=True)
    small = json.dumps([{"name": "Small", "reference": "136"}])
    on_shelf = await shelf_product(merchant.client, made["id"], variants=small)
    off_shelf = await catalogue_product(merchant.client, variants=small)
    stream = (await merchant.client.post("streams", {"event_id": made["id"]})).json()["data"]
    app = await oauth_client(merchant.client)
    await exchange(anyone, app, await consent(merchant.client, app))
    personal = await merchant.client.post("oauth/personal-access-tokens", {"name": "mine"})
    target = await merchant.client.post(f"events/{made['id']}/simulcast", TARGET)
    verification = await mailed()
    await anyone.post("auth/password/email", {"email": merchant.email})
    reset, other = await mailed(), await member(anyone)
    visitor = await guest(anyone)
    asked = await visitor.post("questions/create", {"question": "Does it dim?", "eventId": made["id"]})
    return World(
        anyone,
        google,
        merchant,
        visitor,
        await add(visitor, on_shelf, on=made["id"], variantId=on_shelf["variants"]["data"][0]["id"]),
        made,
        (stream[0] if isinstance(stream, list) else stream)["id"],
        on_shelf["id"],
        off_shelf["id"],
        on_shelf["variants"]["data"][0]["id"],
        verification,
        app,
        (await merchant.client.get("oauth/tokens")).json()[0]["id"],
        personal.json()["token"]["id"],
        reset,
        other,
        await channel(other.client, attributes={"userEmailNotifications": True}),
        (await processed(merchant.client, await show_video(merchant.client, made["id"])))["id"],
        await operator(anyone),
        target.json()["data"]["id"],
        (await visitor.post("messages/guest", {"data": "Hi", "thread_id": made["thread_id"]})).json()["data"]["id"],
        asked.json()["data"]["id"],
    )


@dataclass
class Asked:
    caller: Client
    path: tuple[object, ...] = ()
    how: dict[str, Any] = field(default_factory=dict)


async def ask(operation: Operation, asked: Asked, caller: Client, **other: Any) -> httpx.Response:
    """`asked` put to the API by `caller`; `other` replaces parts of how it is asked."""
    values = iter(asked.path)
    path = re.sub(r"\{[^}]*\}", lambda _: str(next(values)), operation.path)
    return await caller.call(operation.method, path, **(asked.how | other))


def by_anyone(w: World, *path: object, **how: Any) -> Asked:
    return Asked(w.anyone, path, how)


def by_guest(w: World, *path: object, **how: Any) -> Asked:
    return Asked(w.visitor, path, how)


def by_hook(w: World, said: object) -> Asked:
    body = json.dumps(said).encode()
    signature = sign(process_of(w.anyone.app).hook_secret, body, time.time())
    return Asked(w.anyone, how={"content": body, "headers": {HEADER: signature, "Content-Type": "application/json"}})


def by_merchant(w: World, *path: object, **how: Any) -> Asked:
    return Asked(w.merchant.client, path, how)


SHOP_ORDER = {
    "event": "e1",
    "provider": "shopify",
    "kind": "paid",
    "reference": "5001",
    "currency": "EUR",
    "lines": [{"name": "Vase", "price": "12.50", "quantity": 1}],
}
OUTSIDE = {"id": "m1", "author": {"id": "u1", "name": "Yara"}, "data": "Hello from elsewhere"}
PRODUCT = {"name": "Vase", "link": "https://shop.test/vase", "price": "12.50"}

RECIPES: dict[int, Callable[[World], Asked]] = {
    1: lambda w: by_anyone(w, json={"email": w.merchant.email, "password": PASSWORD}),
    2: lambda w: by_anyone(w, json={"provider": "google", "access_token": w.google.token()}),
    3: lambda w: by_anyone(w, json={"email": "new@example.com", "password": PASSWORD}),
    4: lambda w: by_anyone(w, json={"refresh_token": w.merchant.refresh_token}),
    5: lambda w: by_merchant(w),
    6: lambda w: by_anyone(w, json={"email": w.merchant.email}),  # its other documented fields do not matter
    7: lambda w: by_anyone(
        w, json={"token": w.reset["token"], "userEmail": w.reset["email"], "password": "another good password"}
    ),
    8: lambda w: by_merchant(w, w.channel["id"]),
    9: lambda w: by_merchant(w, params={"page": 1, "status": 0}),
    10: lambda w: by_merchant(w, w.channel["id"]),
    11: lambda w: by_merchant(w, json={"name": "Morning show"}),
    12: lambda w: by_merchant(w, w.channel["id"]),
    13: lambda w: by_merchant(w, w.channel["id"], json={"description": "Lamps and vases"}),
    14: lambda w: by_merchant(w, w.channel["id"]),
    15: lambda w: by_merchant(w, w.video),
    17: lambda w: by_merchant(w, w.video),
    20: lambda w: by_merchant(w, w.channel["id"]),
    21: lambda w: by_merchant(w, w.video, json={"name": "Lamps", "order": 0, "in_playlist": True}),
    23: lambda w: by_merchant(w, w.video, json={"start": 3.217, "end": 9.983}),
    24: lambda w: by_merchant(w, w.video),
    18: lambda w: by_merchant(w, w.channel["id"], files={"image": upload()}),
    19: lambda w: by_merchant(w, w.channel["slug"], files={"image": upload()}),
    22: lambda w: by_merchant(w, w.channel["id"]),
    16: lambda w: by_merchant(
        w, w.channel["id"], json={"extension": "video/mp4", "filename": "show.mp4", "size": 1_000}
    ),
    25: lambda w: by_merchant(w, w.channel["id"], params={"term": "lamp"}),
    26: lambda w: by_anyone(w, w.channel["id"]),
    27: lambda w: by_merchant(w, w.channel["id"], w.off_shelf, files={"image": upload()}),
    28: lambda w: by_merchant(w, w.channel["id"], json={"reference": 136, "product_id": w.off_shelf}),
    29: lambda w: by_merchant(w, w.channel["id"], w.variant),
    30: lambda w: by_merchant(w, w.channel["id"], w.on_shelf),
    31: lambda w: by_merchant(w, w.channel["id"], json={"order": [w.on_shelf]}),
    33: lambda w: by_anyone(w, json={"eventId": w.channel["id"]}),
    34: lambda w: by_guest(w, json={"question": "Is it heavy?", "eventId": w.channel["id"]}),
    35: lambda w: by_guest(w, json={"questionId": w.question, "direction": 2}),
    36: lambda w: by_merchant(w, w.stream, json={"autojoin": True, "is_live_manual": False}),
    42: lambda w: by_merchant(w),
    43: lambda w: by_merchant(w, json={"event_id": w.channel["id"], "contributorId": "nobody"}),
    50: lambda w: by_merchant(w),
    51: lambda w: by_merchant(w, json={"full_name": "Mara Pop"}),
    52: lambda w: Asked(w.other.client, how={"json": {"channelId": w.channel["thread_id"], "following": True}}),
    53: lambda w: by_anyone(w),
    54: lambda w: by_anyone(w, json=w.verification),
    55: lambda w: by_merchant(w, json={"old_password": PASSWORD, "password": "another good password"}),
    57: lambda w: by_merchant(w),
    58: lambda w: by_anyone(w, w.channel["slug"]),
    59: lambda w: by_anyone(w, w.channel["slug"], json={}),
    60: lambda w: by_anyone(w, w.channel["slug"]),
    62: lambda w: by_anyone(w, json={"eventId": w.channel["slug"]}),
    61: lambda w: by_anyone(w, json={"eventId": w.reminding["id"], "email": "viewer@example.com"}),
    63: lambda w: by_anyone(
        w,
        json={
            "eventId": w.channel["id"],
            "viewerHash": "viewer-0123456789abcdef",
            "viewHash": "view-0123456789abcdef",
            "date": "2026-01-01T00:00:00Z",
        },
    ),
    64: lambda w: by_merchant(w, json={"data": "Welcome", "thread_id": w.channel["thread_id"]}),
    65: lambda w: by_guest(w, json={"data": "Hello", "thread_id": w.channel["thread_id"]}),
    66: lambda w: by_guest(w, json={"threadSlug": w.channel["slug"], "userId": "1"}),
    67: lambda w: by_guest(w, json={"threadSlug": w.channel["slug"], "name": "Ana"}),
    68: lambda w: by_merchant(w, w.channel["id"], json=TARGET),
    69: lambda w: by_merchant(w, w.channel["id"], json={"status": False}),
    70: lambda w: by_merchant(w, w.channel["id"], w.target),
    74: lambda w: by_merchant(w, w.channel["id"], w.target, json=TARGET),
    75: lambda w: by_anyone(w),
    76: lambda w: by_anyone(w),
    77: lambda w: by_anyone(w),
    78: lambda w: by_anyone(w),
    79: lambda w: by_anyone(
        w, json={"message": "TypeError: lamp is undefined", "stack": "at light (/assets/a.js:1:2)"}
    ),
    80: lambda w: by_anyone(w, json={"email": "newer@example.com"}),
    81: lambda w: by_merchant(w),
    82: lambda w: Asked(w.operator, (1,)),
    83: lambda w: by_anyone(w),
    87: lambda w: by_anyone(w),
    88: lambda w: by_merchant(w, json={"threadSlug": w.channel["slug"], "messages": [OUTSIDE]}),
    99: lambda w: by_anyone(w, w.on_shelf),
    89: lambda w: by_hook(w, {**SHOP_ORDER, "eventId": w.channel["id"]}),
    100: lambda w: by_merchant(w, json={"productId": w.on_shelf, "json": '{"quantity": 1}'}),
    103: lambda w: by_guest(w, w.channel["id"], json={"productId": w.on_shelf, "variantId": w.variant, "quantity": 1}),
    104: lambda w: by_guest(w, w.channel["id"], "native", w.cart["id"], json=CONTACT),
    105: lambda w: by_guest(w, w.channel["id"], w.cart["id"], w.cart["items"]["data"][0]["id"], json={"quantity": 2}),
    106: lambda w: by_guest(w, w.channel["id"], w.cart["id"], w.cart["items"]["data"][0]["id"]),
    107: lambda w: by_merchant(w),
    108: lambda w: by_merchant(w),
    109: lambda w: by_merchant(w, w.stream),
    110: lambda w: by_merchant(w, w.stream),
    113: lambda w: by_merchant(w, w.channel["id"]),
    114: lambda w: by_merchant(w, w.channel["id"], data=PRODUCT, files={"image": upload()}),
    115: lambda w: by_merchant(w, json={"can": "add_channels"}),
    157: lambda w: by_anyone(w, json={"grant_type": "client_credentials", **w.app.body}),
    158: lambda w: by_merchant(w),
    159: lambda w: by_merchant(w, w.granted),
    160: lambda w: by_merchant(w),
    161: lambda w: by_merchant(w),
    162: lambda w: by_merchant(w, json={"name": "Shop tool", "redirect": REDIRECT}),
    163: lambda w: by_merchant(w, w.app.id, json={"name": "Shop tool", "redirect": REDIRECT}),
    164: lambda w: by_merchant(w, w.app.id),
    165: lambda w: by_merchant(w),
    166: lambda w: by_merchant(w),
    167: lambda w: by_merchant(w, json={"name": "reports", "scopes": ["stats"]}),
    168: lambda w: by_merchant(w, w.personal),
    169: lambda w: by_merchant(w, json={"thread_slug": w.channel["slug"], "message_id": w.said}),
    170: lambda w: by_merchant(w, json={"event_id": w.channel["id"]}),
    171: lambda w: by_merchant(w, w.channel["id"]),
    172: lambda w: by_merchant(w, w.channel["id"], w.on_shelf),
    173: lambda w: by_merchant(w, json={"eventSlug": w.channel["slug"], "questionId": w.question}),
    174: lambda w: by_merchant(w, json={"eventId": w.channel["id"]}),
    175: lambda w: by_merchant(w, data=PRODUCT, files=[("image[]", upload())]),
    176: lambda w: by_merchant(w, w.off_shelf, data=PRODUCT, files=[("image[]", upload())]),
    177: lambda w: by_merchant(w, w.off_shelf),
    178: lambda w: by_merchant(w, w.off_shelf),
}
