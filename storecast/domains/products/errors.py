from storecast.kit.errors import Conflict, FieldMessage, NotFound, Unprocessable


class ProductNotFound(NotFound):
    title = "Product not found"


class NotOnShelf(NotFound):
    title = "Not on the shelf"

    def __init__(self) -> None:
        super().__init__("This product is not on the channel's shelf.")


class ShelfFull(Conflict):
    title = "Shelf full"

    def __init__(self, most: int) -> None:
        super().__init__(f"A shelf holds at most {most} products.")


class NotForSale(Conflict):
    title = "Not for sale here"

    def __init__(self) -> None:
        super().__init__("This product has no price, so it cannot be put in a cart.")


class VariantNeeded(Unprocessable):
    def __init__(self) -> None:
        super().__init__("Choose one of its variants.", messages=[FieldMessage("variantId", "is required here")])
