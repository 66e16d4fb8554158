"""Streaming minutes: what a plan grants a calendar month (UTC), counted by the second.

At the end of them no show may begin. One that is on has the grace, which the month has once, and then ends.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

GRACE = 10 * 60  # seconds a month, for all shows of an account together
LOW_FROM = 0.8  # of what is granted


class MinutesStage(StrEnum):
    """How far through its minutes an account is."""

    ENOUGH = "enough"
    LOW = "low"  # four fifths are used
    GRACE = "grace"  # all are: what is on goes on for a while
    SPENT = "spent"  # so is the grace


class Minutes(Struct, frozen=True):
    granted: int | None  # seconds this month; None where nothing bounds them
    used: int  # seconds

    @property
    def left(self) -> int | None:
        """Seconds, without the grace; None where nothing bounds them."""
        return None if self.granted is None else max(0, self.granted - self.used)

    @property
    def grace_left(self) -> int:
        """Seconds a show that is on may go on for beyond those."""
        over = 0 if self.granted is None else max(0, self.used - self.granted)
        return max(0, GRACE - over)

    @property
    def stage(self) -> MinutesStage:
        if self.granted is None or self.used < self.granted * LOW_FROM:
            return MinutesStage.ENOUGH
        if self.left:
            return MinutesStage.LOW
        return MinutesStage.GRACE if self.grace_left else MinutesStage.SPENT

    @property
    def may_begin(self) -> bool:
        """Whether a show may."""
        return self.left != 0

    @property
    def may_go_on(self) -> bool:
        """Whether one that is on may."""
        return self.stage is not MinutesStage.SPENT


def month_of(now: datetime) -> datetime:
    """When the month began whose minutes are counted."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(now: datetime) -> datetime:
    """When minutes are granted anew."""
    return month_of(month_of(now) + timedelta(days=31))
