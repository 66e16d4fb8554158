from storecast.kit.errors import Conflict, FieldMessage, NotFound, Unprocessable


class OrderNotFound(NotFound):
    title = "Order not found"


class CartNotFound(NotFound):
    title = "Cart not found"


class BeingPaid(Exception):
    """A cart that is to be changed; for whoever can step back from its checkout first, with nothing locked."""


class CartItemNotFound(NotFound):
    title = "Not in the cart"


class ShopClosed(Conflict):
    title = "The shop is closed"

    def __init__(self) -> None:
        super().__init__("Nothing can be bought on this channel.")


class OtherCurrency(Conflict):
    title = "Another currency"

    def __init__(self, currency: str) -> None:
        super().__init__(f"The cart is in {currency}. Buy what is in it first, or empty it.")


class CartFull(Conflict):
    title = "Cart full"

    def __init__(self, most: int) -> None:
        super().__init__(f"A cart holds at most {most} different articles.")


class TooManyForOne(Conflict):
    title = "Limited for each buyer"

    def __init__(self, most: int) -> None:
        super().__init__(f"Each buyer can have at most {most} of this.")


class TooManyWaiting(Conflict):
    """Of one person, or of one network, in orders that were sent to the seller unpaid."""

    title = "Too much ordered"


class CartEmpty(Conflict):
    title = "The cart is empty"

    def __init__(self) -> None:
        super().__init__("There is nothing in the cart to check out.")


class PricesChanged(Conflict):
    """What the buyer was last told is no longer true; the cart says what is."""

    title = "A price has changed"

    def __init__(self) -> None:
        super().__init__("A price has changed. Look at the cart again, then confirm its total.")


class NoSuchProvider(Unprocessable):
    def __init__(self, provider: str) -> None:
        text = f"{provider} is no way to pay that this channel has; use native"
        super().__init__(f"type: {text}", messages=[FieldMessage("type", text)])


class NotNow(Conflict):
    """What was asked does not go with how the order stands."""

    title = "Not in this state"

    def __init__(self, status: str) -> None:
        super().__init__(f"The order is {status}.")


class CouponRefused(Unprocessable):
    """Names `coupon`, and says why."""

    def __init__(self, why: str) -> None:
        super().__init__(f"coupon: {why}", messages=[FieldMessage("coupon", why)])
        self.why = why


class CouponUnknown(CouponRefused):
    """There is none with this code, as far as its buyer is told."""


class ArticleGone(Conflict):
    title = "Not for sale any more"

    def __init__(self) -> None:
        super().__init__("Something in the cart cannot be bought any more. Remove it, then check out.")
