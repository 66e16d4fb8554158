"""Bodies of signed hooks, for handlers that other processes of the installation call."""

from typing import TypeVar

import msgspec

from storecast.kit.errors import Unprocessable

T = TypeVar("T")


class SignedBody:
    """A body whose signature has been checked."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def decode(self, kind: type[T]) -> T:
        """Raises `Unprocessable`."""
        try:
            return msgspec.json.decode(self._body, type=kind)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise Unprocessable(str(error)) from error
