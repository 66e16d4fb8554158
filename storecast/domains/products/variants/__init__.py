"""Variants: the ways to have a product, and which of them a channel shows."""
