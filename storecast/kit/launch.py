"""Become another program: one that ends with the process that started it and, as root, runs as an ordinary account.

Where its input is from outside, within limits of its own.

Run as a script between us and the program, so that no code of ours runs between fork and exec. Imports nothing
of ours and only the standard library: it starts before everything else and in any environment.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

# Numbers of Linux: prctl(2), capabilities(7), capset(2).
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522

NICENESS = 10  # of what is confined, where nothing else is said


@dataclass(frozen=True)
class Account:
    """Whom to run as. `searches` keeps the right to pass through folders closed to the account."""

    uid: int
    gid: int
    searches: bool = False


@dataclass(frozen=True)
class Limits:
    """What the program may use; past them it cannot allocate, is killed, or cannot write. It gives way to others."""

    memory: int  # bytes of address space
    processor: int  # seconds, of all cores together
    file: int  # bytes of a file it writes
    files: int = 64  # open at once
    niceness: int = NICENESS


def command(
    program: Sequence[str], *, ends_by: signal.Signals, account: Account | None = None, limits: Limits | None = None
) -> list[str]:
    """The arguments that start `program`; when the calling process is gone, the program gets `ends_by`."""
    who = f"{account.uid}:{account.gid}:{int(account.searches)}" if account else "-"
    bounds = f"{limits.memory}:{limits.processor}:{limits.file}:{limits.files}:{limits.niceness}" if limits else "-"
    return [sys.executable, "-I", "-S", __file__, str(int(ends_by)), str(os.getpid()), who, bounds, *program]


def become(account: Account) -> None:
    """Give up root for `account`. Raises `OSError`."""
    libc = ctypes.CDLL(None, use_errno=True)
    held = _kept_capability() if account.searches else None
    if held is not None:
        _check(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    if held is not None:
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        bits = 1 << held
        _check(libc.capset(header, (ctypes.c_uint32 * 6)(bits, bits, bits, 0, 0, 0)))
        _check(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, held, 0, 0))


def confine(limits: Limits) -> None:
    """Hold this process to `limits`, as far as it is not held to less already. Raises `OSError`."""
    import resource  # few programs are confined, and all wait for what is imported here

    os.nice(limits.niceness)
    for kind, bound in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        most = resource.getrlimit(kind)[1]
        bound = bound if most == resource.RLIM_INFINITY else min(bound, most)
        resource.setrlimit(kind, (bound, bound))


def _kept_capability() -> int:
    """The least capability root has here that passes closed folders: containers often have only the second."""
    with open("/proc/self/status") as status:  # noqa: PTH123 - pathlib would double the start-up time
        permitted = next(int(line.split()[1], 16) for line in status if line.startswith("CapPrm"))
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if permitted >> capability & 1:
            return capability
    raise PermissionError("root may not pass through closed folders here")


def _end_with_parent(ends_by: int, parent: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    _check(ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, ends_by, 0, 0, 0))
    if os.getppid() != parent:  # it went before we could ask
        sys.exit(1)


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def main() -> None:
    ends_by, parent, who, bounds, *program = sys.argv[1:]
    try:
        if who != "-":
            uid, gid, searches = map(int, who.split(":"))
            become(Account(uid, gid, bool(searches)))
        _end_with_parent(int(ends_by), int(parent))  # after the change of account, which forgets it
        if bounds != "-":
            confine(Limits(*map(int, bounds.split(":"))))
        os.execvp(program[0], program)  # noqa: S606
    except OSError as error:
        sys.exit(f"Cannot start {program[0]}: {error.strerror or error}")


if __name__ == "__main__":
    main()
