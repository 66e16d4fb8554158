"""Outgoing webhooks: what happened on an account's channels, told to programs of its owner's."""
