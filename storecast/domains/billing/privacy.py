"""What is remembered of a person's plan: what they are given of it. It goes with the account's row."""

from storecast.domains.accounts.events import DataCollected
from storecast.domains.billing.minutes.service import warnings_of
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    event.archive.add("minute_warnings", await warnings_of(at.db, event.user.id))
