"""The gateway as a process, with its settings from the environment."""

import uvloop

from storecast.kit.settings import Settings
from storecast.realtime.server import serve

if __name__ == "__main__":
    uvloop.run(serve(Settings()))
