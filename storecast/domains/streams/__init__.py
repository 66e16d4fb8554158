"""Streams: a channel's live input with its key, and the sessions in which it was live."""
