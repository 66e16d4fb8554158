"""The rules of asking a person for consent. One call is one transaction."""

from datetime import datetime, timedelta
from enum import StrEnum

from authlib.oauth2.rfc7636.challenge import CODE_CHALLENGE_PATTERN
from msgspec import Struct

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import SignedIn
from storecast.domains.accounts.models import GrantKind
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.oauth import redirects, scopes
from storecast.domains.oauth.authorization.schemas import AuthorizationRequest, ClientName, Consent, Decision, Redirect
from storecast.domains.oauth.errors import (
    AccessDenied,
    ConsentRequired,
    InteractionRequired,
    InvalidRequest,
    LoginRequired,
    OAuthError,
    UnknownClient,
    UnsupportedResponseType,
    WrongRedirect,
)
from storecast.domains.oauth.models import AuthorizationCode, Client
from storecast.domains.oauth.repository import OAuthRepository
from storecast.domains.sign_ins.second_factors.service import SecondFactorService
from storecast.kit.database import Database
from storecast.kit.errors import TokenNeeded
from storecast.kit.ids import digest, random_text
from storecast.kit.rate_limits import RateLimits

CODE_LIFETIME = timedelta(seconds=60)  # RFC 6749, 4.1.2, allows ten minutes; a program needs a moment
CODE_LENGTH = 64
DECISIONS = "120/hour"  # of one user


FRESH = timedelta(minutes=5)  # a sign-in for a client that wants a new one


class Prompt(StrEnum):
    """What the person is to be shown (OpenID Connect Core, 3.1.2.1)."""

    NONE = "none"  # nothing at all
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"  # the page that asks says who is signed in, and lets in somebody else


class Asked(Struct):
    """A request that is in order."""

    client: Client
    redirect_uri: str
    scopes: list[str]
    prompts: set[Prompt]


