"""What a person wrote, wherever they wrote it: what they are given of it, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased, ProfileChanged
from storecast.domains.chat.repository import ChatRepository
from storecast.kit.database import Database


async def collect(event: DataCollected, db: Database) -> None:
    repository = ChatRepository(db)
    subject = f"user:{event.user.hash_id}"
    event.archive.add("messages", await repository.messages_of(subject))
    event.archive.add("threads", await repository.threads_of(subject))


async def replace_avatar(event: ProfileChanged, db: Database) -> None:
    """What they said under a picture they took back is shown with their new one."""
    if event.former_avatar is not None:
        await ChatRepository(db).replace_avatar(event.former_avatar, event.user.avatar_key)


async def erase(event: PersonErased, db: Database) -> None:
    await ChatRepository(db).erase(f"user:{event.user.hash_id}")
