"""What is done about subscribers later."""

from datetime import datetime

from storecast.kit.jobs import Job


class SendConfirmation(Job, frozen=True):
    """Ask whoever has an address whether they want to be reminded."""

    name = "subscribers.send_confirmation"
    queue = "mail"

    request_id: int


class SendCode(Job, frozen=True):
    """The same by SMS. Somebody waits for it before a page."""

    name = "subscribers.send_code"
    queue = "mail"
    priority = 10

    request_id: int
    message_id: int


class BeginTelling(Job, frozen=True):
    """A show has begun: its channel's subscribers are told, a batch at a time."""

    name = "subscribers.begin_telling"
    queue = "reminders"
    priority = 10

    channel_id: int
    at: datetime


class RemindRound(Job, frozen=True):
    """Those who are to be reminded so many minutes before a start are, a batch at a time."""

    name = "subscribers.remind_round"
    queue = "reminders"
    priority = 5

    channel_id: int
    starts_at: datetime
    minutes: int


class TellLive(Job, frozen=True):
    """One person hears that a show has begun."""

    name = "subscribers.tell_live"
    queue = "reminders"

    subscription_id: int
    at: datetime


class Remind(Job, frozen=True):
    """One person is reminded of an announced start."""

    name = "subscribers.remind"
    queue = "reminders"

    subscription_id: int
    starts_at: datetime
    minutes: int


class ForgetSubscribers(Job, frozen=True):
    """A channel is gone."""

    name = "subscribers.forget"
    queue = "reminders"

    channel_id: int
