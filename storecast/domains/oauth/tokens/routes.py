"""The token endpoint and its neighbours over HTTP."""

from litestar import Controller, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Unscoped
from storecast.domains.oauth.answers import (
    NO_STORE,
    OAuthErrorBody,
    answer_bad_input,
    answer_oauth_error,
    answer_other_error,
)
from storecast.domains.oauth.clients.credentials import ClientCredentials, sent_credentials
from storecast.domains.oauth.errors import OAuthError
from storecast.domains.oauth.tokens.schemas import AboutToken, ClientFields, Introspection, TokenAnswer, TokenRequest
from storecast.kit.errors import ApiError
from storecast.wiring.unit import Unit

NOTHING = {200: ResponseSpec(None, description="It is over, if it was one of the client's.", generate_examples=False)}

AnyRequest = Request[None, None, State]


class TokenController(Controller):
    path = "/oauth"
    tags = ("OAuth2",)
    opt = {"scope": Unscoped.PUBLIC, "client": True, "errors": OAuthErrorBody}  # noqa: RUF012
    exception_handlers = {  # noqa: RUF012
        OAuthError: answer_oauth_error,
        ApiError: answer_other_error,
        HTTPException: answer_bad_input,
    }

    @post("/token", operation_id="issueToken", status_code=200)
    async def issue_token(
        self, request: AnyRequest, data: JSONBody[TokenRequest], unit: NamedDependency[Unit]
    ) -> Response[TokenAnswer]:
        """Tokens for a client (RFC 6749, 3.2), which says who it is by HTTP Basic or in the body.

        `grant_type` is `authorization_code` (with `code_verifier`, RFC 7636), `refresh_token`, `client_credentials`,
        or, for clients of the installation's own, `password`.
        """
        answer = await unit.oauth_tokens.issue(data, _credentials(request, data), unit.device, unit.now)
        return Response(answer, headers=NO_STORE)

    @post("/introspect", operation_id="introspectToken", status_code=200)
    async def introspect_token(
        self, request: AnyRequest, data: JSONBody[AboutToken], unit: NamedDependency[Unit]
    ) -> Response[Introspection]:
        """Whether a token is good, and what for (RFC 7662). For clients with a secret, about tokens of their own."""
        answer = await unit.oauth_tokens.introspect(data.token, _credentials(request, data), unit.device, unit.now)
        return Response(answer, headers=NO_STORE)

    @post("/revoke", operation_id="revokeToken", status_code=200, responses=NOTHING)
    async def revoke_token(
        self, request: AnyRequest, data: JSONBody[AboutToken], unit: NamedDependency[Unit]
    ) -> Response[bytes]:
        """End a token of the client's, access or refresh, and all that came of the same grant (RFC 7009)."""
        await unit.oauth_tokens.revoke(data.token, _credentials(request, data), unit.device, unit.now)
        return Response(b"", headers=NO_STORE)


def _credentials(request: AnyRequest, body: ClientFields) -> ClientCredentials:
    return sent_credentials(request.headers.get("Authorization"), body.client_id, body.client_secret)
