"""Streaming minutes, and the mail that says that they run out."""
