"""Storecast: self-hosted live shopping. Go live, chat, feature your products."""

__version__ = "0.1.0"
