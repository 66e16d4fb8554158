"""Promotions: which products the host has pinned, over the picture or beside it."""
