"""Bans: who may say nothing on a channel, for a while or for good."""
