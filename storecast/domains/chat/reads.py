"""How far guests have read, remembered by a machine's processes for a while: nothing of who only reads is written."""

from storecast.kit.shared.marks import Marks


class GuestReads:
    """One a process; all of a machine know the same."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def until(self, thread_id: int, subject: str) -> int:
        """The `seq` of the newest message read, 0 before any; once too many were here since, all is unread again."""
        return self._marks.at("read", str(thread_id), subject)

    def mark(self, thread_id: int, subject: str, seq: int) -> None:
        self._marks.raise_to(seq, "read", str(thread_id), subject)
