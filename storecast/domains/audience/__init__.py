"""The audience: what viewers are served of a channel, and who is watching."""
