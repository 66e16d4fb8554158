"""What goes on after paying: banks that take days, refunds, disputes, and being told of it all."""

from datetime import timedelta

import httpx
import pytest
import stripe
from stripe import InvalidRequestError, StripeClient

from tests.peers.stripe.account import Account
from tests.peers.stripe.asked import embedded, session
from tests.peers.stripe.peer import StripePeer


async def paid(peer: StripePeer, client: StripeClient) -> str:
    made = await client.v1.checkout.sessions.create_async(session(peer.clock))
    return str(peer.pay(made.id)["payment_intent"])


@pytest.mark.parametrize("is_paid", [True, False])
async def test_what_is_paid_later_is_told_later(
    peer: StripePeer, client: StripeClient, seller: Account, is_paid: bool
) -> None:
    made = await client.v1.checkout.sessions.create_async(session(peer.clock))
    peer.pay(made.id, later=True)
    waiting = await client.v1.checkout.sessions.retrieve_async(made.id)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    peer.bank_says(made.id, paid=is_paid)
    told = [event.kind for event in seller.events.values() if event.kind.startswith("checkout")]
    assert told == [
        "checkout.session.completed",
        f"checkout.session.async_payment_{'succeeded' if is_paid else 'failed'}",
    ]
    after = await client.v1.checkout.sessions.retrieve_async(made.id, {"expand": ["payment_intent"]})
    assert after.payment_status == ("paid" if is_paid else "unpaid")
    assert not isinstance(after.payment_intent, str)
    assert after.payment_intent
    assert after.payment_intent.status == ("succeeded" if is_paid else "requires_payment_method")


async def test_no_more_is_refunded_than_is_left(peer: StripePeer, client: StripeClient) -> None:
    intent = await paid(peer, client)
    first = await client.v1.refunds.create_async({"payment_intent": intent, "amount": 3000}, {"idempotency_key": "a"})
    again = await client.v1.refunds.create_async({"payment_intent": intent, "amount": 3000}, {"idempotency_key": "a"})
    assert first.id == again.id
    with pytest.raises(InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": intent, "amount": 999})
    assert refused.value.param == "amount"
    await client.v1.refunds.create_async({"payment_intent": intent, "amount": 998})
    with pytest.raises(InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"


async def test_refund_that_fails_leaves_as_much_to_refund_as_before(peer: StripePeer, client: StripeClient) -> None:
    intent = await paid(peer, client)
    peer.refunds_wait = True
    refund = await client.v1.refunds.create_async({"payment_intent": intent})
    assert refund.status == "pending"
    peer.bank_refunds(refund.id, succeeded=False)
    charge = (await client.v1.payment_intents.retrieve_async(intent, {"expand": ["latest_charge"]})).latest_charge
    assert not isinstance(charge, str)
    assert charge
    assert charge.amount_refunded == 0
    assert (await client.v1.refunds.retrieve_async(refund.id)).status == "failed"


async def test_dispute_is_told_when_it_begins_and_ends(peer: StripePeer, client: StripeClient, seller: Account) -> None:
    made = await client.v1.checkout.sessions.create_async(session(peer.clock))
    peer.pay(made.id)
    dispute = peer.dispute(made.id)
    assert (await client.v1.disputes.retrieve_async(dispute["id"])).status == "needs_response"
    peer.close_dispute(dispute["id"], won=False)
    told = [event for event in seller.events.values() if event.kind.startswith("charge.dispute")]
    assert [(event.kind, event.about["status"]) for event in told] == [
        ("charge.dispute.created", "needs_response"),
        ("charge.dispute.closed", "lost"),
    ]
    assert (await client.v1.events.retrieve_async(told[0].id)).data.object["id"] == dispute["id"]


async def test_deliveries_are_signed_as_the_library_checks(
    peer: StripePeer, client: StripeClient, seller: Account
) -> None:
    endpoint = seller.endpoint()
    made = await client.v1.checkout.sessions.create_async(session(peer.clock))
    peer.advance(timedelta(hours=1))
    [delivery] = seller.deliveries
    header = delivery.headers()["Stripe-Signature"]
    event = stripe.Webhook.construct_event(delivery.body, header, endpoint.secret)
    assert (event.type, event.data.object["id"]) == ("checkout.session.expired", made.id)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(delivery.body, header, "whsec_anothers")
    [again] = peer.send_again(event.id)
    assert again.body == delivery.body


async def test_page_is_paid_as_a_buyer_does_and_leads_back(peer: StripePeer, client: StripeClient) -> None:
    made = await client.v1.checkout.sessions.create_async(session(peer.clock))
    assert made.url
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = (await browser.get(made.url)).text
        assert "Rug × 2: 39.98" in page
        assert 'href="https://shop.example/cart"' in page
        declined = await browser.post(made.url, json={"card": "4000000000000002"})
        assert (declined.status_code, declined.json()["error"]["code"]) == (402, "card_declined")
        answer = await browser.post(made.url, json={"email": "ana@example.com"})
        assert answer.json() == {"redirect": f"https://shop.example/thanks?session={made.id}"}
        assert "This checkout is complete" in (await browser.get(made.url)).text


async def test_embedded_page_opens_with_its_secret_and_key_alone(
    peer: StripePeer, client: StripeClient, seller: Account
) -> None:
    made = await client.v1.checkout.sessions.create_async(embedded(peer.clock, redirect_on_completion="if_required"))
    async with httpx.AsyncClient(base_url=peer.url, trust_env=False) as browser:
        script = (await browser.get("/endive/stripe.js")).text
        assert "async createEmbeddedCheckoutPage(" in script
        assert "async initEmbeddedCheckout(" in (await browser.get("/v3/")).text
        asked = {"client_secret": made.client_secret, "key": seller.publishable_key}
        assert "Rug × 2" in (await browser.get("/embedded", params=asked)).text
        for wrong in (
            {**asked, "key": peer.account().publishable_key},
            {**asked, "client_secret": f"{made.id}_secret_x"},
        ):
            assert (await browser.get("/embedded", params=wrong)).status_code == 404
        assert (await browser.post(f"/c/pay/{made.id}", json={})).json() == {"redirect": None}


async def test_controls_do_over_http_what_the_peer_does(peer: StripePeer) -> None:
    async with httpx.AsyncClient(base_url=f"{peer.url}/_control", trust_env=False) as person:
        keys = (await person.post("/account", json={})).json()
        told = (await person.post("/endpoint", json={"secret_key": keys["secret_key"], "url": ""})).json()
        assert told["webhook_secret"].startswith("whsec_")
        client = stripe.HTTPXClient(timeout=5)
        of = StripeClient(keys["secret_key"], base_addresses={"api": peer.url}, http_client=client)
        made = await of.v1.checkout.sessions.create_async(session(peer.clock))
        await client.close_async()
        await person.post("/pay", json={"session": made.id})
        kinds = [event["type"] for event in (await person.post("/events", json=keys)).json()]
        assert kinds == ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
