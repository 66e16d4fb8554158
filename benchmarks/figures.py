"""What a benchmark found: ratios and medians beside their limits, printed as one table."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

FILE = "BENCH_FIGURES"  # names the file that `python -m benchmarks` gathers every benchmark's figures in


class Figure(Struct, frozen=True):
    """`unit` is empty for a ratio. `limit` is the most that is allowed, `least` the least."""

    name: str
    value: float
    unit: str = ""
    limit: float | None = None
    note: str = ""
    least: float | None = None

    @property
    def missed(self) -> bool:
        above = self.limit is not None and self.value > self.limit
        return above or (self.least is not None and self.value < self.least)

    @property
    def fails(self) -> bool:
        """Absolute times depend on the machine and what else it does; a ratio from one run does not."""
        return self.missed and not self.unit


def report(figures: Sequence[Figure]) -> int:
    """Print the figures; 1 when a ratio is past its limit, else 0."""
    print(f"\n{table(figures)}\n\n{load()}")
    if gathering := os.environ.get(FILE):
        with Path(gathering).open("ab") as file:
            file.writelines(msgspec.json.encode(figure) + b"\n" for figure in figures)
    return int(any(figure.fails for figure in figures))


def table(figures: Sequence[Figure]) -> str:
    rows = [("figure", "value", "limit", "", ""), *map(_row, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        f"{name:<{widths[0]}}  {value:>{widths[1]}}  {limit:>{widths[2]}}  {verdict:<{widths[3]}}  {note}".rstrip()
        for name, value, limit, verdict, note in rows
    )


def load() -> str:
    one, five, _ = os.getloadavg()
    return f"load average {one:.2f} over a minute, {five:.2f} over five, on {os.cpu_count()} cores"


def _row(figure: Figure) -> tuple[str, str, str, str, str]:
    bounds = (("≤", figure.limit), ("≥", figure.least))
    limits = [f"{sign} {_number(bound, figure.unit)}" for sign, bound in bounds if bound is not None]
    verdict = "" if not limits else "miss" if figure.missed else "ok"
    return figure.name, _number(figure.value, figure.unit), ", ".join(limits), verdict, figure.note


def _number(value: float, unit: str) -> str:
    return f"{value:.0f} {unit}" if unit == "ms" else f"{value:.2f} {unit}".rstrip()
