"""How a person signs in: what they are given of it. It goes with the account's row."""

from storecast.domains.accounts.events import DataCollected
from storecast.domains.sign_ins.second_factors.repository import SecondFactorRepository
from storecast.domains.sign_ins.social.repository import IdentityRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    passkeys = await SecondFactorRepository(at.db).passkeys(event.user.id)
    event.archive.add("passkeys", passkeys, without=("credential_id", "public_key"))
    event.archive.add("identities", await IdentityRepository(at.db).every_of(event.user.id))
