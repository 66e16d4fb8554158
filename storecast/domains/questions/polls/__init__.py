"""Polls: what a host asks viewers to choose of, prepared ahead, one open at a time, its result kept with the show."""
