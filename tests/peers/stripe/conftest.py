from collections.abc import AsyncIterator, Iterator

import pytest
from stripe import HTTPXClient, StripeClient

from tests.peers.stripe.account import Account
from tests.peers.stripe.peer import StripePeer


@pytest.fixture
def peer() -> Iterator[StripePeer]:
    with StripePeer().running() as running:
        yield running


@pytest.fixture
def seller(peer: StripePeer) -> Account:
    return peer.account()


@pytest.fixture
async def client(peer: StripePeer, seller: Account) -> AsyncIterator[StripeClient]:
    """Stripe's own library, as its documentation has it used."""
    http = HTTPXClient(timeout=5)
    yield StripeClient(seller.secret_key, base_addresses={"api": peer.url}, http_client=http, max_network_retries=0)
    await http.close_async()
