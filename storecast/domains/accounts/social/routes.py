"""Signing in by another provider's word, over HTTP."""

from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.access import Access, Device
from storecast.domains.accounts.social.schemas import SocialCredentials
from storecast.domains.accounts.social.service import SocialService
from storecast.domains.accounts.tokens import TokenPair


@post(
    "/auth/login/social",
    operation_id="loginSocial",
    status_code=200,
    tags=["Accounts"],
    opt={"scope": Access.PUBLIC},
)
async def login_social(
    data: JSONBody[SocialCredentials],
    social: NamedDependency[SocialService],
    device: NamedDependency[Device],
    now: NamedDependency[datetime],
) -> TokenPair:
    """Sign in with what Google, Apple, Facebook or Shopify gave the client; an account is made on the first time.

    An account with a second factor asks for it as on `/auth/login`.
    """
    return await social.sign_in(data, device, now)
