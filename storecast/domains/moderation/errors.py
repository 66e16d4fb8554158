"""What moderation says no with."""

from datetime import datetime

from storecast.kit.clock import iso
from storecast.kit.errors import Conflict, ErrorBody, Forbidden, NotFound, TooManyRequests


class BannedBody(ErrorBody, kw_only=True):
    until: str | None
    """When it ends, ISO 8601; null where it does not."""
    reason: str | None
    """What the moderators say why, if anything."""


class Banned(Forbidden):
    """Of a network's ban no reason is given: it was said of somebody else."""

    title = "Banned"

    def __init__(self, until: datetime | None, reason: str | None) -> None:
        super().__init__(
            "You can't write here any more." if until is None else f"You can't write here until {iso(until)}."
        )
        self.until = until
        self.reason = reason

    def body(self) -> BannedBody:
        until = iso(self.until) if self.until is not None else None
        return BannedBody(self.code, self.title, self.message, self.messages, until=until, reason=self.reason)


class FollowersOnly(Forbidden):
    title = "Followers only"

    def __init__(self, minutes: int) -> None:
        """`minutes` for which one must have followed."""
        super().__init__(
            f"Only who has followed for {minutes} minutes can write here now."
            if minutes
            else "Only followers can write here now."
        )


class MembersOnly(Forbidden):
    title = "Members only"

    def __init__(self) -> None:
        super().__init__("Only who holds a pass or has bought here can write here now.")


class GuestsNotNow(Forbidden):
    title = "No guests now"

    def __init__(self) -> None:
        super().__init__("Guests can't write here now. Sign in to write.")


class SlowMode(TooManyRequests):
    title = "Slow mode"

    def __init__(self, retry_after: int) -> None:
        """`retry_after` in seconds."""
        super().__init__(retry_after)
        self.message = f"Slow mode is on. You can write again in {retry_after} s."


class BanNotFound(NotFound):
    title = "Ban not found"


class PersonNotFound(NotFound):
    title = "Person not found"


class WordsNotFound(NotFound):
    """Of a message or a question somebody's ban or warning was to go by."""

    title = "Message not found"


class OfTheTeam(Conflict):
    title = "Part of the team"

    def __init__(self) -> None:
        super().__init__("The channel's owner and who may moderate there cannot be banned.")


class Yourself(Conflict):
    title = "Yourself"

    def __init__(self) -> None:
        super().__init__("You cannot ban yourself.")


class TooManyBans(Conflict):
    title = "Too many bans"

    def __init__(self, most: int) -> None:
        super().__init__(f"A channel has at most {most} bans. Undo some, or ask for accounts by the settings.")
