"""Where everything is, for clients that look for it (RFC 8414)."""

from litestar import get
from litestar.di import NamedDependency
from msgspec import Struct

from storecast.domains.accounts.callers import ALL_SCOPES, Unscoped
from storecast.domains.oauth.authorization.service import Prompt
from storecast.domains.oauth.tokens.schemas import GrantType
from storecast.wiring.unit import Unit


class ServerMetadata(Struct):
    """RFC 8414, 2; the last ones are RFC 9207's, and of OpenID's Initiating User Registration, 1.0."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    introspection_endpoint: str
    revocation_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    introspection_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    code_challenge_methods_supported: list[str]
    authorization_response_iss_parameter_supported: bool
    prompt_values_supported: list[str]


@get("/.well-known/oauth-authorization-server", include_in_schema=False, opt={"scope": Unscoped.PUBLIC})
async def server_metadata(unit: NamedDependency[Unit]) -> ServerMetadata:
    return metadata(unit.urls.base)


def metadata(issuer: str) -> ServerMetadata:
    with_secret = ["client_secret_basic", "client_secret_post"]
    return ServerMetadata(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/oauth/authorize",
        token_endpoint=f"{issuer}/api/v1/oauth/token",
        jwks_uri=f"{issuer}/.well-known/jwks.json",
        introspection_endpoint=f"{issuer}/api/v1/oauth/introspect",
        revocation_endpoint=f"{issuer}/api/v1/oauth/revoke",
        scopes_supported=list(ALL_SCOPES),
        response_types_supported=["code"],
        response_modes_supported=["query"],
        grant_types_supported=[kind.value for kind in GrantType],
        token_endpoint_auth_methods_supported=[*with_secret, "none"],
        introspection_endpoint_auth_methods_supported=with_secret,
        revocation_endpoint_auth_methods_supported=[*with_secret, "none"],
        code_challenge_methods_supported=["S256"],
        authorization_response_iss_parameter_supported=True,
        prompt_values_supported=[prompt.value for prompt in Prompt],
    )
