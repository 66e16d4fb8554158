from storecast.kit.errors import Conflict, NotFound


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
