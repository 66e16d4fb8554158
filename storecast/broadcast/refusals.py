"""The log of refusals: who was refused or cut off and why, without giving anybody a way to fill the log."""

from collections import Counter

import structlog

from storecast.kit.networks import network

LINES_PER_NETWORK = 10  # in one period
MOST_LINES = 100  # in one period, whoever calls
PERIOD_SECONDS = 60.0

log = structlog.get_logger()


class RefusalLog:
    """A line for each refusal, up to the limits; how many there were beyond them is said when the period ends."""

    def __init__(self) -> None:
        self._told: Counter[str] = Counter()  # by network
        self._untold = 0
        self._ends = 0.0

    def tell(self, event: str, address: str, reason: str, **more: str) -> None:
        """Say that a peer was refused. `reason` must not hold what a publisher sent: it may be a key."""
        caller = network(address)
        if self._told[caller] >= LINES_PER_NETWORK or self._told.total() >= MOST_LINES:
            self._untold += 1
            return
        self._told[caller] += 1
        log.info(event, address=address, reason=reason, **more)

    def sweep(self, now: float) -> None:
        """Begin the next period where this one is over. `now` is the event loop's time."""
        if now < self._ends:
            return
        self._ends = now + PERIOD_SECONDS
        if self._untold:
            log.warning("more publishers were refused or cut off", count=self._untold, seconds=PERIOD_SECONDS)
        self._told.clear()
        self._untold = 0
