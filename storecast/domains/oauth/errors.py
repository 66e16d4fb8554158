"""Errors of OAuth2 (RFC 6749, 5.2), in the form and with the statuses of Laravel Passport."""

from storecast.kit.errors import ApiError, NotFound, Unprocessable


class OAuthError(ApiError):
    """What a client's program hears. `hint` says which part of the request to look at."""

    status = 400
    error = "invalid_request"
    title = (
        "The request is missing a required parameter, includes an invalid parameter value, "
        "includes a parameter more than once, or is otherwise malformed."
    )

    def __init__(self, hint: str | None = None) -> None:
        super().__init__()
        self.hint = hint


class InvalidRequest(OAuthError):
    @classmethod
    def parameter(cls, name: str) -> "InvalidRequest":
        return cls(f"Check the `{name}` parameter")


class InvalidClient(OAuthError):
    status = 401
    error = "invalid_client"
    title = "Client authentication failed"

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"WWW-Authenticate": 'Basic realm="OAuth"'}


class UnauthorizedClient(OAuthError):
    error = "unauthorized_client"
    title = "The authenticated client is not authorized to use this authorization grant type."


class UnsupportedGrantType(OAuthError):
    error = "unsupported_grant_type"
    title = "The authorization grant type is not supported by the authorization server."


class UnsupportedResponseType(OAuthError):
    error = "unsupported_response_type"
    title = "The authorization server does not support obtaining an authorization code using this method."


class InvalidScope(OAuthError):
    error = "invalid_scope"
    title = "The requested scope is invalid, unknown, or malformed"

    @classmethod
    def named(cls, scope: str) -> "InvalidScope":
        return cls(f"Check the `{scope}` scope")


class InvalidGrant(OAuthError):
    error = "invalid_grant"
    title = (
        "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is "
        "invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was "
        "issued to another client."
    )


class ReplayedCode(InvalidGrant):
    keeps_work = True  # what the code was exchanged for has been revoked


class WrongPassword(InvalidGrant):
    title = "The user credentials were incorrect."
    keeps_work = True  # the failure is in the audit log


class InvalidRefreshToken(InvalidGrant):
    title = "The refresh token is invalid."
    keeps_work = True  # a replayed token has revoked its grant


class AccessDenied(OAuthError):
    status = 401
    error = "access_denied"
    title = "The resource owner or authorization server denied the request."


class LoginRequired(OAuthError):
    """This and the next two: OpenID Connect Core, 3.1.2.6, of a client that wants nobody to be shown a page."""

    error = "login_required"
    title = "The authorization server requires that the person signs in."


class ConsentRequired(OAuthError):
    error = "consent_required"
    title = "The authorization server requires that the person is asked."


class InteractionRequired(OAuthError):
    error = "interaction_required"
    title = "The authorization server requires something else of the person first."


class UnknownClient(Unprocessable):
    """The person is told, never a redirect URI: whose it is, is not known."""

    @classmethod
    def error(cls) -> "Unprocessable":
        return cls.field("client_id", "is not a client of this installation")


class WrongRedirect(Unprocessable):
    """As `UnknownClient`."""

    @classmethod
    def error(cls) -> "Unprocessable":
        return cls.field("redirect_uri", "is not one of the client's")


class ClientNotFound(NotFound):
    title = "Client not found"


class TokenNotFound(NotFound):
    title = "Token not found"
