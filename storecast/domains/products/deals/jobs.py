"""Telling viewers that a deal's time is over. It was over by itself."""

from storecast.kit.jobs import Job


class TellDealEnded(Job, frozen=True):
    name = "deals.tell_ended"
    queue = "streams"
    priority = 5

    deal_id: int
