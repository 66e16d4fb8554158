"""Carts: what somebody means to buy on a channel, and for how long it is theirs."""
