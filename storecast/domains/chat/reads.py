"""How far guests have read, remembered by this process for a while: nothing of who only reads is written down."""

from collections import OrderedDict

MOST_KEPT = 50_000  # some 15 MB; who was longest away finds all of it unread again


class GuestReads:
    """One a process. Each process counts by what was read from it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str], int] = OrderedDict()

    def until(self, thread_id: int, subject: str) -> int:
        """The `seq` of the newest message read, 0 before any."""
        return self._kept.get((thread_id, subject), 0)

    def mark(self, thread_id: int, subject: str, seq: int) -> None:
        self._kept[(thread_id, subject)] = max(seq, self.until(thread_id, subject))
        self._kept.move_to_end((thread_id, subject))
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
