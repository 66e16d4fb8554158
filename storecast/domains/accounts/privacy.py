"""A person's account: what they are given of it. It goes with its row."""

from storecast.domains.accounts.audit import every_event_of
from storecast.domains.accounts.events import DataCollected
from storecast.domains.accounts.repository import AccountRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    event.archive.add("account", [event.user], without=("password_hash",))
    event.archive.attach(event.user.avatar_key)
    event.archive.add("grants", await AccountRepository(at.db).every_grant_of(event.user.id))
    event.archive.add("security_events", await every_event_of(at.db, event.user.id))
