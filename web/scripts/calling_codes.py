"""Prints `src/lib/subscribe/calling_codes.ts`, where its output goes.

The codes are those of the International Telecommunication Union (E.164), as libphonenumber has them.
"""

import sys

import phonenumbers

WIDTH = 100


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


codes = sorted(f"{region}{phonenumbers.country_code_for_region(region)}" for region in phonenumbers.SUPPORTED_REGIONS)
lines: list[str] = []
for code in codes:
    if lines and len(lines[-1]) + len(code) < WIDTH:
        lines[-1] += f" {code}"
    else:
        lines.append(code)
say("/** Made by `scripts/calling_codes.py`. Countries by ISO 3166-1, each with its calling code. */")
say("export const CALLING_CODES =")
say(" +\n".join(f'  "{line}{" " if number < len(lines) - 1 else ""}"' for number, line in enumerate(lines)) + ";")
