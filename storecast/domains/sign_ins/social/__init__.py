"""Signing in by another provider's word: accounts are found, linked or made by it."""
