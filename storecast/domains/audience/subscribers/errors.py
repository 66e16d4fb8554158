from storecast.kit.errors import Forbidden, NotFound, PaymentRequired, Unprocessable


class SubscriptionNotFound(NotFound):
    title = "Subscription not found"


class NoSchedule(NotFound):
    title = "No show is announced"


class MailNotOffered(PaymentRequired):
    title = "No reminders by mail"

    def __init__(self) -> None:
        super().__init__("This channel sends no reminders by mail.")


class SmsNotOffered(PaymentRequired):
    title = "No reminders by SMS"

    def __init__(self) -> None:
        super().__init__("This channel sends no reminders by SMS.")


class NoRoom(PaymentRequired):
    title = "No room for more subscribers"

    def __init__(self) -> None:
        super().__init__("This channel takes no more subscribers for now.")


class WrongCode(Unprocessable):
    keeps_work = True  # that it was tried

    @classmethod
    def given(cls) -> "WrongCode":
        return cls.field("code", "is wrong or no longer good")  # type: ignore[return-value]


class TwilioNotSet(NotFound):
    title = "Twilio is not set up"


class TwilioForged(Forbidden):
    title = "Not Twilio's"
