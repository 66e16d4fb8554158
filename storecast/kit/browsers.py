"""What people call a device: `Firefox on Ubuntu`."""

from ua_parser import parse

UNKNOWN = "Unknown device"


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """As far as the User-Agent header says; a program's own name where there is no browser. Each may be empty."""
    found = parse(user_agent)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    program = user_agent.partition("/")[0].strip()
    if not (browser or system) and program.isascii() and len(program) <= 40:
        return program, ""
    return browser, system


def device_name(user_agent: str) -> str:
    """In English."""
    browser, system = browser_and_system(user_agent)
    return f"{browser} on {system}" if browser and system else browser or system or UNKNOWN
