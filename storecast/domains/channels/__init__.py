"""Channels: a show's home with a slug, who may edit and see it, and the passes that let people in."""
