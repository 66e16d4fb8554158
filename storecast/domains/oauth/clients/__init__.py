"""Clients: the programs that may ask people for tokens."""
