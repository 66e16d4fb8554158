"""Reactions: an emoji of somebody's to a message, counted for everybody."""
