"""How OAuth2's failures are answered: not in the API's own envelope but as OAuth2's clients read them."""

from litestar import Request, Response
from litestar.connection.base import AuthT, StateT, UserT
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from msgspec import UNSET, Struct, UnsetType

from storecast.domains.oauth.errors import InvalidRequest, OAuthError
from storecast.kit.errors import ApiError, NotFound
from storecast.kit.http.transactions import keep_work

NOT_FOUND = {404: ResponseSpec(None, description="There is none of this id.", generate_examples=False)}
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}  # RFC 6749, 5.1

AnyRequest = Request[UserT, AuthT, StateT]


class OAuthErrorBody(Struct):
    """What is refused as OAuth2's clients read it (RFC 6749, 5.2)."""

    error: str
    """The kind of error, as `invalid_grant`."""
    error_description: str
    """What is wrong, in words for whoever writes the client."""
    message: str
    """The description once more, as Passport has it."""
    hint: str | UnsetType = UNSET
    """Which part of the request to look at."""


def answer_oauth_error(request: AnyRequest[UserT, AuthT, StateT], error: OAuthError) -> Response[OAuthErrorBody]:
    if error.keeps_work:
        keep_work(request)
    body = OAuthErrorBody(error.error, error.message, error.message, error.hint or UNSET)
    return Response(body, status_code=error.status, headers=NO_STORE | error.headers, media_type=MediaType.JSON)


def answer_other_error(request: AnyRequest[UserT, AuthT, StateT], error: ApiError) -> Response[OAuthErrorBody]:
    """Of the token endpoint: what the API says of itself, in the words of RFC 6749."""
    if error.status >= 500 or error.status == 429:
        body = OAuthErrorBody("temporarily_unavailable", error.message, error.message)
        headers = NO_STORE | error.headers
        return Response(body, status_code=error.status, headers=headers, media_type=MediaType.JSON)
    return answer_oauth_error(request, InvalidRequest(error.message))


def answer_bad_input(request: AnyRequest[UserT, AuthT, StateT], error: HTTPException) -> Response[OAuthErrorBody]:
    """Of the token endpoint: a body the framework could not read."""
    answer = answer_oauth_error(request, InvalidRequest())
    if error.status_code in (405, 413):
        answer.status_code = error.status_code
    return answer


def answer_not_found(_: AnyRequest[UserT, AuthT, StateT], __: NotFound) -> Response[bytes]:
    """Passport's: nothing but the status."""
    return Response(b"", status_code=404)
