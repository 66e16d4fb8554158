"""What the API's description says of it as a whole, and who may call each operation."""

from collections.abc import Mapping
from functools import cache

import msgspec
from litestar import Litestar, Request
from litestar.connection.base import AuthT, StateT, UserT
from litestar.enums import MediaType
from litestar.openapi.plugins import OpenAPIRenderPlugin

from storecast.domains.accounts.callers import Need, Scope, Unscoped, Who
from storecast.domains.oauth.scopes import DESCRIPTIONS
from storecast.kit.http.openapi import Json, Object, describe, operations

ABOUT = """\
Self-hosted live shopping, by HTTP.

**Who calls.** Send `Authorization: Bearer …` with a token of `POST /auth/login`, a personal token, an account's static
API token, or one that an OAuth client was given. Each operation names the scope its token needs. A guest's token comes
from `GET /jwt`. Where a token is optional it changes what is seen.

**Bodies** are JSON, a form, or multipart where files come along. A field that is not known is ignored.

**Answers.** One resource, or a short list, is under `data`; a nested resource that is not there is `{"data": []}`; a
long list comes in pages, with `meta`. Moments are ISO 8601 in UTC. Whatever fails has one shape, `error`, with a
message for each wrong field; what the caller may not know of is a 404.

**Changes** by a bearer token are done once however often they are sent, where they carry an `Idempotency-Key`.
"""
TAGS = {
    "Platform": "What this installation is, and which currencies and languages it knows.",
    "Accounts": "People: signing up and in, second factors, devices, profile, their data and its erasure.",
    "OAuth2": "Tokens for other people's programs, and for one's own scripts.",
    "Plans": "What an account's plan allows.",
    "Channels": "Where shows happen; paths call them events.",
    "Products": "The catalogue of an account, and the shelves of its channels.",
    "Cart": "What somebody means to buy on a channel, from the first article to the checkout.",
    "Orders": "What was bought: the seller's side, and the buyer's.",
    "Payments": "How a seller is paid, and what buyers are told before they pay.",
    "Coupons": "Codes that take something off an order.",
    "Videos": "What can be watched when there is no show: shows that are over, uploads and clips.",
    "Streams": "How a channel goes live, and whether it is.",
    "Front office": "What viewers ask for.",
    "Reminders": "Who is told before a show and when it begins, by mail or SMS; and its entry for calendars.",
    "Webhooks": "Other programs that hear what happens on an account's channels, by signed requests.",
    "Questions": "What viewers ask the host, with votes, and polls of the host's.",
    "Chat": "Threads of channels. Speaking is HTTP, hearing is the realtime socket.",
    "Moderation": "What may be said on a channel and by whom: rules, bans, warnings, and who did what.",
}
PLACES = {
    "page": "Which page, from 1.",
    "media_id": "The video's id.",
    "message_id": "The message's id.",
    "channel_ref": "The channel: its id, its slug or its number.",
    "product_id": "The product's number.",
    "target_id": "The simulcast target's id.",
    "first": "The cart's id; to check out, the provider: `native`.",
    "second": "The line's number; to check out, the cart's id.",
    "order_id": "The order's id.",
    "coupon_id": "The coupon's id.",
    "token": "What the link ends in that was mailed to the buyer.",
    "account": "Which seller's: the part of the address that was given to Stripe.",
    "variant_id": "The variant's number.",
    "question_id": "The question's id.",
    "poll_id": "The poll's id.",
    "client_id": "The client's id.",
    "token_id": "The grant's id, as the list of them has it.",
    "id": "Its id, as the list of them has it.",
}
"""What stands in paths."""

_SCOPES: Object = {scope.value: words for scope, words in DESCRIPTIONS.items()}
_OAUTH_FLOWS: Object = {
    "authorizationCode": {
        "authorizationUrl": "/oauth/authorize",
        "tokenUrl": "/api/v1/oauth/token",
        "refreshUrl": "/api/v1/oauth/token",
        "scopes": _SCOPES,
    }
}
SCHEMES: Object = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A person's access token, of whichever kind."},
    "guest": {
        "type": "http",
        "scheme": "bearer",
        "description": "A guest's token, of `GET /jwt`; good for 15 minutes.",
    },
    "oauth2": {"type": "oauth2", "description": "A token a person let a client have.", "flows": _OAUTH_FLOWS},
    "clientCredentials": {
        "type": "oauth2",
        "description": "A token a client asked for to speak for itself.",
        "flows": {"clientCredentials": {"tokenUrl": "/api/v1/oauth/token", "scopes": _SCOPES}},
    },
    "client": {
        "type": "http",
        "scheme": "basic",
        "description": "An OAuth client's id and secret; the body may have them.",
    },
}


def description_of(app: Litestar) -> Object:
    """The OpenAPI document of the API."""
    document = describe(app)
    for handler, operation in operations(app, document):
        operation["security"] = _security(handler.opt)
        for parameter in _parameters(operation):
            if parameter["in"] == "path":
                parameter["description"] = PLACES[str(parameter["name"])]
    components = document["components"]
    if isinstance(components, dict):
        components["securitySchemes"] = SCHEMES
    document["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    document.pop("security", None)
    return document


def _parameters(operation: Object) -> list[Object]:
    found = operation.get("parameters", [])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _security(opt: Mapping[str, object]) -> Json:
    """The ways to call an operation, one of which will do; none for what is anyone's."""
    need, who = opt.get("scope", Unscoped.SIGN_IN), opt.get("who", Who.USER)
    if need is Unscoped.PUBLIC:
        return [{"client": []}, {}] if opt.get("client") else []
    if who is Who.CLIENT and isinstance(need, Scope):
        return [{"clientCredentials": [need.value]}, *_tokens(need)]
    ways: list[Json] = [{}] if who is Who.ANYONE else []
    ways += _tokens(need if isinstance(need, Scope | Unscoped) else Unscoped.SIGN_IN)
    if who in (Who.ANYONE, Who.GUEST):
        ways.append({"guest": []})
    return ways


def _tokens(need: Need) -> list[Json]:
    if need is Unscoped.SIGN_IN:
        return [{"bearer": []}]
    scopes: list[Json] = [need.value] if isinstance(need, Scope) else []
    return [{"bearer": scopes}, {"oauth2": scopes}]


class DescriptionPlugin(OpenAPIRenderPlugin):
    """Serves the description as JSON, made once a process."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=MediaType.JSON)

    def render(self, request: Request[UserT, AuthT, StateT], openapi_schema: Mapping[str, object]) -> bytes:
        return _encoded(request.app)


@cache
def _encoded(app: Litestar) -> bytes:
    return msgspec.json.encode(description_of(app))
