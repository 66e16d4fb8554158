"""Wiring only: how each process and command is put together."""
