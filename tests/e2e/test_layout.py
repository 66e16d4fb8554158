"""Names of any length, long words, right to left: nothing of a page is pushed out, cut or left in English."""

import asyncio
from dataclasses import replace

import pytest
from playwright.async_api import Browser

from tests.e2e.buying import ordered
from tests.e2e.installation import Installation, Json, Merchant, publishing
from tests.e2e.layout import HOSTILE, LANGUAGES, UNBROKEN, WIDTHS, Place, faults, go, open_at, texts, untranslated
from tests.e2e.test_show import put_on_shelf
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(600)]

ADD = ".card header button"
DESK = ".parts [role=tab]:nth-child({})"
MODERATION = (DESK.format(4), ".part:not([hidden]) .tabs [role=tab]:nth-child({})")
# On a phone they are behind a tab.
PRODUCTS = "#tab-products:visible, article .cover:visible"
PAGES = (
    Place("home", "/", signed_in=False),
    Place("missing", "/nothing-here", signed_in=False),
    Place("sign-in", "/account", signed_in=False),
    Place("sign-up", "/studio#sign-up", signed_in=False),
    Place("verify", f"/verify?email={UNBROKEN}@example.com&hash=0", signed_in=False),
    Place("reset", f"/reset?email={UNBROKEN}@example.com&token=0", signed_in=False),
    Place("profile", "/account"),
    Place("security", "/account/security"),
    Place("proof dialog", "/account/security", then=("main .button.primary",)),
    Place("devices", "/account/activity"),
    Place("payments", "/account/payments"),
    Place("apps", "/account/apps"),
    Place("developer", "/account/developer"),
    Place("token dialog", "/account/developer", then=(ADD,)),
    Place("webhook dialog", "/account/developer", then=("main > section:nth-of-type(3) header button",)),
    Place("edited webhook", "/account/developer", then=("main > section:nth-of-type(3) li button.icon",)),
    Place("deliveries", "/account/developer", then=("main > section:nth-of-type(3) li button:not(.icon)",)),
    Place("app dialog", "/account/developer", then=("main > section:last-of-type header button",)),
    Place("consent", "/oauth/authorize?response_type=code&client_id={client}&state=s"),
    Place("studio", "/studio"),
    Place("new channel", "/studio", then=("main .button.primary",)),
    Place("channel", "/studio/{channel}"),
    Place("channel's chat", "/studio/{channel}/chat"),
    *(
        Place(name, "/studio/{channel}/chat", then=(MODERATION[0], MODERATION[1].format(number)), dialog=False)
        for number, name in enumerate(("what waits", "rules", "bans", "moderators' log"), 1)
    ),
    Place("question desk", "/studio/{channel}/chat", then=(DESK.format(2),), dialog=False),
    Place("question's acts", "/studio/{channel}/chat", then=(DESK.format(2), "[data-question] .more")),
    Place("poll desk", "/studio/{channel}/chat", then=(DESK.format(3), ".part:visible summary"), dialog=False),
    Place("poll dialog", "/studio/{channel}/chat", then=(DESK.format(3), ".part:visible li .icon")),
    Place("channel's products", "/studio/{channel}/products"),
    Place("channel's stream", "/studio/{channel}/stream"),
    Place("channel's videos", "/studio/{channel}/library"),
    Place(
        "uploads",
        "/studio/{channel}/library",
        files=(f"{UNBROKEN}.txt", f"{UNBROKEN}.mp4"),
        then=(".uploads li .name",),
        dialog=False,
    ),
    Place("watched video", "/studio/{channel}/library", then=("button.poster",)),
    Place("trim dialog", "/studio/{channel}/library", then=("button.trim", "dialog .add", "dialog .add")),
    Place("clip dialog", "/studio/{channel}/library", then=("button.clip",)),
    Place("new target", "/studio/{channel}/stream", then=("[aria-labelledby=simulcast-title] .add",)),
    Place("target", "/studio/{channel}/stream", then=("[aria-labelledby=simulcast-title] li .icon",)),
    Place(
        "removed target", "/studio/{channel}/stream", then=("[aria-labelledby=simulcast-title] li .icon:last-child",)
    ),
    Place("go live dialog", "/studio/{channel}", then=(".ways .button:has(svg)", "dialog .sources label")),
    Place("deleted videos", "/studio/{channel}/library", then=("button.deleted",)),
    Place("channel's settings", "/studio/{channel}/settings"),
    Place("share dialog", "/studio/{channel}", then=("button.share",)),
    Place("catalogue", "/studio/{channel}/products", then=(".products .top .quiet:not(.sort)",)),
    Place("new product", "/studio/{channel}/products", then=(".products .top .primary",)),
    Place("product", "/studio/{channel}/products", then=(".products li .icon:last-child",)),
    Place("pin and deal", "/studio/{channel}/products", then=(".products li .icon",)),
    Place("pin a coupon", "/studio/{channel}/products", then=(".products section section .button:not([href])",)),
    Place("orders", "/studio/orders"),
    Place("order", "/studio/orders/{order}"),
    Place("refund dialog", "/studio/orders/{order}", then=("main .actions .quiet",)),
    Place("fulfil dialog", "/studio/orders/{order}", then=("main .actions .primary",)),
    Place("packing slip", "/studio/orders/{order}/slip"),
    Place("coupons", "/studio/coupons"),
    Place("new coupon", "/studio/coupons", then=("main .primary",)),
    Place("sort dialog", "/studio/{channel}/products", then=(".products .sort",)),
    Place("product's stock", "/studio/{channel}/products", then=(".products li .icon:last-child", "summary", ".add")),
    Place("watch", "/watch/{slug}", signed_in=False),
    Place("replay", "/watch/{slug}?replay={video}", signed_in=False, then=(".play",), dialog=False),
    Place("replay offered", "/watch/{slug}?replay={video}", signed_in=False),
    Place("replay gone", "/watch/{slug}?replay=none", signed_in=False),
    Place("videos", "/watch/{slug}", signed_in=False, then=(".play", "#tab-videos:visible, h1"), dialog=False),
    Place("product sheet", "/watch/{slug}", signed_in=False, then=(PRODUCTS, "article .cover:visible")),
    Place("cart", "/watch/{slug}", then=(PRODUCTS, "[data-cart]:visible")),
    Place("checkout", "/watch/{slug}", then=(PRODUCTS, "[data-cart]:visible", "dialog .foot .primary")),
    Place("questions", "/watch/{slug}", signed_in=False, then=("#tab-questions",), dialog=False),
    Place("tell me", "/watch/{slug}", signed_in=False, then=(".words .primary",)),
    Place("nothing bought", "/purchases", signed_in=False),
    Place("purchase", "/purchases/{purchase}", signed_in=False),
    Place("no such purchase", "/purchases/none", signed_in=False),
    Place(
        "sign-in dialog", "/watch/{slug}", signed_in=False, then=("header .button.quiet:visible, .foot .link:visible",)
    ),
)
# In the ordinary run each page is seen once in each language, at one width each.
FEW = {"en": 1366, "de": 320, "ar": 390}


