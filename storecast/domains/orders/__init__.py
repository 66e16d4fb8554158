"""Selling: what a cart becomes when it is checked out, paid, sent and given back."""
