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
    """Who asks."""
    response_type: Text = ""
    """Always `code`."""
    redirect_uri: RedirectUri | None = None
    """One of the client's; may be left out where it has but one."""
    scope: Text | None = None
    """What is asked for: names of scopes, with spaces between."""
    state: ClientState | None = None
    """The client's own; it comes back as it was."""
    code_challenge: Text | None = None
    """base64url of the SHA-256 of `code_verifier`."""
    code_challenge_method: str | None = None
    """`S256`; nothing else is taken."""
    prompt: Annotated[str, Meta(max_length=100)] | None = None
    """`none`, or of `login`, `consent` and `select_account`, with spaces between (OpenID Connect Core 1.0, 3.1.2.1)."""


class Decision(AuthorizationRequest, kw_only=True):
    approve: Annotated[bool, Meta(description="Whether the person says yes.")]


class ClientName(Struct):
    id: str
    """Names the client."""
    name: str
    """As people know it."""


class Consent(Struct):
    """What the person is asked."""

    client: ClientName
    """Who asks."""
    scopes: list[ScopeView]
    """What it asks for."""
    redirect_uri: Annotated[str, Meta(description="Where the person is sent back to.")]
    remembered: Annotated[bool, Meta(description="They have said yes to this before: the page need not ask.")]
    sign_in: Annotated[bool, Meta(description="The client wants them to sign in anew before they answer.")]


class Redirect(Struct):
    redirect: Annotated[str, Meta(description="Send the browser there: with `code` and `state`, or with `error`.")]