class Shop:
    """A merchant who tries every field's patience."""

    def __init__(self, merchant: Merchant, stored: dict[str, str], values: dict[str, str], own: set[str]) -> None:
        self.merchant = merchant
        self.stored = stored
        self.values = values
        self.own = own

    def place(self, place: Place) -> Place:
        return replace(place, path=place.path.format(**self.values))


@pytest.fixture(scope="module")
async def shop(installation: Installation) -> Shop:
    return await open_shop(await installation.merchant("hostile"))


async def open_shop(merchant: Merchant) -> Shop:
    name = UNBROKEN + " " + UNBROKEN[:8]
    await merchant.call("POST", "profile", {"full_name": name, "description": UNBROKEN * 3, "location": UNBROKEN})
    await merchant.call("PUT", f"events/{merchant.channel['id']}", {"name": UNBROKEN})
    products = []
    for text in HOSTILE:
        await merchant.call("POST", "events", {"name": text})
        products.append(await put_on_shelf(merchant, text))
        await ordered(merchant, products[0], name=text, address=UNBROKEN * 3, note=text * 3)
    page = await ordered(merchant, *products, quantity=40, name=name)
    for product in products:
        await merchant.call("POST", f"events/event/{merchant.slug}/cart", {"productId": product, "quantity": 9})
    order = (await merchant.call("GET", "orders"))["data"][0]
    piece = {"id": order["items"]["data"][0]["id"], "quantity": 7}
    await merchant.call("POST", f"orders/{order['id']}/refund", {"items": [piece], "note": UNBROKEN * 3})
    for number in range(3):
        coupon = {"code": "W" * 39 + str(number), "amount": "9999999", "minimum": "9999999", "uses": 10**9}
        await merchant.call("POST", "coupons", coupon)
    client = await merchant.call("POST", "oauth/clients", {"name": UNBROKEN * 3, "redirect": "http://127.0.0.1:9/cb"})
    address = f"https://hooks.invalid/{UNBROKEN * 3}"
    for text in ("", *HOSTILE):
        made = await merchant.call("POST", "webhooks", {"url": address, "description": text, "events": ["stream.*"]})
        await merchant.call("POST", f"webhooks/{made['data']['id']}/test")
    for text in HOSTILE:
        await merchant.call("POST", "oauth/personal-access-tokens", {"name": text * 3, "scopes": ["stats", "chat"]})
    thread = (await merchant.call("POST", "thread/read", {"threadSlug": merchant.slug, "userId": "1"}))["data"]
    for text in HOSTILE:
        await merchant.call("POST", "messages", {"data": text * 5, "thread_id": thread["id"]})
    await moderate(merchant, thread["id"])
    await ask(merchant)
    video = await past_show(merchant, products)
    await merchant.call("PUT", f"events/media/{video}", {"name": UNBROKEN})
    channel = f"events/{merchant.channel['id']}"
    file = {"filename": f"{UNBROKEN}.mp4", "extension": "video/mp4", "size": 1}
    gone = (await merchant.call("POST", f"{channel}/media/add", file))["data"]["id"]
    await merchant.call("DELETE", f"events/media/{gone}")
    for text in (UNBROKEN, "Ana's shop"):
        target = {"name": text, "url": f"rtmps://live.example.com/{UNBROKEN * 3}", "key": UNBROKEN}
        await merchant.call("POST", f"{channel}/simulcast", target)
    body = {"email": f"{merchant.slug}@example.com", "password": "a long password"}
    stored = await merchant.signed_in()
    values = {
        "client": client["id"],
        "channel": merchant.channel["id"],
        "slug": merchant.slug,
        "video": video,
        "order": order["id"],
        "purchase": page.rpartition("/")[2],
    }
    own = {
        "Storecast",
        "https://",
        "python-httpx",
        "webhook.test",
        address,
        body["email"],
        "ada@example.com",
        "CSV",
        "JSON",
        f"Guest: {UNBROKEN * 5}",  # whom the API calls so
        *("W" * 39 + str(number) for number in range(3)),
        client["id"],
        name,
        *HOSTILE,
        *(text * 3 for text in HOSTILE),
    }
    return Shop(merchant, stored, values, own)


