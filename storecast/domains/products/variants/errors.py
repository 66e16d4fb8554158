from storecast.kit.errors import NotFound


class VariantNotFound(NotFound):
    title = "Variant not found"
