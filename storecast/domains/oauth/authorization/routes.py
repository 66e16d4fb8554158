"""The authorization endpoint over HTTP, for the web front's page `/oauth/authorize`, to which clients send people."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from storecast.domains.accounts.callers import SignedIn, Unscoped, Who
from storecast.domains.oauth.authorization.schemas import (
    AuthorizationRequest,
    ClientState,
    Consent,
    Decision,
    Redirect,
    RedirectUri,
    Text,
)
from storecast.kit.envelope import Data
from storecast.kit.field_words import field_words
from storecast.wiring.unit import Unit

_WORDS = field_words(AuthorizationRequest)


def _said(name: str) -> QueryParameter:
    """A field of `AuthorizationRequest` as a parameter of the address."""
    return QueryParameter(name=name, description=_WORDS[name])


class AuthorizationController(Controller):
    path = "/oauth/authorize"
    tags = ("OAuth2",)
    opt = {"scope": Unscoped.SIGN_IN}  # noqa: RUF012

    @get("/", operation_id="describeAuthorization", opt={"who": Who.ANYONE})
    async def describe_authorization(
        self,
        client_id: Annotated[Text, _said("client_id")],
        unit: NamedDependency[Unit],
        response_type: Annotated[Text, _said("response_type")] = "",
        redirect_uri: Annotated[RedirectUri | None, _said("redirect_uri")] = None,
        asked_scope: Annotated[Text | None, _said("scope")] = None,
        client_state: Annotated[ClientState | None, _said("state")] = None,
        code_challenge: Annotated[Text | None, _said("code_challenge")] = None,
        code_challenge_method: Annotated[Text | None, _said("code_challenge_method")] = None,
        prompt: Annotated[Text | None, _said("prompt")] = None,
    ) -> Data[Consent | Redirect]:
        """What a client asks the signed-in person for; the parameters are those of the page's own address.

        `{"data": {"client": {"id", "name"}, "scopes": [{"id", "description"}], "redirect_uri", "remembered",
        "sign_in"}}`. A request that is wrong in a way the client should hear of answers `{"data": {"redirect"}}`: send
        the browser there. So does one with `prompt=none` where nobody is signed in, or somebody has yet to say yes.
        An unknown client and a redirect URI that is not the client's are 422 on `client_id` and `redirect_uri`: tell
        the person, and send the browser nowhere.
        """
        request = AuthorizationRequest(
            client_id=client_id,
            response_type=response_type,
            redirect_uri=redirect_uri,
            scope=asked_scope,
            state=client_state,
            code_challenge=code_challenge,
            code_challenge_method=code_challenge_method,
            prompt=prompt,
        )
        user = unit.caller if isinstance(unit.caller, SignedIn) else None
        return Data(await unit.authorization.describe(request, user, unit.now))

    @post("/", operation_id="decideAuthorization", status_code=200)
    async def decide_authorization(self, data: JSONBody[Decision], unit: NamedDependency[Unit]) -> Data[Redirect]:
        """The person's yes or no (`approve`), with the parameters of the page's address once more.

        `{"data": {"redirect"}}`: send the browser there. It has `code` and `state`, or `error` and `state`.
        """
        return Data(await unit.authorization.decide(data, unit.user, unit.address, unit.now))
