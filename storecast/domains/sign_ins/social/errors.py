from storecast.adapters.identity.provider import ProviderName
from storecast.kit.errors import Unauthenticated, Unavailable, Unprocessable


class TokenNotConfirmed(Unauthenticated):
    keeps_work = True  # what the audit log says of it

    def __init__(self, provider: ProviderName) -> None:
        super().__init__(f"{provider.title()} does not confirm this token for us. Sign in there again.")


class ProviderDown(Unavailable):
    def __init__(self, provider: ProviderName) -> None:
        super().__init__(f"{provider.title()} does not answer. Try again in a moment.")


def not_configured() -> Unprocessable:
    return Unprocessable.field("provider", "has no keys on this installation")


def email_not_verified(provider: ProviderName) -> Unprocessable:
    return Unprocessable.field("access_token", f"shows no email that {provider.title()} has verified; register with it")
