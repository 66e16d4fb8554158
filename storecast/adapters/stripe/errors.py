"""What can go wrong with Stripe. The texts are Stripe's, and hold no key."""


class StripeDown(Exception):
    """No answer, or none that says whether it was done. The same may be asked again, with the same key."""


class KeyRefused(Exception):
    """The secret key is no good, or may not do this; `is_publishable` if it is none, but one for pages."""

    def __init__(self, message: str, *, is_publishable: bool = False) -> None:
        super().__init__(message)
        self.is_publishable = is_publishable


class StripeRefused(Exception):
    """Stripe understood, and will not. `param` is the parameter that is wrong, `code` Stripe's word for what is."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code
