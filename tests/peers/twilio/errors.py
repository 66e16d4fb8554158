"""What Twilio refuses, as https://www.twilio.com/docs/api/errors has it."""

WORDS = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service is unavailable. Please try again"),
    21211: (400, "Invalid 'To' Phone Number"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided is not a valid message-capable Twilio phone number"),
    21609: (400, "Invalid 'StatusCallback' url"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21701: (400, "The Messaging Service does not exist"),
    22222: (400, "A parameter is not documented, or out of its bounds"),  # the peer's own, so that tests see it
}


class Refusal(Exception):
    def __init__(self, code: int, more: str = "") -> None:
        super().__init__(code, more)
        self.code = code
        self.status, words = WORDS[code]
        self.message = f"{words}{f': {more}' if more else ''}"

    @property
    def body(self) -> dict[str, object]:
        more_info = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": more_info, "status": self.status}
