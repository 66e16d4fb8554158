"""Where Stripe tells of a seller's sales."""

from litestar import Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from storecast.adapters.stripe.webhooks import SIGNATURE
from storecast.domains.accounts.callers import Unscoped
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit

LARGEST_EVENT = 256 * 1024  # bytes


class Heard(Struct):
    received: bool = True
    """Always true."""


@post(
    "/orders/stripe/{account:str}",
    operation_id="hearStripe",
    status_code=200,
    tags=["Payments"],
    opt={"scope": Unscoped.PUBLIC},
    request_max_body_size=LARGEST_EVENT,
)
async def hear_stripe(
    account: FromPath[str], request: Request[None, None, State], unit: NamedDependency[Unit]
) -> Data[Heard]:
    """Stripe's webhook of a seller's account, signed by Stripe (`Stripe-Signature`).

    What is told twice is heard once, and what this server has no use for is answered all the same.
    """
    body = await request.body()  # as it was signed: parsed and written anew it would be another
    await unit.stripe_hearing.hear(account, body, request.headers.get(SIGNATURE, ""), unit.now)
    return Data(Heard())
