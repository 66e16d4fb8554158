"""Chat: a channel's thread, who takes part in it, and its messages in one order for all."""
