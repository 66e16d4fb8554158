from storecast.kit.errors import NotFound, Unauthenticated


class StripeNotSetUp(NotFound):
    title = "Stripe is not set up"


class WebhookUnknown(NotFound):
    title = "Webhook not found"


class WebhookForged(Unauthenticated):
    title = "Not signed by Stripe"
