"""Moderation: what may be said on a channel and by whom. Chat, questions and polls all ask it."""
