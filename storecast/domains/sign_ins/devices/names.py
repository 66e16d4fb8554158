"""What people call a device: `Firefox on Ubuntu`."""

from ua_parser import parse

UNKNOWN = "Unknown device"


def device_name(user_agent: str) -> str:
    """Browser and system as far as the User-Agent header says; a program's own name where there is no browser."""
    found = parse(user_agent)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    if browser and system:
        return f"{browser} on {system}"
    program = user_agent.partition("/")[0].strip()
    return browser or system or (program if program.isascii() and 0 < len(program) <= 40 else UNKNOWN)