async def moderate(merchant: Merchant, thread: int) -> None:
    """Something that waits for review, and a ban."""
    chat = f"events/{merchant.channel['id']}/chat"
    await merchant.call("PUT", f"{chat}/settings", {"hold": "guests", "blocked_words": list(HOSTILE)})
    guest = (await merchant.installation._ok("GET", "jwt", None))["data"]["token"]
    await merchant.installation._ok("POST", "messages/guest", guest, {"data": UNBROKEN * 5, "thread_id": thread})
    await merchant.call("POST", f"{chat}/bans", {"subject": "guest:" + "0" * 20, "reason": UNBROKEN * 3})


async def ask(merchant: Merchant) -> None:
    """Questions of every state, a draft of a poll and a poll that is over; and reminders of shows."""
    channel = f"events/{merchant.channel['id']}"
    await merchant.call("PUT", f"{channel}/chat/settings", {"anonymous_questions": True})
    attributes = {"userEmailNotifications": True, "userSMSNotifications": True}
    await merchant.call("PUT", channel, {"questionsEnabled": True, "attributes": attributes})
    asked = []
    for text in HOSTILE:
        body = {"eventId": merchant.slug, "question": (text * 3)[:300]}
        asked.append((await merchant.call("POST", "questions/create", body))["data"]["id"])
    await merchant.call("PUT", f"questions/{asked[0]}", {"answer": UNBROKEN * 5})
    await merchant.call("POST", f"questions/{asked[0]}/restore")
    await merchant.call("POST", f"questions/{asked[0]}/pin")
    await merchant.call("POST", f"questions/{asked[1]}/answering")
    for _ in range(2):
        poll = {"question": UNBROKEN * 3, "answers": [text[:80] for text in HOSTILE], "seconds": 3600}
        made = (await merchant.call("POST", f"{channel}/polls", poll))["data"]["id"]
    await merchant.call("POST", f"polls/{made}/open")
    await merchant.call("POST", f"polls/{made}/close")


