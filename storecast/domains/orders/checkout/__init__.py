"""Paying: the seam of whoever takes the money, and Stripe on it."""
