"""What the authorization endpoint takes and answers. The web front's page `/oauth/authorize` calls it."""

from typing import Annotated

from msgspec import Meta, Struct

from storecast.domains.oauth.redirects import LONGEST
from storecast.domains.oauth.scopes import ScopeView

Text = Annotated[str, Meta(max_length=500)]
RedirectUri = Annotated[str, Meta(max_length=LONGEST)]
ClientState = Annotated[str, Meta(max_length=2000)]


class AuthorizationRequest(Struct, kw_only=True):
    """The parameters of the page's own address (RFC 6749, 4.1.1; RFC 7636, 4.3), just as the client sent them."""

    client_id: Text
    response_type: Text = ""
    redirect_uri: RedirectUri | None = None
    scope: Text | None = None
    state: ClientState | None = None
    code_challenge: Text | None = None
    code_challenge_method: Annotated[str, Meta(description="`S256`; nothing else is taken.")] | None = None
    prompt: (
        Annotated[str, Meta(max_length=100, description="`none`, or of `login`, `consent`, `select_account`.")] | None
    ) = None


class Decision(AuthorizationRequest, kw_only=True):
    approve: Annotated[bool, Meta(description="Whether the person says yes.")]


class ClientName(Struct):
    id: str
    name: str


class Consent(Struct):
    """What the person is asked."""

    client: ClientName
    scopes: list[ScopeView]
    redirect_uri: Annotated[str, Meta(description="Where the person is sent back to.")]
    remembered: Annotated[bool, Meta(description="They have said yes to this before: the page need not ask.")]
    sign_in: Annotated[bool, Meta(description="The client wants them to sign in anew before they answer.")]


class Redirect(Struct):
    redirect: Annotated[str, Meta(description="Send the browser there: with `code` and `state`, or with `error`.")]
