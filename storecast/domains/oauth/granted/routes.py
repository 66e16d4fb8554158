"""What a person has granted, over HTTP (Passport's `/oauth/tokens`, `/oauth/personal-access-tokens`)."""

from litestar import Controller, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import ALL_SCOPES, Unscoped
from storecast.domains.accounts.models import GrantKind
from storecast.domains.oauth.answers import NO_STORE, NOT_FOUND, answer_not_found
from storecast.domains.oauth.granted.schemas import NewPersonalToken, PersonalToken, TokenView
from storecast.domains.oauth.granted.service import TRANSIENT_LIFETIME
from storecast.domains.oauth.scopes import ScopeView, views
from storecast.kit.errors import NotFound
from storecast.kit.http.bearer import TOKEN_COOKIE
from storecast.wiring.unit import Unit


class GrantedController(Controller):
    path = "/oauth"
    tags = ("OAuth2",)
    opt = {"scope": Unscoped.SIGN_IN}  # noqa: RUF012
    exception_handlers = {NotFound: answer_not_found}  # noqa: RUF012

    @get("/scopes", operation_id="listScopes", opt={"scope": Unscoped.ANY_SCOPE})
    async def list_scopes(self, unit: NamedDependency[Unit]) -> list[ScopeView]:
        """Every scope there is, in words for the people who are asked for them."""
        return views(list(ALL_SCOPES))

    @get("/tokens", operation_id="listTokens")
    async def list_tokens(self, unit: NamedDependency[Unit]) -> list[TokenView]:
        """The clients the caller has granted something, once for each time."""
        return await unit.granted.list(unit.user, GrantKind.CLIENT, unit.now)

    @delete("/tokens/{token_id:str}", operation_id="deleteToken", responses=NOT_FOUND)
    async def delete_token(self, token_id: FromPath[str], unit: NamedDependency[Unit]) -> None:
        """Take back what was granted: access and refresh tokens end."""
        await unit.granted.revoke(unit.user, GrantKind.CLIENT, token_id, unit.address, unit.now)

    @get("/personal-access-tokens", operation_id="listPersonalTokens")
    async def list_personal_tokens(self, unit: NamedDependency[Unit]) -> list[TokenView]:
        """The caller's personal tokens; what they are is not shown again."""
        return await unit.granted.list(unit.user, GrantKind.PERSONAL, unit.now)

    @post("/personal-access-tokens", operation_id="createPersonalToken", status_code=200)
    async def create_personal_token(
        self, data: JSONBody[NewPersonalToken], unit: NamedDependency[Unit]
    ) -> Response[PersonalToken]:
        """A token for the caller's own programs, good for a year, with the scopes named and no others."""
        return Response(await unit.granted.make_personal(unit.user, data, unit.address, unit.now), headers=NO_STORE)

    @delete("/personal-access-tokens/{token_id:str}", operation_id="deletePersonalToken", responses=NOT_FOUND)
    async def delete_personal_token(self, token_id: FromPath[str], unit: NamedDependency[Unit]) -> None:
        """End a personal token."""
        await unit.granted.revoke(unit.user, GrantKind.PERSONAL, token_id, unit.address, unit.now)

    @post(
        "/token/refresh",
        operation_id="refreshTransientToken",
        status_code=200,
        media_type=MediaType.TEXT,
        responses={204: ResponseSpec(None, description="No cookie for this token.", generate_examples=False)},
        opt={"scope": Unscoped.ANY_SCOPE},
    )
    async def refresh_transient_token(self, unit: NamedDependency[Unit]) -> Response[str] | Response[None]:
        """For the web pages of this installation: a cookie that speaks for the caller for a while.

        Not a refresh grant. A client's token and a personal one get no cookie, and 204.
        """
        if unit.user.kind is not GrantKind.SIGN_IN:
            return Response(None, status_code=204)
        cookie = Cookie(
            key=TOKEN_COOKIE,
            value=await unit.granted.transient(unit.user, unit.now),
            max_age=int(TRANSIENT_LIFETIME.total_seconds()),
            path="/api",
            httponly=True,
            samesite="lax",
            secure=unit.urls.base.startswith("https:"),
        )
        return Response("Refreshed.", media_type=MediaType.TEXT, cookies=[cookie], headers=NO_STORE)
