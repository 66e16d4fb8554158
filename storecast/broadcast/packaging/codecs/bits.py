"""Numbers from a bit stream, and bits put together."""

from storecast.broadcast.packaging.codecs.codec import BadConfiguration

_MAX_BYTES = 1024  # of a parameter set; they have some dozens
_MAX_ZEROS = 32  # before an Exp-Golomb number of 32 bits


class Bits:
    """Reads from the first bit on. Each method raises `BadConfiguration` where too little is left."""

    def __init__(self, data: bytes | memoryview) -> None:
        data = data[:_MAX_BYTES]
        self._value = int.from_bytes(data)
        self.length = len(data) * 8
        self.left = self.length

    def take(self, count: int) -> int:
        """An unsigned number of `count` bits."""
        if count > self.left:
            raise BadConfiguration("the configuration ends early")
        self.left -= count
        return self._value >> self.left & (1 << count) - 1

    def flag(self) -> bool:
        return self.take(1) == 1

    def ue(self) -> int:
        """ue(v) of ITU-T H.264, clause 9.1; also uvlc() of AV1, section 4.10.3."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > _MAX_ZEROS:
                raise BadConfiguration("a number of more than 32 bits")
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        """se(v) of ITU-T H.264, clause 9.1.1."""
        number = self.ue()
        return (number + 1) // 2 if number & 1 else -(number // 2)

    def align(self) -> None:
        """To the next whole byte."""
        self.left -= self.left % 8


class BitWriter:
    def __init__(self) -> None:
        self._value = 0
        self._length = 0

    def put(self, value: int, count: int) -> "BitWriter":
        self._value = self._value << count | value
        self._length += count
        return self

    def bytes(self) -> bytes:
        """All of it, the last byte filled up with zeros."""
        missing = -self._length % 8
        return (self._value << missing).to_bytes((self._length + missing) // 8)
