"""What a person wrote, wherever they wrote it: what they are given of it, and what is erased."""

from storecast.domains.accounts.events import DataCollected, PersonErased, ProfileChanged
from storecast.domains.accounts.models import User
from storecast.domains.chat.people import PersonRepository, replace_avatar
from storecast.kit.bus import Occasion

# Of what somebody wrote: who took it away, and the installation's own notes.
NOT_THEIRS = ("removed_by", "removed_from", "origin", "told")


async def collect(event: DataCollected, at: Occasion) -> None:
    person = _person(event.user, at)
    event.archive.add("messages", await person.messages(), without=NOT_THEIRS)
    event.archive.add("threads", await person.threads(), without=("called",))
    event.archive.add("reactions", await person.reactions())
    event.archive.add("message_reports", await person.reports())


async def follow_profile(event: ProfileChanged, at: Occasion) -> None:
    """They are mentioned by their new name. What they said under a picture they took back is shown with the new one."""
    await _person(event.user, at).rename(event.user.nickname)
    if event.former_avatar is not None:
        await replace_avatar(at.db, event.former_avatar, event.user.avatar_key)


async def erase(event: PersonErased, at: Occasion) -> None:
    await _person(event.user, at).erase()


def _person(user: User, at: Occasion) -> PersonRepository:
    return PersonRepository(at.db, f"user:{user.hash_id}")
