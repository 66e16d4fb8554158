"""Where a request comes from, and how it says so: the few headers that rules go by."""

from dataclasses import dataclass

from litestar.types import Scope

LONGEST_USER_AGENT = 500  # characters


@dataclass(frozen=True)
class Origin:
    """Empty where there is no request: jobs, commands, events."""

    address: str = ""
    user_agent: str = ""
    host: str = ""
    secure: bool = False
    accept_language: str = ""

    @classmethod
    def of(cls, scope: Scope) -> "Origin":
        """`scope` as a trusted proxy in front corrected it."""
        found = {name: value for name, value in scope["headers"] if name in _READ}
        client = scope["client"]
        return cls(
            address=client[0] if client else "unknown",
            user_agent=found.get(b"user-agent", b"").decode("latin-1")[:LONGEST_USER_AGENT],
            host=found.get(b"host", b"").decode("latin-1"),
            secure=scope["scheme"] == "https",
            accept_language=found.get(b"accept-language", b"").decode("latin-1"),
        )


_READ = {b"user-agent", b"host", b"accept-language"}
