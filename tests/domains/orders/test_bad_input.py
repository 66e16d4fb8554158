"""Numbers, texts and kinds that nobody means, at everything that sells: each a clear no that names its field."""

import json

import pytest

from tests.factories.accounts import Member, guest, member
from tests.factories.platform import Client
from tests.factories.selling import Json, add, shop, stocked

# As they are written in JSON.
NUMBERS = ("99999999999999999999", "1e309", "-1e309", "NaN", "Infinity", "-1", "9223372036854775808",
           "-9223372036854775809", "0.1e-400", "1e-7", "-0", "-0.0", "true", '"1e309"', '"NaN"', '"٣"', '"1_000"',
           "[1]", "{}", '"\\u0000"', '""')  # fmt: skip
NEVER = (*NUMBERS[:8], "true", "[1]", "{}", '"\\u0000"')
TEXTS = ('"\\u0000"', "7", "true", "[]", "{}", '"\\ud800"', '""')

CART = ("quantity", "productId", "variantId")
FIELDS: dict[str, tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = {
    # what: (who, method, path, numbers, texts)
    "cart": ("guest", "POST", "events/event/lamps/cart", CART, ("viewHash", "referrer", "guest_token")),
    "line": ("guest", "PATCH", "events/event/lamps/cart/{cart}/{line}", ("quantity",), ()),
    "checkout": (
        "guest", "PUT", "events/event/lamps/cart/native/{cart}", ("total",),
        ("name", "email", "address", "note", "coupon", "ui", "viewHash", "return_path"),
    ),
    "waitlist": ("guest", "POST", "events/lamps/products/{product}/waitlist", ("variantId",), ("email",)),
    "deal": ("owner", "POST", "events/lamps/products/{product}/deal", ("price", "seconds", "quantity"), ()),
    "coupon": (
        "owner", "POST", "coupons", ("percent", "amount", "minimum", "uses", "uses_per_buyer"),
        ("code", "currency", "starts_at", "ends_at"),
    ),
    "product": (
        "owner", "POST", "profile/products/{product}",
        ("price", "quantity", "compare_at_price", "max_per_buyer"), ("name", "link", "sku", "currency", "variants"),
    ),
    "variants": ("owner", "PUT", "profile/products/{product}/variants", (), ("variants",)),
    "transaction": ("owner", "PUT", "products/transaction", ("productId",), ("json",)),
    "refund": ("owner", "POST", "orders/{order}/refund", ("amount",), ("note", "items", "restock")),
    "fulfil": ("owner", "POST", "orders/{order}/fulfil", (), ("note",)),
    "webhook": ("owner", "POST", "webhooks", (), ("url", "description", "events", "enabled")),
    "stripe": (
        "owner", "PUT", "payments/stripe", (),
        ("publishable_key", "secret_key", "webhook_secret", "shipping_countries", "shipping_rates", "automatic_tax"),
    ),
    "terms": ("owner", "PUT", "payments/terms", (), ("imprint", "terms", "returns", "eu")),
}  # fmt: skip
RIGHT: dict[str, Json] = {
    "coupon": {"code": "ODD", "percent": 10},
    "product": {"name": "Lamp", "link": "https://shop.test/lamp", "price": "23.60"},
    "deal": {"price": 1, "seconds": 60},
    "webhook": {"url": "https://hooks.shop.test/in"},
    "transaction": {"json": "{}"},
}


async def asked(anyone: Client, what: str, ids: Json, owner: Member, buyer: Client, body: str) -> int:
    who, method, path, _, _ = FIELDS[what]
    client = owner.client if who == "owner" else buyer
    answer = await client.call(
        method, path.format(**ids), content=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code < 500, f"{method} {path} {body}: {answer.text}"
    if answer.status_code == 422:
        assert answer.json()["error"]["message"], body
    return answer.status_code


@pytest.mark.parametrize("what", FIELDS)
async def test_whatever_is_written_for_a_number_or_a_text_is_taken_or_refused(anyone: Client, what: str) -> None:
    owner = await member(anyone)
    await shop(owner)
    lamp = await stocked(owner, 10)
    buyer, other = await guest(anyone), await guest(anyone)
    cart = await add(buyer, lamp)
    sent = await add(other, lamp)
    contact = {"name": "Ada", "email": "ada@example.com", "address": "12 Mill Lane"}
    ordered = await other.put(f"events/event/lamps/cart/native/{sent['id']}", contact)
    ids = {
        "cart": cart["id"],
        "line": cart["items"]["data"][0]["id"],
        "product": lamp["id"],
        "order": ordered.json()["data"]["order"]["id"],
    }
    _, _, _, numbers, texts = FIELDS[what]
    right = RIGHT.get(what, {})
    for fields, values, never in ((numbers, NUMBERS, NEVER), (texts, TEXTS, TEXTS[:1])):
        for field in fields:
            rest = "".join(
                f", {json.dumps(name)}: {json.dumps(value)}" for name, value in right.items() if name != field
            )
            for value in values:
                status = await asked(anyone, what, ids, owner, buyer, f'{{"{field}": {value}{rest}}}')
                assert status >= 400 or value not in never, (field, value)
    shown = (await anyone.get("events/lamps/products")).json()["data"][0]["quantity"]
    assert shown["no_limit"] or shown["total"] >= shown["sold"] + shown["reserved"]


async def test_a_refusal_says_in_a_persons_words_what_may_be(anyone: Client) -> None:
    owner = await member(anyone)
    await shop(owner)
    coupon = {"code": "ODD", "percent": 101, "uses": 0, "uses_per_buyer": "twice", "starts_at": "soon"}
    picture = {"extension": "image/png", "filename": "lamp.png", "size": 5}
    refused = [await owner.client.post("coupons", coupon), await owner.client.post("events/lamps/media/add", picture)]
    assert [{each["field"]: each["message"] for each in answer.json()["error"]["messages"]} for answer in refused] == [
        {
            "percent": "must be at most 100",
            "uses": "must be at least 1",
            "uses_per_buyer": "must be a whole number",
            "starts_at": "must be a date and time",
        },
        {"extension": "must be of video/mp4, video/mpeg, video/webm, video/quicktime, video/x-matroska"},
    ]
