"""Storecast: self-hosted live shopping. Go live, chat, sell, replay."""

__version__ = "0.1.0"
