"""Accounts over HTTP."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Guest, Scope, SignedIn, Unscoped, Who
from storecast.domains.accounts.schemas import (
    ProfileUpdate,
    RealtimeIdentity,
    RealtimeToken,
    RefreshRequest,
    Registration,
    Verification,
    Verified,
)
from storecast.domains.accounts.tokens import REALTIME_LIFETIME, TokenPair
from storecast.kit.envelope import Data
from storecast.kit.images import MAX_BYTES
from storecast.resources.user import UserResource, show_user
from storecast.wiring.unit import Unit

REALTIME_TOKENS = "1200/hour"  # of one person, or of the guests of one network


class AuthController(Controller):
    path = "/auth"
    tags = ("Accounts",)
    opt = {"scope": Unscoped.PUBLIC}  # noqa: RUF012

    @post("/login/refresh", operation_id="refreshLogin", status_code=200)
    async def refresh_login(self, data: JSONBody[RefreshRequest], unit: NamedDependency[Unit]) -> TokenPair:
        """A new pair of tokens for a refresh token, which is spent by it."""
        return await unit.accounts.refresh(data.refresh_token, unit.address, unit.now)

    @post("/register", operation_id="register", status_code=200)
    async def register(self, data: JSONBody[Registration], unit: NamedDependency[Unit]) -> Data[list[UserResource]]:
        """Create an account on the free plan. Answers a list of one, as documented."""
        return Data([await show_user(unit, await unit.accounts.register(data, unit.newcomer, unit.address, unit.now))])

    @post("/verify", operation_id="verifyEmail", status_code=200)
    async def verify_email(self, data: JSONBody[Verification], unit: NamedDependency[Unit]) -> Data[Verified]:
        """Verify an email address with the hash that was mailed to it."""
        await unit.accounts.verify_email(data.email, data.hash, unit.address, unit.now)
        return Data(Verified(True))

    @post("/logout", operation_id="logout", status_code=204, opt={"scope": Scope.PROFILE})
    async def logout(self, unit: NamedDependency[Unit]) -> None:
        """Revoke this access token and its refresh token."""
        await unit.accounts.logout(unit.user, unit.address, unit.now)


class ProfileController(Controller):
    path = "/profile"
    tags = ("Accounts",)
    opt = {"scope": Scope.PROFILE}  # noqa: RUF012

    @get("/", operation_id="showProfile")
    async def show_profile(self, unit: NamedDependency[Unit]) -> Data[UserResource]:
        """The caller's account, with plan and usage."""
        return Data(await show_user(unit, unit.account))

    @post("/", operation_id="updateProfile", status_code=200, request_max_body_size=MAX_BYTES + 64 * 1024)
    async def update_profile(self, data: JSONBody[ProfileUpdate], unit: NamedDependency[Unit]) -> Data[UserResource]:
        """Change the caller's account; `avatar` as a file of a multipart body."""
        return Data(await show_user(unit, await unit.accounts.update_profile(unit.account, data, unit.now)))


@get(
    "/jwt",
    operation_id="issueRealtimeToken",
    tags=["Accounts"],
    opt={"scope": Scope.CHAT, "who": Who.ANYONE, "lapsed": True},
)
async def issue_realtime_token(unit: NamedDependency[Unit]) -> Data[RealtimeToken]:
    """A 15-minute token for realtime: the caller's identity, a guest's renewed, or a new guest's."""
    who = unit.caller.subject if isinstance(unit.caller, SignedIn) else unit.network
    await unit.limits.hit(REALTIME_TOKENS, "realtime-token", who)
    token, identity = unit.tokens.realtime(unit.caller, unit.now)
    shown = RealtimeIdentity(
        id=identity.subject.partition(":")[2],
        guest=isinstance(identity, Guest),
        name=identity.name if isinstance(identity, SignedIn) else "Guest",
    )
    return Data(RealtimeToken(token, int(REALTIME_LIFETIME.total_seconds()), unit.urls.realtime(), shown))