async def past_show(merchant: Merchant, products: list[int]) -> str:
    """The video of a short show of the merchant's, in which these were pinned."""
    playlist: list[Json] = []

    async def published() -> bool:
        playlist[:] = [each for each in (await merchant.details())["playlist"]["data"] if each["hls_url"]]
        return bool(playlist)

    async with publishing(merchant):
        await eventually(merchant.is_live, 30)
        for product in products:
            await merchant.call("POST", f"events/{merchant.slug}/products/{product}/promote")
    await eventually(published, 30)
    return str(playlist[0]["id"])


async def look(browser: Browser, site: str, shop: Shop, language: str, width: int, places: tuple[Place, ...]) -> Json:
    """The faults and the texts of each place."""
    seen: Json = {}
    for signed_in in (False, True):
        context = await open_at(browser, language, width, shop.stored if signed_in else {})
        async with context:
            page = await context.new_page()
            before = None
            for place in places:
                if place.signed_in is signed_in:
                    await go(page, site, shop.place(place), before)
                    before = shop.place(place)
                    seen[place.name] = (await faults(page), await texts(page))
    return seen


def problems(shop: Shop, language: str, width: int, seen: Json, english: Json) -> list[str]:
    found = []
    for name, (wrong, shown) in seen.items():
        found += [f"{name}, {language}, {width} px: {fault}" for fault in wrong]
        if language != "en":
            left = untranslated(language, shown, english[name][1], shop.own)
            found += [f"{name}, {language}: in English: {text}" for text in sorted(left)]
    return found


async def all_problems(browser: Browser, site: str, shop: Shop, widths: dict[str, int]) -> list[str]:
    """Of every page in each language, at the width given for it."""
    looks = (look(browser, site, shop, language, width, PAGES) for language, width in widths.items())
    seen = dict(zip(widths, await asyncio.gather(*looks), strict=True))
    return [
        problem
        for language, width in widths.items()
        for problem in problems(shop, language, width, seen[language], seen["en"])
    ]


async def test_hostile_names_in_three_languages_push_nothing_out(
    browser: Browser, installation: Installation, shop: Shop
) -> None:
    found = await all_problems(browser, installation.url, shop, FEW)
    assert not found, "\n".join(found)


@pytest.mark.soak
@pytest.mark.parametrize("width", WIDTHS)
async def test_hostile_names_push_nothing_out_at_any_width(
    browser: Browser, installation: Installation, shop: Shop, width: int
) -> None:
    found = await all_problems(browser, installation.url, shop, dict.fromkeys(LANGUAGES, width))
    assert not found, "\n".join(found)
