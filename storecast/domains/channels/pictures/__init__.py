"""A channel's own pictures: its cover, and what lies behind its watch page."""
