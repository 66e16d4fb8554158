"""A person's bans, and what they did to moderate: what they are given of it, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased
from storecast.domains.moderation.bans.repository import BanRepository
from storecast.domains.moderation.repository import ModerationRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    """A silent hide is theirs to know of, too, once they ask for all that is kept of them."""
    subject = f"user:{event.user.hash_id}"
    repository = ModerationRepository(at.db)
    bans = await BanRepository(at.db).bans_of(subject)
    event.archive.add("bans", bans, without=("by_id", "origin"))
    event.archive.add("moderated", await repository.notes_by(event.user.id), without=("by_id", "subject", "name"))
    event.archive.add("moderation", await repository.notes_of(subject), without=("by_id",))


async def erase(event: PersonErased, at: Occasion) -> None:
    """What they did to moderate stays, by nobody: their user's row takes their name with it."""
    subject = f"user:{event.user.hash_id}"
    await BanRepository(at.db).erase(subject)
    await ModerationRepository(at.db).erase(subject)
