"""How a person signs in: what they are given of it, and what does not go with the account's row."""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.sign_ins.passwords.repository import PasswordLinkRepository
from storecast.domains.sign_ins.second_factors.repository import SecondFactorRepository
from storecast.domains.sign_ins.social.repository import IdentityRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    passkeys = await SecondFactorRepository(at.db).passkeys(event.user.id)
    event.archive.add("passkeys", passkeys, without=("credential_id", "public_key"))
    event.archive.add("identities", await IdentityRepository(at.db).every_of(event.user.id))


async def erase(event: PersonErased, at: Occasion) -> None:
    """Links of before there was an account belong to the address alone."""
    await PasswordLinkRepository(at.db).remove_of(event.user.email)
