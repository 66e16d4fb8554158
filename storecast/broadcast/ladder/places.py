"""How many shows are encoded at once on this machine."""


class Places:
    def __init__(self, most: int) -> None:
        self._free = most

    def take(self) -> bool:
        """Whether there was one left."""
        if self._free < 1:
            return False
        self._free -= 1
        return True

    def give_back(self) -> None:
        self._free += 1
