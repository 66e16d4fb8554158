"""All that the processes of a machine share, put together."""

from msgspec import Struct

from storecast.kit.shared import changes, counts, crowds, marks
from storecast.kit.shared.changes import Changes
from storecast.kit.shared.counts import Counts
from storecast.kit.shared.crowds import Crowds
from storecast.kit.shared.marks import Marks
from storecast.kit.shared.memory import SharedMemory
from storecast.kit.shared.turns import Turns

PRESENT_SECONDS = 75.0  # browsers let a hidden tab speak once a minute, and a moment late
SIZES = (changes.BYTES, marks.BYTES, crowds.BYTES, counts.BYTES)


class Machine(Struct, frozen=True):
    changes: Changes
    marks: Marks
    crowds: Crowds
    counts: Counts
    turns: Turns

    @classmethod
    def shared(cls) -> "Machine":
        """What `run` handed to this process, else its own."""
        return cls.on(SharedMemory.of_machine(SIZES))

    @classmethod
    def on(cls, memory: SharedMemory) -> "Machine":
        first, second, third, fourth = memory.starts
        return cls(
            Changes(memory, first),
            Marks(memory, second),
            Crowds(memory, third, PRESENT_SECONDS),
            Counts(memory, fourth),
            Turns(memory),
        )
