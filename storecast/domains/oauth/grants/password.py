"""A person's password, typed into a program of the installation's own (RFC 6749, 4.3): nobody else may ask for it."""

from datetime import datetime

from storecast.domains.accounts.callers import Device
from storecast.domains.accounts.errors import WrongCredentials
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.oauth import scopes
from storecast.domains.oauth.errors import InvalidRequest, UnauthorizedClient, WrongPassword
from storecast.domains.oauth.grants.grant import TokenGrant, answer, client_grant
from storecast.domains.oauth.models import Client
from storecast.domains.oauth.tokens.schemas import GrantType, TokenAnswer, TokenRequest
from storecast.domains.sign_ins.second_factors.errors import SecondFactorNeeded, WrongCode
from storecast.domains.sign_ins.service import SignInService


class PasswordGrant(TokenGrant):
    type = GrantType.PASSWORD

    def __init__(self, sign_ins: SignInService, tokens: TokenService) -> None:
        self._sign_ins = sign_ins
        self._tokens = tokens

    async def tokens(self, request: TokenRequest, client: Client, device: Device, now: datetime) -> TokenAnswer:
        if not client.first_party:
            raise UnauthorizedClient
        if not request.username:
            raise InvalidRequest.parameter("username")
        if not request.password:
            raise InvalidRequest.parameter("password")
        granted = scopes.asked_for(request.scope, client)
        try:
            user, _ = await self._sign_ins.check_password(
                request.username, request.password, request.second_factor, device, now
            )
        except WrongCredentials as error:
            raise WrongPassword from error
        except (SecondFactorNeeded, WrongCode) as error:
            raise WrongPassword("Check the `second_factor` parameter") from error
        grant = client_grant(user.id, client, granted, device, now)
        await self._tokens.open(grant)
        return answer(await self._tokens.pair(grant, granted, now), scopes.names(request.scope), granted)
