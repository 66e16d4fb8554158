"""What can be wrong with a request for webhooks."""

from storecast.kit.errors import Conflict, NotFound


class EndpointNotFound(NotFound):
    title = "Webhook not found"


class DeliveryNotFound(NotFound):
    title = "Delivery not found"


class EndpointOff(Conflict):
    title = "Webhook switched off"

    def __init__(self) -> None:
        super().__init__("The webhook is switched off. Switch it on first.")