class AuthorizationService:
    def __init__(
        self, db: Database, tokens: TokenService, factors: SecondFactorService, limits: RateLimits, issuer: str
    ) -> None:
        self._db = db
        self._repository = OAuthRepository(db)
        self._tokens = tokens
        self._factors = factors
        self._limits = limits
        self._issuer = issuer

    async def describe(self, request: AuthorizationRequest, user: SignedIn | None, now: datetime) -> Consent | Redirect:
        """What to ask the person, or where to send them with an error.

        Raises `UnknownClient`, `WrongRedirect`; `TokenNeeded` where nobody is signed in and somebody may be asked.
        """
        asked = await self._check(request)
        if isinstance(asked, Redirect):
            return asked
        if Prompt.NONE in asked.prompts and (error := await self._obstacle(asked, user, now)):
            return self._refuse(asked.redirect_uri, error, request.state)
        if user is None:
            raise TokenNeeded("Sign in to be asked.")
        return Consent(
            client=ClientName(asked.client.id, asked.client.name),
            scopes=scopes.views(asked.scopes),
            redirect_uri=asked.redirect_uri,
            remembered=asked.prompts <= {Prompt.NONE} and await self._remembered(asked, user, now),
            sign_in=Prompt.LOGIN in asked.prompts and not await self._is_fresh(user, now),
        )

    async def decide(self, decision: Decision, user: SignedIn, address: str, now: datetime) -> Redirect:
        """Where to send the person, with a code when they said yes. Raises `UnknownClient`, `WrongRedirect`."""
        await self._limits.hit(DECISIONS, "authorization", str(user.id))
        asked = await self._check(decision)
        if isinstance(asked, Redirect):
            return asked
        if not decision.approve:
            return self._refuse(asked.redirect_uri, AccessDenied(), decision.state)
        if Prompt.NONE in asked.prompts and (error := await self._obstacle(asked, user, now)):
            return self._refuse(asked.redirect_uri, error, decision.state)
        if Prompt.LOGIN in asked.prompts and not await self._is_fresh(user, now):
            return self._refuse(asked.redirect_uri, LoginRequired(), decision.state)
        code = random_text(CODE_LENGTH)
        kept = AuthorizationCode(
            digest=digest(code),
            client_id=asked.client.id,
            user_id=user.id,
            sign_in_id=user.grant_id,
            redirect_uri=decision.redirect_uri,
            scopes=asked.scopes,
            challenge=decision.code_challenge,
            expires_at=now + CODE_LIFETIME,
        )
        await self._repository.add(kept)
        allowed, name = SecurityEventKind.CLIENT_ALLOWED, asked.client.name
        await record(self._db, allowed, user_id=user.id, address=address, now=now, detail=name)
        return self._redirect(asked.redirect_uri, {"code": code, "state": decision.state})

    async def _check(self, request: AuthorizationRequest) -> Asked | Redirect:
        client = await self._repository.client(request.client_id)
        if client is None:
            raise UnknownClient.error()
        redirect_uri = _redirect_uri(client, request.redirect_uri)
        try:
            if request.response_type != "code":
                raise UnsupportedResponseType
            _check_challenge(request, client)
            return Asked(client, redirect_uri, scopes.asked_for(request.scope, client), _prompts(request.prompt))
        except OAuthError as error:
            return self._refuse(redirect_uri, error, request.state)

    async def _obstacle(self, asked: Asked, user: SignedIn | None, now: datetime) -> OAuthError | None:
        """What keeps a client from an answer without a page."""
        if user is None:
            return LoginRequired()
        if await self._factors.is_missing(user.user):
            return InteractionRequired()
        return None if await self._remembered(asked, user, now) else ConsentRequired()

    async def _is_fresh(self, user: SignedIn, now: datetime) -> bool:
        """Whether they signed in for this."""
        grant = await self._tokens.grant_of(user.id, GrantKind.SIGN_IN, user.grant_id, now)
        return grant is not None and grant.created_at + FRESH > now

    async def _remembered(self, asked: Asked, user: SignedIn, now: datetime) -> bool:
        """Never for a public client: anybody's program can say that it is one (RFC 8252, 8.6)."""
        if not asked.client.confidential:
            return False
        return await self._tokens.has_granted(user.id, asked.client.id, asked.scopes, now)

    def _refuse(self, redirect_uri: str, error: OAuthError, state: str | None) -> Redirect:
        said = {"error": error.error, "error_description": error.message, "hint": error.hint, "state": state}
        return self._redirect(redirect_uri, said)

    def _redirect(self, redirect_uri: str, said: dict[str, str | None]) -> Redirect:
        """With `iss` (RFC 9207), so that a client of several servers knows whose answer it is."""
        return Redirect(redirects.with_answer(redirect_uri, {**said, "iss": self._issuer}))


def _redirect_uri(client: Client, sent: str | None) -> str:
    """Letter by letter one of the client's; its only one need not be sent. Raises `WrongRedirect`."""
    if sent is None and len(client.redirect_uris) == 1:
        return client.redirect_uris[0]
    if sent is None or sent not in client.redirect_uris:
        raise WrongRedirect.error()
    return sent


def _prompts(sent: str | None) -> set[Prompt]:
    """Raises `InvalidRequest`."""
    try:
        prompts = {Prompt(each) for each in (sent or "").split()}
    except ValueError as error:
        raise InvalidRequest.parameter("prompt") from error
    if Prompt.NONE in prompts and len(prompts) > 1:
        raise InvalidRequest("Check the `prompt` parameter: `none` goes with nothing else")
    return prompts


def _check_challenge(request: AuthorizationRequest, client: Client) -> None:
    """S256 and nothing less (RFC 7636, 4.2); who has no secret needs it. Raises `InvalidRequest`."""
    if request.code_challenge is None:
        if request.code_challenge_method is not None or not client.confidential:
            raise InvalidRequest.parameter("code_challenge")
        return
    if request.code_challenge_method != "S256":
        raise InvalidRequest("Check the `code_challenge_method` parameter: it must be S256")
    if not CODE_CHALLENGE_PATTERN.match(request.code_challenge):
        raise InvalidRequest.parameter("code_challenge")
