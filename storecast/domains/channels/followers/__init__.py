"""Followers: who wants to be told when a streamer goes live."""
