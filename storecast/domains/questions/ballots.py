"""One vote each, and how many guests of one network count: on questions and in polls alike.

Whoever has an account has one vote. A guest's token costs nothing, so their network counts, too. The database decides,
whatever process is asked.
"""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from storecast.domains.accounts.callers import Caller, Guest
from storecast.domains.channels.access import Act
from storecast.domains.channels.models import Channel
from storecast.domains.moderation.service import ModerationService
from storecast.domains.moderation.values import Verdict
from storecast.domains.questions import locks
from storecast.domains.questions.errors import NetworkHasVoted
from storecast.kit.database import Database
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits

MOST_OF_A_NETWORK = 10  # guests' votes on one question, or in one poll
VOTES = "60/minute"  # of one person
VOTES_FROM_ADDRESS = "3000/minute"  # viewers behind one address share it


class Ballot(Struct, frozen=True):
    """What somebody chose of one thing."""

    number: int  # of the question or poll
    subject: str
    choice: int
    counted: bool
    origin: str | None  # of a guest: their network
    at: datetime

    @property
    def row(self) -> tuple[int, str, int, datetime, bool]:
        """The first parameters of whatever writes it down."""
        return self.number, self.subject, self.choice, self.at, self.counted


class Votes(Protocol):
    """Where votes on one kind of thing lie."""

    async def change_vote(self, ballot: Ballot) -> bool:
        """Whether there was one of theirs, in whose place it is."""

    async def cast_vote(self, ballot: Ballot) -> bool:
        """Whether it could be taken: not where as many of its origin have voted as may."""


class BallotBox:
    """Takes votes, for who is welcome."""

    def __init__(self, db: Database, moderation: ModerationService, limits: RateLimits) -> None:
        self._db = db
        self._moderation = moderation
        self._limits = limits

    async def ballot(
        self,
        channel: Channel,
        number: int,
        choice: int,
        by: Caller,
        address: str,
        now: datetime,
        *,
        acts: frozenset[Act],
    ) -> Ballot:
        """What `by` chose. Of whom a silent hide is on it is not counted. Raises `Banned`, `TooManyRequests`."""
        await self._limits.hit(VOTES, "vote", by.subject)
        if not acts:
            kind = "guests' vote" if isinstance(by, Guest) else "vote"
            await self._limits.hit(VOTES_FROM_ADDRESS, kind, network(address))
        counted = await self._moderation.require_welcome(channel, by, address, now, acts=acts) is Verdict.SHOWN
        origin = self._moderation.origin(channel, address) if isinstance(by, Guest) else None
        return Ballot(number, by.subject, choice, counted, origin, now)

    async def take(self, what: str, ballot: Ballot, votes: Votes) -> None:
        """Count it, in place of one before. Raises `NetworkHasVoted`."""
        if await votes.change_vote(ballot):
            return
        if ballot.origin is not None:
            await locks.alone(self._db, f"votes of a network on {what}", ballot.number, ballot.origin)
        if not await votes.cast_vote(ballot):
            raise NetworkHasVoted(MOST_OF_A_NETWORK)
