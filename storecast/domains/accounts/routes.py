"""Accounts over HTTP."""

from datetime import datetime

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.access import Access, Caller, ClientCaller, Guest, Scope, SignedIn, permit
from storecast.domains.accounts.schemas import (
    ProfileUpdate,
    RealtimeIdentity,
    RealtimeToken,
    RefreshRequest,
    Registration,
    Verification,
    Verified,
)
from storecast.domains.accounts.second_factors.service import SecondFactorService
from storecast.domains.accounts.service import AccountService
from storecast.domains.accounts.tokens import REALTIME_LIFETIME, TokenPair, TokenService
from storecast.kit.envelope import Data
from storecast.kit.http.bearer import bearer_token
from storecast.kit.images import MAX_BYTES
from storecast.kit.rate_limits import RateLimits
from storecast.kit.urls import Urls
from storecast.resources.user import UserResource, UserResources

REALTIME_TOKENS = "1200/hour"  # from one address: people behind it share it


class AuthController(Controller):
    path = "/auth"
    tags = ("Accounts",)
    opt = {"scope": Access.PUBLIC}  # noqa: RUF012

    @post("/login/refresh", operation_id="refreshLogin", status_code=200)
    async def refresh_login(
        self,
        data: JSONBody[RefreshRequest],
        accounts: NamedDependency[AccountService],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> TokenPair:
        """A new pair of tokens for a refresh token, which is spent by it."""
        return await accounts.refresh(data.refresh_token, address, now)

    @post("/register", operation_id="register", status_code=200)
    async def register(
        self,
        data: JSONBody[Registration],
        accounts: NamedDependency[AccountService],
        user_resources: NamedDependency[UserResources],
        locale: NamedDependency[str],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> Data[list[UserResource]]:
        """Create an account on the free plan. Answers a list of one, as documented."""
        return Data([await user_resources.one(await accounts.register(data, locale, address, now))])

    @post("/verify", operation_id="verifyEmail", status_code=200)
    async def verify_email(
        self,
        data: JSONBody[Verification],
        accounts: NamedDependency[AccountService],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> Data[Verified]:
        """Verify an email address with the hash that was mailed to it."""
        await accounts.verify_email(data.email, data.hash, address, now)
        return Data(Verified(True))

    @post("/logout", operation_id="logout", status_code=204, opt={"scope": Scope.PROFILE})
    async def logout(
        self,
        user: NamedDependency[SignedIn],
        accounts: NamedDependency[AccountService],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> None:
        """Revoke this access token and its refresh token."""
        await accounts.logout(user, address, now)


class ProfileController(Controller):
    path = "/profile"
    tags = ("Accounts",)
    opt = {"scope": Scope.PROFILE}  # noqa: RUF012

    @get("/", operation_id="showProfile")
    async def show_profile(
        self, user: NamedDependency[SignedIn], user_resources: NamedDependency[UserResources]
    ) -> Data[UserResource]:
        """The caller's account, with plan and usage."""
        return Data(await user_resources.one(user.user))

    @post("/", operation_id="updateProfile", status_code=200, request_max_body_size=MAX_BYTES + 64 * 1024)
    async def update_profile(
        self,
        data: JSONBody[ProfileUpdate],
        user: NamedDependency[SignedIn],
        accounts: NamedDependency[AccountService],
        user_resources: NamedDependency[UserResources],
    ) -> Data[UserResource]:
        """Change the caller's account; `avatar` as a file of a multipart body."""
        return Data(await user_resources.one(await accounts.update_profile(user.user, data)))


@get("/jwt", operation_id="issueRealtimeToken", tags=["Accounts"], opt={"scope": Scope.CHAT})
async def issue_realtime_token(
    request: Request[None, None, State],
    tokens: NamedDependency[TokenService],
    factors: NamedDependency[SecondFactorService],
    limits: NamedDependency[RateLimits],
    address: NamedDependency[str],
    urls: NamedDependency[Urls],
    now: NamedDependency[datetime],
) -> Data[RealtimeToken]:
    """A 15-minute token for realtime: the caller's identity, a guest's renewed, or a new guest's."""
    await limits.hit(REALTIME_TOKENS, "realtime-token", address)
    sent = bearer_token(request)
    caller: Caller | None = None
    if sent is not None:
        caller = tokens.guest_of_late(sent, now) or await tokens.caller(sent, now)
        permit(caller, Scope.CHAT)
        await factors.require_set_up(caller, Scope.CHAT)
    if isinstance(caller, ClientCaller):
        caller = None  # a program is no viewer
    token, identity = tokens.realtime(caller, now)
    shown = RealtimeIdentity(
        id=identity.subject.partition(":")[2],
        guest=isinstance(identity, Guest),
        name=identity.name if isinstance(identity, SignedIn) else "Guest",
    )
    return Data(RealtimeToken(token, int(REALTIME_LIFETIME.total_seconds()), urls.realtime(), shown))
