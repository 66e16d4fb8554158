"""Where from somebody tries to get into an account, as tries are counted."""

from storecast.domains.accounts.repository import AccountRepository
from storecast.kit.networks import network

STRANGERS = "strangers"
NOBODY = 0  # the id of no account


async def place(accounts: AccountRepository, user_id: int | None, address: str) -> str:
    """The network, where the account was made or somebody let into it from there of late, else `STRANGERS`.

    Whoever tries from elsewhere shares one allowance, however many networks they have; who was there before has their
    own, so that strangers cannot use it up. A link from the account's mailbox makes a network known, too: it is the way
    in for an owner who travels while somebody guesses. It is asked alike for an account that does not exist.
    """
    where = network(address)
    known = {network(each) for each in await accounts.addresses_of(user_id or NOBODY)}
    return where if where in known else STRANGERS
