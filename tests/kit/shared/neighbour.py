"""A process that shares a machine with the tests: does what it is told on its standard input, a word a line."""

import asyncio
import sys

from storecast.kit.shared.counts import Window
from storecast.kit.shared.machine import Machine


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def main() -> None:
    machine = Machine.shared()
    for line in sys.stdin:
        match line.split():
            case ["hit", most, times, key]:
                window = Window(int(most), 600.0)
                say(sum(machine.counts.hit(window, key) == 0 for _ in range(int(times))))
            case ["admit", most, first, count]:
                members = range(int(first), int(first) + int(count))
                say(sum(machine.crowds.admit(("show",), str(each), int(most)) for each in members))
            case ["raise", number]:
                machine.marks.raise_to(int(number), "reader")
                say(machine.marks.at("reader"))
            case ["change", thing]:
                machine.changes.note([machine.changes.place(thing)])
                say(machine.changes.now())
            case ["turn"]:
                async with machine.turns.turn("ana"):
                    say("mine")
                    sys.stdin.readline()
                say("over")
            case ["seat", most]:
                with machine.turns.seat(int(most), "network") as has:
                    say(has)
                    sys.stdin.readline()
                say("over")


asyncio.run(main())
