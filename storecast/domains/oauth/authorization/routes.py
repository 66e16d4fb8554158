"""The authorization endpoint over HTTP, for the web front's page `/oauth/authorize`, to which clients send people."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter

from storecast.domains.accounts.access import Access, SignedIn
from storecast.domains.oauth.authorization.schemas import (
    AuthorizationRequest,
    ClientState,
    Consent,
    Decision,
    Redirect,
    RedirectUri,
    Text,
)
from storecast.domains.oauth.authorization.service import AuthorizationService
from storecast.kit.envelope import Data


class AuthorizationController(Controller):
    path = "/oauth/authorize"
    tags = ("OAuth2",)
    opt = {"scope": Access.SIGN_IN}  # noqa: RUF012

    @get("/", operation_id="describeAuthorization")
    async def describe_authorization(
        self,
        user: NamedDependency[SignedIn],
        authorization: NamedDependency[AuthorizationService],
        now: NamedDependency[datetime],
        client_id: FromQuery[Text],
        response_type: FromQuery[Text] = "",
        redirect_uri: FromQuery[RedirectUri | None] = None,
        asked_scope: Annotated[Text | None, QueryParameter(name="scope")] = None,
        client_state: Annotated[ClientState | None, QueryParameter(name="state")] = None,
        code_challenge: FromQuery[Text | None] = None,
        code_challenge_method: FromQuery[Text | None] = None,
    ) -> Data[Consent | Redirect]:
        """What a client asks the signed-in person for; the parameters are those of the page's own address.

        `{"data": {"client": {"id", "name"}, "scopes": [{"id", "description"}], "redirect_uri", "remembered"}}`.
        A request that is wrong in a way the client should hear of answers `{"data": {"redirect"}}`: send the browser
        there. An unknown client and a redirect URI that is not the client's are 422 on `client_id` and
        `redirect_uri`: tell the person, and send the browser nowhere.
        """
        request = AuthorizationRequest(
            client_id=client_id,
            response_type=response_type,
            redirect_uri=redirect_uri,
            scope=asked_scope,
            state=client_state,
            code_challenge=code_challenge,
            code_challenge_method=code_challenge_method,
        )
        return Data(await authorization.describe(request, user, now))

    @post("/", operation_id="decideAuthorization", status_code=200)
    async def decide_authorization(
        self,
        data: JSONBody[Decision],
        user: NamedDependency[SignedIn],
        authorization: NamedDependency[AuthorizationService],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> Data[Redirect]:
        """The person's yes or no (`approve`), with the parameters of the page's address once more.

        `{"data": {"redirect"}}`: send the browser there. It has `code` and `state`, or `error` and `state`.
        """
        return Data(await authorization.decide(data, user, address, now))
