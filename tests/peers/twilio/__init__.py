"""Twilio's API of messages over HTTP, what it refuses, and the webhooks it signs: see `peer.py`."""
