"""Deliveries as jobs: rows say what is due, a job that somebody looks."""

from storecast.kit.jobs import Job


class Deliver(Job, frozen=True):
    """See to what waits in a line. Too many of them do no harm; one that is lost is made up for by the clock."""

    name = "webhooks.deliver"
    queue = "webhooks"
    retry = False

    line_id: int
    at_once: bool = False
    """Now, whatever time the line was put off to."""


class ForgetWords(Job, frozen=True):
    """Take what was deleted out of what is kept of deliveries."""

    name = "webhooks.forget_words"
    queue = "webhooks"

    message_ids: list[str]
