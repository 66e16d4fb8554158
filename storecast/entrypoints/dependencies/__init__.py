"""What handlers can ask for by name, and how each is put together."""

from storecast.entrypoints.dependencies import answers, people, requests, shows
from storecast.entrypoints.dependencies.provide import DEPENDENCIES

__all__ = ["DEPENDENCIES", "answers", "people", "requests", "shows"]
