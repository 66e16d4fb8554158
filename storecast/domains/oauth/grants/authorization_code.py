"""A code that a person's consent brought (RFC 6749, 4.1.3), with PKCE (RFC 7636)."""

import hmac
from datetime import datetime

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oauth2.rfc7636.challenge import CODE_VERIFIER_PATTERN

from storecast.domains.accounts.callers import Device
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.oauth.errors import InvalidGrant, InvalidRequest, ReplayedCode
from storecast.domains.oauth.grants.grant import TokenGrant, answer, client_grant
from storecast.domains.oauth.models import Client
from storecast.domains.oauth.repository import OAuthRepository
from storecast.domains.oauth.tokens.schemas import GrantType, TokenAnswer, TokenRequest
from storecast.kit.ids import digest


class AuthorizationCodeGrant(TokenGrant):
    type = GrantType.AUTHORIZATION_CODE

    def __init__(self, repository: OAuthRepository, tokens: TokenService) -> None:
        self._repository = repository
        self._tokens = tokens

    async def tokens(self, request: TokenRequest, client: Client, device: Device, now: datetime) -> TokenAnswer:
        """A code that comes a second time was stolen: what it was exchanged for ends (RFC 6749, 4.1.2)."""
        if not request.code:
            raise InvalidRequest.parameter("code")
        code = await self._repository.code(digest(request.code))
        if code is None or code.client_id != client.id:
            raise InvalidGrant
        if code.grant_id is not None:
            await self._tokens.revoke(code.grant_id, now)
            raise ReplayedCode("The code has been used")
        if code.expires_at <= now:
            raise InvalidGrant("The code is over")
        if code.redirect_uri is not None and code.redirect_uri != request.redirect_uri:
            raise InvalidGrant("Check the `redirect_uri` parameter")
        _check_verifier(code.challenge, request.code_verifier)
        if not await self._tokens.holds(code.user_id, code.sign_in_id, now):
            raise InvalidGrant("Whoever consented has signed out")
        grant = client_grant(code.user_id, client, code.scopes, device, now)
        await self._tokens.open(grant)
        code.grant_id = grant.id
        # The client asked for its scopes earlier, and may have been given others than it named.
        return answer(await self._tokens.pair(grant, grant.scopes, now), (), grant.scopes)


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    """A verifier without a challenge is a sign that the challenge was taken out on the way (RFC 9700, 4.8.2)."""
    if challenge is None and verifier is None:
        return
    if challenge is None or verifier is None or not CODE_VERIFIER_PATTERN.match(verifier):
        raise InvalidGrant("Check the `code_verifier` parameter")
    shown = str(create_s256_code_challenge(verifier))  # type: ignore[no-untyped-call]
    if not hmac.compare_digest(shown, challenge):
        raise InvalidGrant("Failed to verify `code_verifier`")
