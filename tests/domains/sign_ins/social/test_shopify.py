import pytest

from tests.domains.sign_ins.social.conftest import enter, profile, refusal
from tests.factories.platform import Client
from tests.peers.outside import Outside
from tests.peers.shopify import API_KEY, SHOP, ShopPeer

LONG_AGO, IN_AGES = 1_000_000_000, 9_000_000_000  # seconds since the epoch


async def test_shopify_makes_an_account_and_finds_it_again(anyone: Client, shop: ShopPeer) -> None:
    made = await profile(anyone, await enter(anyone, "shopify", shop.session_token(), shop=SHOP))
    assert (made["email"], made["full_name"]) == ("ana@example.com", "Ana Pop")
    shop.staff["email_verified"] = False
    again = await enter(anyone, "shopify", shop.session_token(), shop=f" {SHOP.upper()}")
    assert (await profile(anyone, again))["hash_id"] == made["hash_id"]


async def test_staff_of_another_shop_with_the_same_number_is_somebody_else(
    anyone: Client, shop: ShopPeer, outside: Outside
) -> None:
    made = await profile(anyone, await enter(anyone, "shopify", shop.session_token(), shop=SHOP))
    other = "bo-vases.myshopify.com"
    outside.hosts[other] = shop
    shop.staff["email"] = "bo@example.com"
    token = shop.session_token(iss=f"https://{other}/admin", dest=f"https://{other}")
    assert (await profile(anyone, await enter(anyone, "shopify", token, shop=other)))["hash_id"] != made["hash_id"]


async def test_an_email_shopify_did_not_verify_makes_no_account(anyone: Client, shop: ShopPeer) -> None:
    shop.staff["email_verified"] = False
    answer = await enter(anyone, "shopify", shop.session_token(), shop=SHOP, user='{"email": "ana@example.com"}')
    assert refusal(answer) == (422, ["access_token"])


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": LONG_AGO},
        {"exp": None},
        {"nbf": IN_AGES},
        {"nbf": None},
        {"aud": "another-app"},
        {"aud": [API_KEY, "another-app"]},
        {"dest": "https://other.myshopify.com"},
        {"dest": f"http://{SHOP}"},
        {"iss": "https://other.myshopify.com/admin"},
        {"iss": f"https://{SHOP}"},
        {"sub": None},
        {"sub": "1"},
        {"secret": "another secret"},
        {"algorithm": "HS512"},
    ],
    ids=str,
)
async def test_no_other_session_token_is_taken(anyone: Client, shop: ShopPeer, changes: dict[str, object]) -> None:
    token = shop.session_token(**changes)  # type: ignore[arg-type]
    assert refusal(await enter(anyone, "shopify", token, shop=SHOP)) == (401, [])


async def test_a_good_token_of_another_shop_is_refused_unasked(
    anyone: Client, shop: ShopPeer, outside: Outside
) -> None:
    answer = await enter(anyone, "shopify", shop.session_token(), shop="other.myshopify.com")
    assert refusal(answer) == (401, [])
    assert not outside.asked


@pytest.mark.parametrize(
    "domain",
    [None, "", "ducimus", "127.0.0.1", "shop.example", "a.b.myshopify.com", f"{SHOP}.evil.example", f"{SHOP}/x",
     f"{SHOP}:8080", f"x@{SHOP}", f"-{SHOP}", f"{SHOP}\n.", "ö.myshopify.com"],
)  # fmt: skip
async def test_only_shop_domains_are_asked(
    anyone: Client, shop: ShopPeer, outside: Outside, domain: str | None
) -> None:
    more = {} if domain is None else {"shop": domain}
    assert refusal(await enter(anyone, "shopify", shop.session_token(), **more)) == (422, ["shop"])
    assert not outside.asked


@pytest.mark.parametrize(("status", "said"), [(400, 401), (401, 503), (404, 503), (500, 503)])
async def test_what_shopify_does_not_exchange(anyone: Client, shop: ShopPeer, status: int, said: int) -> None:
    shop.status = status
    assert refusal(await enter(anyone, "shopify", shop.session_token(), shop=SHOP)) == (said, [])
