"""What happens to people, for the domains above, whose handlers run in the same transaction."""

from storecast.domains.accounts.models import User
from storecast.kit.archive import Archive
from storecast.kit.bus import Event


class ProfileChanged(Event):
    """Others see somebody differently. The file of a `former_avatar` is about to go."""

    user: User
    former_avatar: str | None


class DataCollected(Event):
    """Somebody is being given their data: add to `archive` what else is known of them."""

    user: User
    archive: Archive


class AccountHandedOver(Event):
    """An account is its email's owner's from now on: end what whoever made it knows, or has given away."""

    user: User


class LeavingBegun(Event):
    """Somebody's data is about to be erased: end what they have going on."""

    user: User


class PersonErased(Event):
    """Erase what is known of somebody. Files go once that is committed: add their storage keys to `files`."""

    user: User
    files: list[str]
