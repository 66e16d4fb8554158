"""What happens to people, for the domains above, whose handlers run in the same transaction."""

from msgspec import Struct

from storecast.domains.accounts.models import User
from storecast.domains.accounts.privacy.archive import Archive


class ProfileChanged(Struct, frozen=True):
    """Others see somebody differently. The file of a `former_avatar` is about to go."""

    user: User
    former_avatar: str | None


class DataCollected(Struct, frozen=True):
    """Somebody is being given their data: add to `archive` what else is known of them."""

    user: User
    archive: Archive


class AccountHandedOver(Struct, frozen=True):
    """An account is its email's owner's from now on: end what whoever made it knows, or has given away."""

    user: User


class LeavingBegun(Struct, frozen=True):
    """Somebody's data is about to be erased: end what they have going on."""

    user: User


class PersonErased(Struct, frozen=True):
    """Erase what is known of somebody. Files go once that is committed: add their storage keys to `files`."""

    user: User
    files: list[str]
