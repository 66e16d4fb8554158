"""What a person wrote, wherever they wrote it: what they are given of it, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased, ProfileChanged
from storecast.domains.chat.repository import ChatRepository
from storecast.kit.bus import Occasion


async def collect(event: DataCollected, at: Occasion) -> None:
    repository = ChatRepository(at.db)
    subject = f"user:{event.user.hash_id}"
    event.archive.add("messages", await repository.messages_of(subject))
    event.archive.add("threads", await repository.threads_of(subject))


async def replace_avatar(event: ProfileChanged, at: Occasion) -> None:
    """What they said under a picture they took back is shown with their new one."""
    if event.former_avatar is not None:
        await ChatRepository(at.db).replace_avatar(event.former_avatar, event.user.avatar_key)


async def erase(event: PersonErased, at: Occasion) -> None:
    await ChatRepository(at.db).erase(f"user:{event.user.hash_id}")
