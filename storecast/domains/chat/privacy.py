"""What a person wrote, wherever they wrote it: what they are given of it, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased, ProfileChanged
from storecast.domains.chat.repository import ChatRepository
from storecast.kit.bus import Occasion

# Of what somebody wrote: who took it away, and the installation's own notes.
NOT_THEIRS = ("removed_by", "removed_from", "origin", "told")


async def collect(event: DataCollected, at: Occasion) -> None:
    repository = ChatRepository(at.db)
    subject = f"user:{event.user.hash_id}"
    event.archive.add("messages", await repository.messages_of(subject), without=NOT_THEIRS)
    event.archive.add("threads", await repository.threads_of(subject))
    event.archive.add("reactions", await repository.reactions_of(subject))
    event.archive.add("message_reports", await repository.reports_of(subject))


async def follow_profile(event: ProfileChanged, at: Occasion) -> None:
    """They are mentioned by their new name. What they said under a picture they took back is shown with the new one."""
    repository = ChatRepository(at.db)
    await repository.rename(f"user:{event.user.hash_id}", event.user.nickname)
    if event.former_avatar is not None:
        await repository.replace_avatar(event.former_avatar, event.user.avatar_key)


async def erase(event: PersonErased, at: Occasion) -> None:
    await ChatRepository(at.db).erase(f"user:{event.user.hash_id}")
