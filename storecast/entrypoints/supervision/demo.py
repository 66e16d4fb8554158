"""The demo show beside a running platform: what `storecast demo` adds to `storecast run`."""

import asyncio
import signal
import sys

from storecast.demo.client import Refused, Unreachable
from storecast.demo.merchant import DemoImpossible
from storecast.demo.show import run_demo
from storecast.demo.showfile import ShowNotMade
from storecast.entrypoints.supervision.resolve import read_settings
from storecast.entrypoints.supervision.supervisor import say, say_ready
from storecast.kit.logs import configure_logs
from storecast.kit.settings import Settings


async def show(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    say_ready()
    await run_demo(settings, stop)


def main() -> None:
    settings = read_settings()
    configure_logs(settings, "demo")
    try:
        asyncio.run(show(settings))
    except (DemoImpossible, ShowNotMade, Refused, Unreachable) as error:
        say(f"the demo show cannot run: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
